#include "weir/time.hpp"

namespace weir::detail {

void SleepUntil::suspend() noexcept {
  timer_ = loop().call_at(when_, [this] { wake(); });
}

bool SleepUntil::abandon() noexcept {
  loop().cancel_timer(timer_);
  return true;
}

void SleepFor::suspend() noexcept {
  if (delay_ <= Duration::zero()) {
    wake();
    return;
  }
  timed_ = true;
  timer_ = loop().call_later(delay_, [this] { wake(); });
}

bool SleepFor::abandon() noexcept {
  if (timed_) loop().cancel_timer(timer_);
  return timed_;
}

TimeoutScope::TimeoutScope(TaskBase& task, std::optional<TimePoint> deadline)
    : task_(task), mark_(task.deliveries()), shields_(task.shield_depth()), deadline_(deadline) {
  arm();
}

void TimeoutScope::arm() {
  if (!deadline_) return;
  timer_ = task_.loop().call_at(*deadline_, [this] {
    expired_ = true;
    task_.request_cancel(this, shields_);
  });
}

void TimeoutScope::reschedule(std::optional<TimePoint> deadline) {
  if (deadline_) task_.loop().cancel_timer(timer_);
  deadline_ = deadline;
  arm();
}

bool TimeoutScope::is_cause() noexcept {
  const bool mine = task_.is_cancel_requested_by(this);
  close();
  if (!mine) return false;
  task_.take_delivery();
  return !task_.is_delivered_since(mark_);
}

void TimeoutScope::close() noexcept {
  if (!std::exchange(open_, false)) return;
  if (deadline_) task_.loop().cancel_timer(timer_);
  task_.withdraw_cancel(this);
}

}  // namespace weir::detail

namespace weir {

Timeout::Entered::Entered(Timeout& timeout, detail::TaskBase& task)
    : timeout_(timeout),
      scope_(task, timeout.limit_ ? task.loop().deadline_after(*timeout.limit_) : timeout.deadline_) {
  if (timeout.entered_) throw std::logic_error("a Timeout was entered twice");
  timeout.entered_ = true;
  timeout.scope_ = &scope_;
}

Timeout::Entered::~Entered() {
  timeout_.deadline_ = scope_.deadline();
  timeout_.expired_ = scope_.has_expired();
  timeout_.scope_ = nullptr;
}

void Timeout::reschedule(std::optional<TimePoint> deadline) {
  if (!entered_) throw std::logic_error("reschedule() of a Timeout that was not entered");
  if (!scope_) throw std::logic_error("reschedule() of a Timeout that is over");
  if (scope_->has_expired()) throw std::logic_error("reschedule() of a Timeout that has expired");
  scope_->reschedule(deadline);
}

}  // namespace weir
