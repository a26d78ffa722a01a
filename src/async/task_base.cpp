#include "weir/task_base.hpp"

#include <algorithm>

#include "async/debug_report.hpp"
#include "async/observer.hpp"
#include "weir/group.hpp"
#include "weir/loop.hpp"

namespace weir::detail {

TaskBase::TaskBase(Loop& loop, std::string name, const TaskBase* parent, std::source_location where)
    : loop_(loop),
      id_(loop.next_task_id()),
      parent_id_(parent ? parent->id() : 0),
      name_(std::move(name)),
      context_(current_context()),
      where_(where) {}

const std::string& TaskBase::name() const {
  if (name_.empty()) name_ = "task-" + std::to_string(id_);
  return name_;
}

void TaskBase::start() {
  if (const LoopObserver* observer = loop_.observer()) [[unlikely]]
    start_observed(*observer);
  add_reference();  // the loop's, dropped in complete()
  loop_.add_task(*this);
  loop_.schedule({}, this);
}

void TaskBase::start_observed(const LoopObserver& observer) {
  if (!observer.is_on_own_thread()) report("task '" + name() + "' is spawned on a loop of another thread");
  born_ = Clock::now();
  nested_ = kMaxNested;  // whoever observes the loop wants to see every coroutine that is resumed
}

std::coroutine_handle<> TaskBase::run_first() {
  if (take_delivery()) {
    discard();
    complete(TaskState::cancelled, {});
    return {};
  }
  state_ = TaskState::running;
  return root();
}

void TaskBase::complete(TaskState state, std::exception_ptr error) noexcept {
  state_ = state;
  error_ = std::move(error);
  waiting_on_ = nullptr;
  while (Waiter* joiner = joiners_.pop_front())
    joiner->wake();
  while (DoneHook* hook = done_hooks_.pop_front())
    hook->on_done(*this);
  loop_.remove_task(*this);
  if (group_) group_->on_child_done(*this);
  drop_reference();
}

bool TaskBase::remove_done_callback(std::uint64_t id) noexcept {
  for (DoneHook* hook = done_hooks_.front(); hook; hook = static_cast<DoneHook*>(hook->next)) {
    if (hook->callback_id() != id) continue;
    done_hooks_.remove(*hook);
    hook->discard();
    return true;
  }
  return false;
}

std::uint64_t next_callback_id() noexcept {
  thread_local std::uint64_t last = 0;
  return ++last;
}

void call_in_context(Loop& loop, Context context, std::function<void()> callback) {
  loop.call_soon(
      [context = std::move(context), callback = std::move(callback)]() mutable { context.run(callback); });
}

void TaskBase::check_canceller(const LoopObserver& observer) const {
  if (!observer.is_on_own_thread())
    report("task '" + name() + "' is cancelled by a thread that is not its loop's");
}

bool TaskBase::request_cancel(const void* owner, int shields) {
  if (done()) return false;
  if (const LoopObserver* observer = loop_.observer()) [[unlikely]]
    check_canceller(*observer);
  if (is_cancel_requested_by(owner)) return true;
  requests_.push_back({owner, shields, 0});
  if (!is_due(requests_.back())) return true;
  if (interrupted_) {
    // The same Cancelled is theirs too, or it would hit the clean-up after it.
    requests_.back().delivery = deliveries_;
  } else if (waiting_on_ && waiting_on_->abandon()) {
    take_delivery();
    interrupted_ = true;
    waiting_on_->set_interrupted();
    waiting_on_->wake();
  }
  return true;
}

void TaskBase::withdraw_cancel(const void* owner) noexcept {
  std::erase_if(requests_, [owner](const CancelRequest& request) { return request.owner == owner; });
}

bool TaskBase::is_cancel_requested_by(const void* owner) const noexcept {
  return std::any_of(requests_.begin(), requests_.end(),
                     [owner](const CancelRequest& request) { return request.owner == owner; });
}

bool TaskBase::is_any_due() const noexcept {
  return std::any_of(requests_.begin(), requests_.end(),
                     [this](const CancelRequest& request) { return is_due(request); });
}

void TaskBase::deliver() noexcept {
  ++deliveries_;
  for (CancelRequest& request : requests_) {
    if (is_due(request)) request.delivery = deliveries_;
  }
}

bool TaskBase::is_delivered_since(std::uint64_t mark) const noexcept {
  return std::any_of(requests_.begin(), requests_.end(),
                     [mark](const CancelRequest& request) { return request.delivery > mark; });
}

void TaskBase::redeliver_since(std::uint64_t mark) noexcept {
  for (CancelRequest& request : requests_) {
    if (request.delivery > mark) request.delivery = 0;
  }
}

void Waiter::wake() noexcept {
  task_->set_waiting_on(nullptr);
  task_->loop().schedule(handle_, task_);
}

}  // namespace weir::detail
