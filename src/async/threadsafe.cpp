#include "weir/threadsafe.hpp"

namespace weir::detail {

bool ThreadReply::is_done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

bool ThreadReply::is_cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

bool ThreadReply::wait(std::optional<Duration> limit) const {
  std::unique_lock lock(mutex_);
  const auto done = [this] { return done_; };
  const TimePoint now = Clock::now();
  if (!limit || *limit > TimePoint::max() - now) {
    changed_.wait(lock, done);
    return true;
  }
  return changed_.wait_until(lock, now + *limit, done);
}

bool ThreadReply::cancel(std::shared_ptr<ThreadReply> self) {
  const std::lock_guard lock(mutex_);
  if (done_) return false;
  // Under the lock: while this is not done the loop waits for its task, or has yet to drop it.
  loop_->call_soon_threadsafe([self = std::move(self)] {
    if (self->task_) self->task_->request_cancel(self->task_);
  });
  return true;
}

}  // namespace weir::detail
