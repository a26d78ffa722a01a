// Future<T>: a value that some task will set later; Promise<T> is the end that sets it.
//
//   weir::Promise<int> promise;
//   const weir::Future<int> future = promise.future();
//   promise.set_value(42);                        // now or later, here or in another task
//   const int value = co_await future;            // any number of tasks, any number of times
//
// Setting never runs the waiters at once: they become ready in the order in which they began to wait.
//
// Ownership: both ends share the value; a Promise that goes away unset breaks its future.
// Threads: both ends belong to one loop's thread. Between threads: run_threadsafe().
// Cancellation: a cancelled wait gives up, and the future stays as it is. Promise::cancel() gives everybody
// who waits Cancelled.
// Errors: set_error() is thrown to everybody who waits; BrokenPromise when nobody set anything;
// std::logic_error when it is set twice.
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

class BrokenPromise : public std::logic_error {
 public:
  BrokenPromise() : std::logic_error("the promise went away without a value") {}
};

namespace detail {

template <class T>
struct FutureState {
  Outcome<T> outcome;
  bool done = false;
  bool cancelled = false;
  WaitList waiters;

  void wake_all() noexcept {
    done = true;
    while (Waiter* waiter = waiters.pop_front())
      waiter->wake();
  }
};

template <class T>
class WaitFuture final : public Leaf<WaitFuture<T>> {
 public:
  explicit WaitFuture(std::shared_ptr<FutureState<T>> state) noexcept
      : Leaf<WaitFuture<T>>("future"), state_(std::move(state)) {}
  bool ready() const noexcept { return state_->done; }
  void suspend() noexcept { state_->waiters.push_back(*this); }
  T result() {
    if (state_->cancelled) throw Cancelled{};
    if (state_->outcome.error()) std::rethrow_exception(state_->outcome.error());
    if constexpr (!std::is_void_v<T>) return state_->outcome.stored();
  }
  bool abandon() noexcept override {
    state_->waiters.remove(*this);
    return true;
  }

 private:
  std::shared_ptr<FutureState<T>> state_;
};

}  // namespace detail

// Copies share the value; `co_await future` gives a copy of it, any number of times.
template <class T>
class Future {
 public:
  explicit Future(std::shared_ptr<detail::FutureState<T>> state) noexcept : state_(std::move(state)) {}
  bool done() const noexcept { return state_->done; }
  bool cancelled() const noexcept { return state_->cancelled; }
  detail::WaitFuture<T> operator co_await() const noexcept { return wait(); }
  detail::WaitFuture<T> wait() const noexcept { return detail::WaitFuture<T>(state_); }

 private:
  std::shared_ptr<detail::FutureState<T>> state_;
};

template <class T>
class Promise {
 public:
  Promise() : state_(std::make_shared<detail::FutureState<T>>()) {}
  Promise(Promise&&) noexcept = default;
  Promise& operator=(Promise&&) = delete;
  ~Promise() {
    if (state_ && !state_->done) {
      state_->outcome.set_error(std::make_exception_ptr(BrokenPromise()));
      state_->wake_all();
    }
  }

  Future<T> future() const noexcept { return Future<T>(state_); }

  // Each of these may be called once in all; std::logic_error after that.
  template <class U = detail::Unit>
  void set_value(U&& value = {}) {
    check_unset();
    state_->outcome.set_value(std::forward<U>(value));
    state_->wake_all();
  }
  void set_error(std::exception_ptr error) {
    check_unset();
    state_->outcome.set_error(std::move(error));
    state_->wake_all();
  }
  // Whoever waits gets Cancelled.
  void cancel() {
    check_unset();
    state_->cancelled = true;
    state_->wake_all();
  }

 private:
  void check_unset() const {
    if (state_->done) throw std::logic_error("the promise is already set");
  }

  std::shared_ptr<detail::FutureState<T>> state_;
};

}  // namespace weir
