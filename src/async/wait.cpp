#include "weir/wait.hpp"

namespace weir {

AnyTask current_task() {
  detail::TaskBase* task = detail::running_loop().current_task();
  if (!task) throw std::logic_error("current_task() outside of tasks");
  return AnyTask(*task);
}

namespace detail {

Loop& running_loop() {
  Loop* loop = Loop::current();
  if (!loop) throw std::logic_error("no loop runs on this thread");
  return *loop;
}

void TaskWatch::add(TaskBase& task) noexcept {
  hooks_[added_++].task = &task;
  if (task.done()) note(task);
}

void TaskWatch::note(const TaskBase& task) noexcept {
  --left_;
  const bool is_failure = task.state() == TaskState::failed;
  if (left_ == 0 || mode_ == WaitMode::first_completed || (mode_ == WaitMode::first_exception && is_failure))
    met_ = true;
}

void TaskWatch::link(Waiter& waiter) noexcept {
  waiter_ = &waiter;
  for (Hook& hook : hooks_) {
    if (hook.task->done()) continue;
    hook.watch = this;
    hook.linked = true;
    hook.task->add_done_hook(hook);
  }
}

void TaskWatch::unlink() noexcept {
  for (Hook& hook : hooks_) {
    if (std::exchange(hook.linked, false)) hook.task->remove_done_hook(hook);
  }
  if (loop_) loop_->cancel_timer(timer_);
}

void TaskWatch::set_timer(Loop& loop, Duration limit) {
  loop_ = &loop;
  timer_ = loop.call_later(limit, [this] { finish(); });
}

void TaskWatch::finish() noexcept {
  unlink();
  waiter_->wake();
}

void TaskWatch::Hook::on_done(TaskBase& done) noexcept {
  linked = false;
  watch->note(done);
  if (watch->is_met()) watch->finish();
}

}  // namespace detail
}  // namespace weir
