// Cancellation: how a task is asked to stop.
//
//   weir::Coro<void> session() {
//     try {
//       co_await talk();
//     } catch (const weir::Cancelled&) {
//       note("hung up");
//       throw;   // the request goes on outwards
//     }
//   }
//
// A request names its owner (a scope: a group, a timeout, a signal, or the task handle itself), so that a
// scope can tell its own request from everybody else's. The request is delivered once, as a Cancelled thrown
// from the co_await at which the task is suspended, or from its next one. An awaited thing that completed
// first wins: its value is returned and the request is delivered at the next suspension point, so nothing
// handed over is ever lost.
//
// A request that was delivered before a scope was entered is none of that scope's business: clean-up may use
// groups and timeouts, and those work as ever. with_cancel_disabled() holds back requests from outside of it;
// a timeout or a group inside it still stops its own part.
//
// Ownership: a request lives in its task, until its scope ends.
// Threads: requests are made on the loop's thread; from others through run_threadsafe() or a signal.
// Cancellation: a handler may clean up, but not await in C++: what has to stands behind it (see
// samples/async/cancellation.cpp).
// Errors: Cancelled is no std::exception, so that a handler of errors does not swallow it.
#pragma once

namespace weir {

// Thrown into a task that was asked to stop. Deliberately not a std::exception: a handler for errors
// must not swallow it. Catch it to clean up (clean-up may await), then `throw;`.
struct Cancelled {};

}  // namespace weir
