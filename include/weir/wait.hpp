// Waiting for tasks that somebody else owns: wait(), as_completed(), shield().
//
//   weir::Coro<void> body(weir::TaskGroup& group) {
//     std::vector<weir::Task<int>> tasks;
//     for (int i = 0; i < 3; ++i) tasks.push_back(group.spawn(fetch(i)));
//     auto waited = co_await weir::wait(tasks, weir::WaitMode::first_completed, 2s);
//     for (auto& task : waited.pending) task.cancel();
//
//     auto finished = weir::as_completed(tasks);
//     while (auto task = co_await finished.next()) use(task->id());
//   }
//
// A wait for n tasks makes one array of n list nodes, whatever comes.
//
// Ownership: none of these owns the tasks: their group joins them.
// Threads: all on one loop's thread.
// Cancellation: when the waiting task is cancelled, the wait ends with Cancelled and the tasks go on.
// Errors: a task that fails fails its group, waited for or not. A timeout of wait() is no error, one of
// as_completed() is TimeoutError; std::invalid_argument for no tasks.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "weir/any_task.hpp"
#include "weir/group.hpp"
#include "weir/time.hpp"

namespace weir {

enum class WaitMode {
  all_completed,    // every task is done
  first_completed,  // at least one is done
  first_exception,  // one failed (being cancelled is no failure), or all are done
};

// The tasks of a wait() by what they were when it ended, each in the order given.
template <class Handle>
struct Waited {
  std::vector<Handle> done;
  std::vector<Handle> pending;
};

namespace detail {

// Watches tasks until `mode` is met. The owner is told once, by met().
class TaskWatch {
 public:
  TaskWatch(std::size_t count, WaitMode mode) : hooks_(count), left_(count), mode_(mode) {}
  TaskWatch(const TaskWatch&) = delete;
  TaskWatch& operator=(const TaskWatch&) = delete;

  // To be called for each task once, then is_met() tells whether there is nothing to wait for.
  void add(TaskBase& task) noexcept;
  bool is_met() const noexcept { return met_; }
  void link(Waiter& waiter) noexcept;
  void unlink() noexcept;
  void set_timer(Loop& loop, Duration limit);

 private:
  class Hook final : public DoneHook {
   public:
    void on_done(TaskBase& task) noexcept override;
    TaskWatch* watch = nullptr;
    TaskBase* task = nullptr;
    bool linked = false;
  };

  void note(const TaskBase& task) noexcept;
  void finish() noexcept;

  std::vector<Hook> hooks_;
  std::size_t added_ = 0;
  std::size_t left_;
  WaitMode mode_;
  bool met_ = false;
  Waiter* waiter_ = nullptr;
  Loop* loop_ = nullptr;  // null: no timer
  Loop::Timer timer_;
};

template <class Handle>
class WaitTasks final : public Leaf<WaitTasks<Handle>> {
 public:
  WaitTasks(std::vector<Handle> tasks, WaitMode mode, std::optional<Duration> limit)
      : Leaf<WaitTasks<Handle>>("tasks"),
        tasks_(std::move(tasks)),
        limit_(limit),
        watch_(tasks_.size(), mode) {}
  bool ready() noexcept {
    for (const Handle& task : tasks_)
      watch_.add(*task.state());
    return watch_.is_met();
  }
  void suspend() noexcept {
    watch_.link(*this);
    if (limit_) watch_.set_timer(this->loop(), *limit_);
  }
  Waited<Handle> result() {
    Waited<Handle> waited;
    for (Handle& task : tasks_)
      (task.done() ? waited.done : waited.pending).push_back(std::move(task));
    return waited;
  }
  bool abandon() noexcept override {
    watch_.unlink();
    return true;
  }

 private:
  std::vector<Handle> tasks_;
  std::optional<Duration> limit_;
  TaskWatch watch_;
};

template <class T>
class Shield final : public Leaf<Shield<T>> {
 public:
  explicit Shield(Task<T> task) noexcept : Leaf<Shield<T>>("shield"), task_(std::move(task)) {}
  bool ready() const noexcept { return task_.done(); }
  void suspend() noexcept { task_.state()->add_joiner(*this); }
  T result() { return task_.result(); }
  bool abandon() noexcept override {
    task_.state()->remove_joiner(*this);
    return true;
  }

 private:
  Task<T> task_;
};

}  // namespace detail

// Waits for tasks until `mode` is met or `timeout` is over, which is no error: look at `pending`. A timeout
// of zero or less gives every ready task one turn. `Handle` is Task<T>, or AnyTask for tasks of several
// types. std::invalid_argument for no tasks at all.
template <class Handle>
detail::WaitTasks<Handle> wait(std::vector<Handle> tasks, WaitMode mode = WaitMode::all_completed,
                               std::optional<Duration> timeout = std::nullopt) {
  if (tasks.empty()) throw std::invalid_argument("wait() for no tasks");
  return detail::WaitTasks<Handle>(std::move(tasks), mode, timeout);
}

// The tasks in the order in which they end, those that were done before in the order given. A task that was
// given twice comes twice. Lives in one place until the last next(); several tasks may ask it.
template <class Handle>
class AsCompleted {
 public:
  explicit AsCompleted(std::vector<Handle> tasks, std::optional<TimePoint> deadline = std::nullopt);
  AsCompleted(const AsCompleted&) = delete;
  AsCompleted& operator=(const AsCompleted&) = delete;
  ~AsCompleted();

  class Next;

  // The next task that is done; nothing when all were given. TimeoutError once the deadline has passed and
  // nobody else is done, then and at every later call; the tasks go on.
  Next next() noexcept { return Next(*this); }

  // How many next() has not given yet.
  std::size_t remaining() const noexcept { return tasks_.size() - given_; }

 private:
  class Hook final : public detail::DoneHook {
   public:
    void on_done(detail::TaskBase&) noexcept override { sequence->on_done(*this); }
    AsCompleted* sequence = nullptr;
    bool linked = false;
  };

  void on_done(Hook& hook) noexcept;
  void end_if_all_given() noexcept;

  std::vector<Handle> tasks_;
  std::vector<Hook> hooks_;
  std::vector<std::size_t> finished_;  // in order of their ends; the first `given_` have been given
  std::size_t given_ = 0;
  std::optional<TimePoint> deadline_;
  detail::WaitList waiters_;
};

template <class Handle>
class AsCompleted<Handle>::Next final : public detail::Leaf<Next> {
 public:
  explicit Next(AsCompleted& sequence) noexcept : detail::Leaf<Next>("as_completed"), sequence_(sequence) {}
  bool ready() {
    AsCompleted& all = sequence_;
    if (all.given_ < all.finished_.size()) {
      take();
      return true;
    }
    if (all.remaining() == 0) return true;
    timed_out_ = all.deadline_ && this->loop().now() >= *all.deadline_;
    return timed_out_;
  }
  void suspend() noexcept {
    sequence_.waiters_.push_back(*this);
    if (sequence_.deadline_) timer_ = this->loop().call_at(*sequence_.deadline_, [this] { time_out(); });
  }
  std::optional<Handle> result() {
    if (timed_out_) throw TimeoutError();
    return std::move(task_);
  }
  bool abandon() noexcept override {
    stop_timer();
    sequence_.waiters_.remove(*this);
    return true;
  }

 private:
  friend class AsCompleted;
  void take() { task_.emplace(sequence_.tasks_[sequence_.finished_[sequence_.given_++]]); }
  void stop_timer() noexcept {
    if (sequence_.deadline_) this->loop().cancel_timer(timer_);
  }
  void time_out() noexcept {
    timed_out_ = true;
    sequence_.waiters_.remove(*this);
    this->wake();
  }

  AsCompleted& sequence_;
  std::optional<Handle> task_;
  Loop::Timer timer_;
  bool timed_out_ = false;
};

template <class Handle>
AsCompleted<Handle>::AsCompleted(std::vector<Handle> tasks, std::optional<TimePoint> deadline)
    : tasks_(std::move(tasks)), hooks_(tasks_.size()), deadline_(deadline) {
  finished_.reserve(tasks_.size());
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i].done()) {
      finished_.push_back(i);
      continue;
    }
    hooks_[i].sequence = this;
    hooks_[i].linked = true;
    tasks_[i].state()->add_done_hook(hooks_[i]);
  }
}

template <class Handle>
AsCompleted<Handle>::~AsCompleted() {
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (hooks_[i].linked) tasks_[i].state()->remove_done_hook(hooks_[i]);
  }
}

template <class Handle>
void AsCompleted<Handle>::on_done(Hook& hook) noexcept {
  hook.linked = false;
  finished_.push_back(static_cast<std::size_t>(&hook - hooks_.data()));
  if (detail::Waiter* waiter = waiters_.pop_front()) {
    auto& next = static_cast<Next&>(*waiter);
    next.take();
    next.stop_timer();
    next.wake();
  }
  end_if_all_given();
}

template <class Handle>
void AsCompleted<Handle>::end_if_all_given() noexcept {
  if (remaining() != 0) return;
  while (detail::Waiter* waiter = waiters_.pop_front()) {
    static_cast<Next&>(*waiter).stop_timer();
    waiter->wake();
  }
}

// AsCompleted with a limit that begins now. To be called on a running loop.
template <class Handle>
AsCompleted<Handle> as_completed(std::vector<Handle> tasks, std::optional<Duration> timeout = std::nullopt) {
  std::optional<TimePoint> deadline;
  if (timeout) deadline = detail::running_loop().deadline_after(*timeout);
  return AsCompleted<Handle>(std::move(tasks), deadline);
}

// `const T value = co_await shield(task);` waits for a task without passing a cancellation on to it: the one
// who waits gets Cancelled, the task goes on. Gives the value (moved out) or throws the error of the task,
// Cancelled when the task itself was cancelled.
template <class T>
detail::Shield<T> shield(Task<T> task) {
  return detail::Shield<T>(std::move(task));
}

// Runs `coro` as a task of `keeper`, a group around the caller's scope, which joins it when the caller has
// gone. An error in it is an error of that group too. To hold cancellation back instead of leaving work
// behind, see with_cancel_disabled().
template <class T>
detail::Shield<T> shield(TaskGroup& keeper, Coro<T> coro, std::string name = {},
                         std::source_location where = std::source_location::current()) {
  return detail::Shield<T>(keeper.spawn(std::move(coro), std::move(name), where));
}

}  // namespace weir
