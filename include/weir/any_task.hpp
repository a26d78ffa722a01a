// AnyTask: a handle to a task whose type does not matter: for lists of tasks of several types, and for a
// coroutine's own task.
//
//   weir::Coro<void> worker(std::string host) {
//     weir::current_task().set_name("worker for " + host);
//     co_await answer(host);
//   }
//
// Every Task<T> converts to it.
//
// Ownership: keeps the record of the task alive, not the task running.
// Threads: belongs to the loop's thread, like the task.
// Cancellation: cancel() asks the task to stop; that a handle goes away means nothing to it.
// Errors: current_task() outside of tasks is std::logic_error; what the task threw is in error().
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "weir/loop.hpp"

namespace weir {

class AnyTask {
 public:
  AnyTask() noexcept = default;
  explicit AnyTask(detail::TaskBase& state) noexcept : state_(&state) { state_->add_reference(); }
  template <class T>
  AnyTask(const Task<T>& task) noexcept : AnyTask(*task.state()) {}
  AnyTask(const AnyTask& other) noexcept : state_(other.state_) {
    if (state_) state_->add_reference();
  }
  AnyTask(AnyTask&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  AnyTask& operator=(AnyTask other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~AnyTask() {
    if (state_) state_->drop_reference();
  }

  explicit operator bool() const noexcept { return state_ != nullptr; }
  friend bool operator==(const AnyTask&, const AnyTask&) noexcept = default;

  std::uint64_t id() const noexcept { return state_->id(); }
  const std::string& name() const noexcept { return state_->name(); }
  void set_name(std::string name) { state_->set_name(std::move(name)); }
  TaskState state_of() const noexcept { return state_->state(); }
  bool done() const noexcept { return state_->done(); }
  bool cancelled() const noexcept { return state_->state() == TaskState::cancelled; }
  const std::exception_ptr& error() const noexcept { return state_->error(); }

  // As those of Task.
  bool cancel() { return state_->request_cancel(state_); }
  bool uncancel() noexcept {
    const bool asked = state_->is_cancel_requested_by(state_);
    state_->withdraw_cancel(state_);
    return asked;
  }
  bool is_cancelling() const noexcept { return state_->is_cancelling(); }
  detail::JoinTask wait() const noexcept { return detail::JoinTask(*state_); }

  detail::TaskBase* state() const noexcept { return state_; }

 private:
  detail::TaskBase* state_ = nullptr;
};

// The task that runs now on this thread. std::logic_error outside of tasks.
AnyTask current_task();

namespace detail {
// The loop that runs on this thread; std::logic_error when there is none.
Loop& running_loop();
}  // namespace detail

}  // namespace weir
