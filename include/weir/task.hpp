// Task<T>: a handle to a coroutine that runs on its own, side by side with others of its loop.
//
//   weir::Coro<void> body(weir::TaskGroup& group) {
//     weir::Task<int> task = group.spawn(fetch(1), "first");
//     task.add_done_callback([](weir::Task<int> done) { note(done.name()); });
//     const int value = co_await task;   // or wait(), and result() when it is done
//   }
//
// Ownership: only a TaskGroup (or run()) makes tasks, and it always joins them; dropping a handle is safe and
// changes nothing.
// Threads: handles belong to the loop's thread.
// Cancellation: cancel() asks the task to stop; a wait() that is cancelled leaves the task alone.
// Errors: result() throws what the task threw, which its group reports as well; Cancelled when it was
// cancelled, std::logic_error when it is not done.
#pragma once

#include <functional>
#include <memory>
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

template <class T>
class AwaitTask;

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
  void set_name(std::string name) { state_->set_name(std::move(name)); }
  TaskState state_of() const noexcept { return state_->state(); }
  bool done() const noexcept { return state_->done(); }
  bool cancelled() const noexcept { return state_->state() == TaskState::cancelled; }

  // Asks the task to stop; it sees Cancelled at its current or next co_await. False when it is done already.
  bool cancel() { return state_->request_cancel(state_); }

  // For a task that refused to stop: forgets what cancel() asked for, so that it may be asked again. False
  // when cancel() was not called.
  bool uncancel() noexcept {
    const bool asked = state_->is_cancel_requested_by(state_);
    state_->withdraw_cancel(state_);
    return asked;
  }
  // Whether anybody asked it to stop: its handle, its group, a timeout around its code.
  bool is_cancelling() const noexcept { return state_->is_cancelling(); }

  // Calls `callback` with this task when it is done, in a later step of the loop and in the context of
  // whoever adds it now; callbacks are called in the order in which they were added. What it throws counts as
  // thrown by a callback of the loop. The number given is for remove_done_callback().
  std::uint64_t add_done_callback(std::function<void(Task)> callback);
  // False when it was called, or is about to be, or is unknown.
  bool remove_done_callback(std::uint64_t id) noexcept { return state_->remove_done_callback(id); }

  // The value (moved out) or the exception of a task that is done; Cancelled when it was cancelled.
  // std::logic_error before that.
  T result() {
    if (!done()) throw std::logic_error("result() of a task that is not done");
    if (cancelled()) throw Cancelled{};
    return state_->outcome().take();
  }
  std::exception_ptr error() const noexcept { return state_->error(); }

  // `co_await task` waits for the end and gives result(). When the waiting task is cancelled, so is this one,
  // and it is still waited for. std::logic_error in the task itself.
  detail::AwaitTask<T> operator co_await() const;

  // Waits for the end, whatever it is: `co_await task.wait();` and then result().
  detail::JoinTask wait() const noexcept { return detail::JoinTask(*state_); }

  detail::TaskImpl<T>* state() const noexcept { return state_; }

 private:
  detail::TaskImpl<T>* state_ = nullptr;
};

namespace detail {

template <class T>
class AwaitTask final : public Leaf<AwaitTask<T>> {
 public:
  explicit AwaitTask(Task<T> awaited) noexcept : Leaf<AwaitTask<T>>("task"), awaited_(std::move(awaited)) {}
  bool ready() const {
    if (awaited_.state() == this->task()) throw std::logic_error("a task cannot await itself");
    return awaited_.done();
  }
  void suspend() noexcept { awaited_.state()->add_joiner(*this); }
  T result() {
    if (awaited_.cancelled()) this->task()->take_delivery();  // what was passed on has come back
    return awaited_.result();
  }
  bool abandon() noexcept override {
    awaited_.state()->request_cancel(this->task());
    return false;
  }

 private:
  Task<T> awaited_;
};

std::uint64_t next_callback_id() noexcept;

// Runs `callback` in a later step of the loop, in `context`.
void call_in_context(Loop& loop, Context context, std::function<void()> callback);

template <class T>
class DoneCallback final : public DoneHook {
 public:
  explicit DoneCallback(std::function<void(Task<T>)> callback)
      : callback_(std::move(callback)), context_(copy_context()) {}
  void on_done(TaskBase& task) noexcept override {
    Task<T> handle(static_cast<TaskImpl<T>&>(task));
    call_in_context(task.loop(), std::move(context_),
                    [callback = std::move(callback_), handle = std::move(handle)] { callback(handle); });
    delete this;
  }
  std::uint64_t callback_id() const noexcept override { return id_; }
  void discard() noexcept override { delete this; }

 private:
  std::uint64_t id_ = next_callback_id();
  std::function<void(Task<T>)> callback_;
  Context context_;
};

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

template <class T>
detail::AwaitTask<T> Task<T>::operator co_await() const {
  return detail::AwaitTask<T>(*this);
}

template <class T>
std::uint64_t Task<T>::add_done_callback(std::function<void(Task)> callback) {
  auto hook = std::make_unique<detail::DoneCallback<T>>(std::move(callback));
  const std::uint64_t id = hook->callback_id();
  if (done()) {
    hook.release()->on_done(*state_);
  } else {
    state_->add_done_hook(*hook.release());
  }
  return id;
}

}  // namespace weir
