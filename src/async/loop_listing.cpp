// What a loop tells of its tasks.
#include <algorithm>

#include "async/place.hpp"
#include "weir/loop.hpp"

namespace weir {

namespace {

// Where a chain stands, for the one who wrote the program: the innermost co_await that is not the runtime's.
std::string waiting_place(std::coroutine_handle<> innermost) {
  for (auto frame = innermost; frame; frame = detail::PromiseBase::of(frame).continuation) {
    const std::source_location place = detail::PromiseBase::of(frame).place();
    if (!detail::is_of_runtime(place)) return detail::place_text(place);
  }
  return detail::place_text(detail::PromiseBase::of(innermost).place());
}

}  // namespace

std::vector<TaskInfo> Loop::tasks(std::size_t most) const {
  std::vector<TaskInfo> rows;
  for (detail::ListNode* node = tasks_; node && rows.size() < most; node = node->next) {
    const auto& task = static_cast<const detail::TaskBase&>(*node);
    TaskInfo row{
        task.id(), task.parent_id(), task.name(), task.state(), "", detail::place_text(task.where()), "", {}};
    if (const detail::Waiter* waiter = task.waiting_on()) {
      row.waiting_for = waiter->reason();
      row.waiting_at = waiting_place(waiter->handle());
    }
    if (task.born() != TimePoint()) row.age = Clock::now() - task.born();
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const TaskInfo& a, const TaskInfo& b) { return a.id < b.id; });
  return rows;
}

detail::TaskBase* Loop::find_task(std::uint64_t id) const noexcept {
  for (detail::ListNode* node = tasks_; node; node = node->next) {
    auto& task = static_cast<detail::TaskBase&>(*node);
    if (task.id() == id) return &task;
  }
  return nullptr;
}

// Where it waits, or is to go on.
std::coroutine_handle<> Loop::innermost(const detail::TaskBase& task) const noexcept {
  if (task.waiting_on()) return task.waiting_on()->handle();
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    if (ready_[i].task() == &task) return ready_[i].handle();
  }
  return {};
}

std::vector<AwaitPlace> Loop::await_chain(std::uint64_t task_id) const {
  std::vector<AwaitPlace> chain;
  const detail::TaskBase* task = find_task(task_id);
  if (!task) return chain;
  for (auto frame = innermost(*task); frame; frame = detail::PromiseBase::of(frame).continuation) {
    const std::source_location place = detail::PromiseBase::of(frame).place();
    chain.push_back({detail::function_name(place.function_name()), detail::place_text(place)});
  }
  return chain;
}

bool Loop::cancel_task(std::uint64_t task_id) {
  static const char watcher = 0;
  detail::TaskBase* task = find_task(task_id);
  return task && task->request_cancel(&watcher);
}

}  // namespace weir
