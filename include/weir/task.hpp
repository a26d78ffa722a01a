// Task<T>: a handle to a coroutine that runs on its own, side by side with others of its loop.
//
// Only a TaskGroup (or run()) makes tasks, and it always joins them; dropping a handle is safe and
// changes nothing. Handles belong to the loop's thread.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "weir/coro.hpp"

namespace weir {

namespace detail {

template <class T>
class TaskImpl final : public TaskBase {
 public:
  TaskImpl(Loop& loop, Coro<T> coro, std::string name, const TaskBase* parent, std::source_location where)
      : TaskBase(loop, std::move(name), parent, where), coro_(std::move(coro)) {
    coro_.handle().promise().task = this;
  }

  Outcome<T>& outcome() noexcept { return outcome_; }

 protected:
  std::coroutine_handle<> root() noexcept override { return coro_.handle(); }
  std::exception_ptr harvest() noexcept override {
    outcome_ = std::move(coro_.handle().promise().outcome);
    coro_ = {};
    return outcome_.error();
  }
  void discard() noexcept override { coro_ = {}; }

 private:
  Coro<T> coro_;
  Outcome<T> outcome_;
};

// Waits until a task is done; does not cancel it when the wait is cancelled.
class JoinTask final : public Leaf<JoinTask> {
 public:
  explicit JoinTask(TaskBase& awaited) noexcept : Leaf("task"), awaited_(awaited) {}
  bool ready() const noexcept { return awaited_.done(); }
  void suspend() noexcept { awaited_.add_joiner(*this); }
  void result() const noexcept {}
  bool abandon() noexcept override {
    awaited_.remove_joiner(*this);
    return true;
  }

 private:
  TaskBase& awaited_;
};

}  // namespace detail

template <class T>
class Task {
 public:
  Task() noexcept = default;
  explicit Task(detail::TaskImpl<T>& state) noexcept : state_(&state) { state_->add_reference(); }
  Task(const Task& other) noexcept : state_(other.state_) {
    if (state_) state_->add_reference();
  }
  Task(Task&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Task& operator=(Task other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Task() {
    if (state_) state_->drop_reference();
  }

  std::uint64_t id() const noexcept { return state_->id(); }
  const std::string& name() const noexcept { return state_->name(); }
  TaskState state_of() const noexcept { return state_->state(); }
  bool done() const noexcept { return state_->done(); }
  bool cancelled() const noexcept { return state_->state() == TaskState::cancelled; }

  // Asks the task to stop; it sees Cancelled at its current or next co_await. False when it is done already.
  bool cancel() { return state_->request_cancel(state_); }

  // The value (moved out) or the exception of a task that is done; Cancelled when it was cancelled.
  // std::logic_error before that.
  T result() {
    if (!done()) throw std::logic_error("result() of a task that is not done");
    if (cancelled()) throw Cancelled{};
    return state_->outcome().take();
  }
  std::exception_ptr error() const noexcept { return state_->error(); }

  // Waits for the end, whatever it is: `co_await task.wait();` and then result().
  detail::JoinTask wait() const noexcept { return detail::JoinTask(*state_); }

  detail::TaskImpl<T>* state() const noexcept { return state_; }

 private:
  detail::TaskImpl<T>* state_ = nullptr;
};

namespace detail {

// Makes a task and puts it into the ready queue.
template <class T>
Task<T> make_task(Loop& loop, Coro<T> coro, std::string name, TaskGroup* group, const TaskBase* parent,
                  std::source_location where = std::source_location::current()) {
  Task<T> task(*new TaskImpl<T>(loop, std::move(coro), std::move(name), parent, where));
  task.state()->set_group(group);
  task.state()->start();
  return task;
}

// `co_await this_task()` gives the running task without suspending.
class ThisTask {
 public:
  void bind(TaskBase* task) noexcept { task_ = task; }
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  TaskBase& await_resume() const noexcept { return *task_; }

 private:
  TaskBase* task_ = nullptr;
};
inline ThisTask this_task() noexcept {
  return {};
}

}  // namespace detail
}  // namespace weir
