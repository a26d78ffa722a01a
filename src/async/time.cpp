#include "weir/time.hpp"

namespace weir::detail {

void SleepUntil::suspend() noexcept {
  loop().arm(*this, when_);
}

bool SleepUntil::abandon() noexcept {
  loop().disarm(*this);
  return true;
}

void SleepFor::suspend() noexcept {
  if (delay_ <= Duration::zero()) {
    wake();
    return;
  }
  loop().arm(*this, loop().deadline_after(delay_));
}

bool SleepFor::abandon() noexcept {
  if (!is_armed()) return false;  // a yield: it is ready already
  loop().disarm(*this);
  return true;
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
