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

TimeoutScope::TimeoutScope(TaskBase& task, TimePoint deadline) : task_(task), mark_(task.deliveries()) {
  const int shields = task_.shield_depth();
  timer_ = task_.loop().call_at(deadline, [this, shields] { task_.request_cancel(this, shields); });
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
  task_.loop().cancel_timer(timer_);
  task_.withdraw_cancel(this);
}

}  // namespace weir::detail
