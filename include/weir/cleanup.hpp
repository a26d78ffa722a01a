// with_cleanup(): asynchronous clean-up, which a handler cannot do: C++ has no co_await in a catch.
//
//   weir::Coro<void> serve(weir::Stream* peer) {
//     co_await weir::with_cleanup(answer("hello"), peer->close());
//   }
//
// What Python writes as `try: ... finally: await ...`.
//
// Ownership: both coroutines are moved in; the second one runs when the first has ended, however it did.
// Threads: the loop's.
// Cancellation: a cancelled coroutine is cleaned up after, and the cancellation then goes on outwards. The
// clean-up itself can be cancelled by a further request; weir::with_cancel_disabled() around it prevents
// that.
// Errors: those of the first coroutine; an error of the clean-up takes their place.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

// Runs `coro` and then `cleanup`, whether it gave a value, failed or was cancelled; then gives what `coro`
// gave.
template <class T>
Coro<T> with_cleanup(Coro<T> coro, Coro<void> cleanup) {
  std::exception_ptr error;
  std::optional<typename detail::Outcome<T>::Stored> value;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
    } else {
      T result = co_await std::move(coro);
      value.emplace(std::move(result));
    }
  } catch (...) {
    error = std::current_exception();
  }
  co_await std::move(cleanup);
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<T>) co_return std::move(*value);
}

}  // namespace weir
