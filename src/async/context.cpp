#include "weir/context.hpp"

#include <algorithm>
#include <atomic>

#include "weir/loop.hpp"

namespace weir {

namespace {
thread_local const detail::ContextScope* innermost = nullptr;
thread_local Context thread_context;

const detail::TaskBase* task_of_this_thread() noexcept {
  const Loop* loop = Loop::current();
  return loop ? loop->current_task() : nullptr;
}
}  // namespace

namespace detail {

ContextScope::ContextScope(Context& context) noexcept
    : context_(context), task_(task_of_this_thread()), outer_(std::exchange(innermost, this)) {}

ContextScope::~ContextScope() {
  innermost = outer_;
}

Context& current_context() noexcept {
  Loop* loop = Loop::current();
  TaskBase* task = loop ? loop->current_task() : nullptr;
  // A scope that was entered around a whole loop is not that of the loop's tasks.
  if (innermost && innermost->task() == task) return innermost->context();
  return task ? task->context() : thread_context;
}

std::uint64_t next_variable_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace detail

Context copy_context() {
  return detail::current_context();
}

Context::Value Context::find(std::uint64_t variable) const noexcept {
  if (!values_) return nullptr;
  for (const Entry& entry : *values_) {
    if (entry.variable == variable) return entry.value;
  }
  return nullptr;
}

void Context::replace(std::uint64_t variable, Value value) {
  auto changed =
      values_ ? std::make_shared<std::vector<Entry>>(*values_) : std::make_shared<std::vector<Entry>>();
  const auto place = std::find_if(changed->begin(), changed->end(),
                                  [variable](const Entry& entry) { return entry.variable == variable; });
  if (place == changed->end()) {
    if (value) changed->push_back(Entry{variable, std::move(value)});
  } else if (value) {
    place->value = std::move(value);
  } else {
    changed->erase(place);
  }
  if (changed->empty()) changed.reset();
  values_ = std::move(changed);
}

}  // namespace weir
