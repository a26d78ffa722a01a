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

TimeoutScope::TimeoutScope(TaskBase& task, TimePoint deadline) : task_(task) {
  timer_ = task_.loop().call_at(deadline, [this] { task_.request_cancel(this); });
}

bool TimeoutScope::close() noexcept {
  if (!open_) return false;
  open_ = false;
  task_.loop().cancel_timer(timer_);
  const bool mine = task_.is_cancel_requested_by(this);
  task_.withdraw_cancel(this);
  return mine && !task_.is_cancel_requested();
}

}  // namespace weir::detail
