// Coro<T>: a lazy coroutine.
//
//   weir::Coro<int> answer() { co_return 42; }
//   weir::Coro<int> twice() {
//     const int a = co_await answer();
//     co_return 2 * a;
//   }
//
// Calling the function makes the frame and runs nothing; `co_await` on the rvalue runs it to its end and
// gives its value or throws its exception. A Coro may be awaited once.
//
// Resumption goes through a trampoline in the loop, never by symmetric transfer: g++ 12 does not turn the
// latter into tail calls without optimisation or under sanitizers, and long runs of synchronous awaits would
// overflow the stack (GCC PR 100897). An awaited coroutine starts as a plain call, a few levels deep, so that
// one that ends without suspending never gets as far as the trampoline.
//
// Ownership: a Coro owns its frame; dropping one that never ran is safe. Parameters must be taken by value:
// what a reference names may be gone when the coroutine runs. For the same reason a coroutine must not be a
// capturing lambda, unless something keeps the closure, as with_group() and gather_bounded() do.
// Threads: a coroutine runs on the loop that started it and never leaves it.
// Cancellation: a task that is asked to stop gets Cancelled thrown from the innermost co_await; see
// weir/cancel.hpp.
// Errors: an exception that leaves the coroutine is thrown to whoever awaits it. The call itself throws only
// std::bad_alloc.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>
#include <variant>

#include "weir/awaitable.hpp"
#include "weir/frame_pool.hpp"
#include "weir/task_base.hpp"

namespace weir {

template <class T>
class Coro;

namespace detail {

struct Unit {};

// Value-or-exception of a coroutine; void is kept as Unit.
template <class T>
class Outcome {
 public:
  using Stored = std::conditional_t<std::is_void_v<T>, Unit, T>;

  template <class U>
  void set_value(U&& value) {
    state_.template emplace<1>(std::forward<U>(value));
  }
  void set_error(std::exception_ptr error) noexcept { state_.template emplace<2>(std::move(error)); }
  bool has_value() const noexcept { return state_.index() == 1; }
  std::exception_ptr error() const noexcept {
    return state_.index() == 2 ? std::get<2>(state_) : std::exception_ptr();
  }
  T take() {
    if (state_.index() == 2) std::rethrow_exception(std::get<2>(state_));
    if constexpr (!std::is_void_v<T>) return std::move(std::get<1>(state_));
  }
  Stored& stored() { return std::get<1>(state_); }

 private:
  std::variant<std::monostate, Stored, std::exception_ptr> state_;
};

// Awaits a leaf where it stands: g++ 12 moves an awaiter that is handed over as a reference.
template <class A>
class InPlace {
 public:
  explicit InPlace(A& awaitable) noexcept : awaitable_(&awaitable) {}
  bool await_ready() { return awaitable_->await_ready(); }
  void await_suspend(std::coroutine_handle<> handle) noexcept { awaitable_->await_suspend(handle); }
  decltype(auto) await_resume() { return awaitable_->await_resume(); }

 private:
  A* awaitable_;
};

// Frames alive that were made on this thread less those destroyed on it; for leak tests.
inline thread_local long live_frames = 0;

class PromiseBase : public Pooled {
 public:
  explicit PromiseBase(std::source_location here) noexcept : place_(here) { ++live_frames; }
  PromiseBase(const PromiseBase&) = delete;
  PromiseBase& operator=(const PromiseBase&) = delete;
  ~PromiseBase() { --live_frames; }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) const noexcept {
      handle.promise().hand_back();
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return {}; }

  // Every awaited thing passes here: leaves learn which task they suspend, and the frame where it stands.
  template <class A>
  auto await_transform(A&& awaitable, std::source_location here = std::source_location::current()) noexcept {
    place_.store(here, std::memory_order_relaxed);
    if constexpr (requires { awaitable.bind(task); }) {
      awaitable.bind(task);
      return InPlace<std::remove_reference_t<A>>(awaitable);
    } else {
      return awaiter_of(std::forward<A>(awaitable), task);
    }
  }

  // The last co_await that it reached; before the first, the coroutine itself. Any thread, while the frame
  // lives.
  std::source_location place() const noexcept { return place_.load(std::memory_order_relaxed); }

  // The promise of any coroutine of this runtime: all of them begin with this class, at one offset.
  static PromiseBase& of(std::coroutine_handle<> frame) noexcept {
    return std::coroutine_handle<PromiseBase>::from_address(frame.address()).promise();
  }

  TaskBase* task = nullptr;  // null until it is awaited or spawned
  std::coroutine_handle<> continuation;

 private:
  void hand_back() noexcept;

  std::atomic<std::source_location> place_;
};

// A frame goes that never ran. Says so in debug mode.
void note_never_awaited(const PromiseBase& promise) noexcept;

template <class T>
class CoroPromise : public PromiseBase {
  static_assert(alignof(typename Outcome<T>::Stored) <= alignof(std::max_align_t),
                "coroutine frames are not aligned for such a value");

 public:
  explicit CoroPromise(std::source_location here = std::source_location::current()) noexcept
      : PromiseBase(here) {}
  Coro<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    outcome.set_value(std::forward<U>(value));
  }
  void unhandled_exception() noexcept { outcome.set_error(std::current_exception()); }

  Outcome<T> outcome;
};

template <>
class CoroPromise<void> : public PromiseBase {
 public:
  explicit CoroPromise(std::source_location here = std::source_location::current()) noexcept
      : PromiseBase(here) {}
  Coro<void> get_return_object() noexcept;
  void return_void() noexcept { outcome.set_value(Unit{}); }
  void unhandled_exception() noexcept { outcome.set_error(std::current_exception()); }

  Outcome<void> outcome;
};

inline void PromiseBase::hand_back() noexcept {
  if (continuation) {
    task->continue_with(continuation);
  } else {
    task->on_root_finished();
  }
}

}  // namespace detail

template <class T = void>
class [[nodiscard("a coroutine runs only when it is awaited or spawned")]] Coro {
 public:
  using promise_type = detail::CoroPromise<T>;
  using value_type = T;

  Coro() noexcept = default;
  Coro(Coro && other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Coro& operator=(Coro&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Coro() {
    destroy();
  }

  explicit operator bool() const noexcept {
    return static_cast<bool>(handle_);
  }

  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> child) noexcept : child_(child) {}
    bool await_ready() const noexcept { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> parent) noexcept {
      detail::TaskBase& task = *parent.promise().task;
      child_.promise().task = &task;
      child_.promise().continuation = parent;
      return !task.run_nested(child_, parent);
    }
    T await_resume() { return child_.promise().outcome.take(); }

   private:
    std::coroutine_handle<promise_type> child_;
  };

  Awaiter operator co_await()&& noexcept {
    return Awaiter(handle_);
  }

  // Runtime only: the frame, still owned by this object.
  std::coroutine_handle<promise_type> handle() const noexcept {
    return handle_;
  }

 private:
  friend promise_type;
  explicit Coro(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  void destroy() noexcept {
    if (!handle_) return;
    if (!handle_.promise().task) [[unlikely]]
      detail::note_never_awaited(handle_.promise());
    std::exchange(handle_, {}).destroy();
  }

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {
template <class T>
Coro<T> CoroPromise<T>::get_return_object() noexcept {
  return Coro<T>(std::coroutine_handle<CoroPromise<T>>::from_promise(*this));
}
inline Coro<void> CoroPromise<void>::get_return_object() noexcept {
  return Coro<void>(std::coroutine_handle<CoroPromise<void>>::from_promise(*this));
}
}  // namespace detail
}  // namespace weir
