// Cancellation: how a task is asked to stop.
//
// A request names its owner (a scope: a group, a timeout, a signal, or the task handle itself), so that a
// scope can tell its own request from everybody else's. The request is delivered once, as a Cancelled
// thrown from the co_await at which the task is suspended, or from its next one. An awaited thing that
// completed first wins: its value is returned and the request is delivered at the next suspension point,
// so nothing handed over is ever lost.
//
// A request that was delivered before a scope was entered is none of that scope's business: clean-up may
// use groups and timeouts, and those work as ever. with_cancel_disabled() holds back requests from outside
// of it; a timeout or a group inside it still stops its own part.
#pragma once

namespace weir {

// Thrown into a task that was asked to stop. Deliberately not a std::exception: a handler for errors
// must not swallow it. Catch it to clean up (clean-up may await), then `throw;`.
struct Cancelled {};

}  // namespace weir
