#include "weir/group.hpp"

namespace weir {

namespace {

// Calls `visit` with the exception inside `error` if it is an exception_group, and returns whether it was.
template <class Visit>
bool visit_nested(const std::exception_ptr& error, Visit visit) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& nested) {
    visit(nested);
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

std::string describe(const std::exception_ptr& error) {
  if (!error) return "no error";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (const Cancelled&) {
    return "cancelled";
  } catch (...) {
    return "an exception of unknown type";
  }
}

exception_group::exception_group(std::vector<Child> children) : children_(std::move(children)) {
  what_ = std::to_string(children_.size()) + (children_.size() == 1 ? " task failed" : " tasks failed");
  const char* separator = ": ";
  for (const Child& child : children_) {
    what_ += separator + child.task + ": " + describe(child.error);
    separator = "; ";
  }
}

std::exception_ptr exception_group::first() const {
  return flatten().front().error;
}

std::vector<exception_group::Child> exception_group::flatten() const {
  std::vector<Child> flat;
  for (const Child& child : children_) {
    const auto add_nested = [&flat, &child](const exception_group& nested) {
      for (const Child& inner : nested.flatten())
        flat.emplace_back(child.task + " > " + inner.task, inner.error);
    };
    if (!visit_nested(child.error, add_nested)) flat.push_back(child);
  }
  return flat;
}

void TaskGroup::check_open() const {
  if (aborting_) throw std::logic_error("spawn() in a task group that is shutting down");
  if (closed_ && active_ == 0) throw std::logic_error("spawn() in a task group that is finished");
}

void TaskGroup::adopt(detail::TaskBase& child) {
  child.add_reference();
  children_.push_back(&child);
  ++active_;
  if (children_.size() >= 64 && children_.size() >= 2 * active_) drop_finished_children();
}

void TaskGroup::drop_finished_children() {
  const auto finished = [](detail::TaskBase* child) {
    if (!child->done()) return false;
    child->drop_reference();
    return true;
  };
  std::erase_if(children_, finished);
}

void TaskGroup::on_child_done(detail::TaskBase& child) noexcept {
  --active_;
  if (aborting_ && child.state() == TaskState::cancelled) child_cancelled_ = true;
  if (child.error()) {
    failures_.emplace_back(child.id(), exception_group::Child(child.name(), child.error()));
    abort();
  }
  if (active_ == 0 && joiner_) std::exchange(joiner_, nullptr)->wake();
}

void TaskGroup::cancel() {
  abort();
}

void TaskGroup::abort_from_outside() {
  if (aborting_) return;
  cancelled_from_outside_ = true;
  abort();
}

void TaskGroup::abort() {
  if (aborting_) return;
  aborting_ = true;
  // Requests only make tasks ready, they run none: children_ does not change meanwhile.
  for (detail::TaskBase* child : children_)
    child->request_cancel(this);
  if (!closed_) owner_.request_cancel(this, shields_);
}

void TaskGroup::on_body_done(std::exception_ptr error, bool cancelled) {
  closed_ = true;
  body_cancelled_ = cancelled;
  if (error) failures_.emplace_back(0, exception_group::Child(owner_.name(), std::move(error)));
  if (cancelled || !failures_.empty()) abort();
}

void TaskGroup::finish() {
  drop_finished_children();
  const bool own_request = owner_.is_cancel_requested_by(this);
  owner_.withdraw_cancel(this);
  if (!failures_.empty()) {
    // A foreign request that the body already saw must not get lost behind the errors.
    if (body_cancelled_) owner_.redeliver_since(mark_);
    throw exception_group(take_errors());
  }
  const bool torn = body_cancelled_ || (cancelled_from_outside_ && child_cancelled_);
  if (torn && owner_.take_delivery()) throw Cancelled{};
  if (body_cancelled_ && (!own_request || owner_.is_delivered_since(mark_))) throw Cancelled{};
}

std::vector<exception_group::Child> TaskGroup::take_errors() {
  std::sort(failures_.begin(), failures_.end(),
            [](const Failure& a, const Failure& b) { return a.id < b.id; });
  std::vector<exception_group::Child> errors;
  for (Failure& failure : failures_)
    errors.push_back(std::move(failure.child));
  return errors;
}

}  // namespace weir
