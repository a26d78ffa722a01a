// What co_await makes of what it is given, and what it says where that cannot be awaited. Not for direct use.
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

namespace weir::detail {

class TaskBase;

// An awaiter that a handle's operator co_await() makes, told which task waits.
template <class Awaiter>
class Bound {
 public:
  template <class A>
  Bound(A&& awaitable, TaskBase* task) : awaiter_(std::forward<A>(awaitable).operator co_await()) {
    awaiter_.bind(task);
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;
  bool await_ready() { return awaiter_.await_ready(); }
  void await_suspend(std::coroutine_handle<> handle) noexcept { awaiter_.await_suspend(handle); }
  decltype(auto) await_resume() { return awaiter_.await_resume(); }

 private:
  Awaiter awaiter_;
};

// Stands in for what cannot be awaited, so that the compiler has only one complaint.
struct NotAwaitable {
  struct Anything {
    template <class T>
    operator T() const;
  };
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  Anything await_resume() const noexcept { return {}; }
};

template <class A>
concept HasAwaiter = requires(A&& awaitable) {
  std::forward<A>(awaitable).operator co_await();
};

template <class A>
inline constexpr bool kIsAwaitable = false;

template <class A>
auto awaiter_of(A&& awaitable, [[maybe_unused]] TaskBase* task) {
  if constexpr (HasAwaiter<A>) {
    using Awaiter = decltype(std::forward<A>(awaitable).operator co_await());
    if constexpr (requires(Awaiter & awaiter) { awaiter.bind(task); }) {
      return Bound<Awaiter>(std::forward<A>(awaitable), task);
    } else {
      return std::forward<A>(awaitable).operator co_await();
    }
  } else if constexpr (HasAwaiter<std::remove_reference_t<A>>) {
    static_assert(kIsAwaitable<A>, "a coroutine is awaited once and used up: co_await std::move(coro)");
    return NotAwaitable();
  } else {
    static_assert(
        kIsAwaitable<A>,
        "weir cannot await this: it awaits Coro, Task, Future and what the functions of its headers "
        "give; what blocks a thread goes into weir::offload()");
    return NotAwaitable();
  }
}

}  // namespace weir::detail
