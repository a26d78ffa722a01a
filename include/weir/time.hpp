// Time: sleeping, yielding, and limits on how long something may take.
#pragma once

#include <stdexcept>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

// A timeout() ran out.
class TimeoutError : public std::runtime_error {
 public:
  TimeoutError() : std::runtime_error("timed out") {}
};

namespace detail {

class SleepUntil final : public Leaf<SleepUntil> {
 public:
  explicit SleepUntil(TimePoint when) noexcept : Leaf("sleep"), when_(when) {}
  bool ready() const noexcept { return false; }
  void suspend() noexcept;
  void result() const noexcept {}
  bool abandon() noexcept override;

 private:
  TimePoint when_;
  Loop::Timer timer_;
};

// A sleep whose start is the moment of the await, not of the call.
class SleepFor final : public Leaf<SleepFor> {
 public:
  explicit SleepFor(Duration delay) noexcept : Leaf("sleep"), delay_(delay) {}
  bool ready() const noexcept { return false; }
  void suspend() noexcept;
  void result() const noexcept {}
  bool abandon() noexcept override;

 private:
  Duration delay_;
  Loop::Timer timer_;
  bool timed_ = false;
};

// The scope of one timeout: arms a timer that cancels the task in the scope's name.
class TimeoutScope {
 public:
  TimeoutScope(TaskBase& task, TimePoint deadline);
  TimeoutScope(const TimeoutScope&) = delete;
  TimeoutScope& operator=(const TimeoutScope&) = delete;
  ~TimeoutScope() { close(); }

  // The coroutine ended Cancelled. True when that was this scope's doing alone; if somebody else asked too,
  // Cancelled is to go on outwards, and counts as delivered to them.
  bool is_cause() noexcept;

 private:
  void close() noexcept;

  TaskBase& task_;
  std::uint64_t mark_;
  Loop::Timer timer_;
  bool open_ = true;
};

// While it lives, requests made outside of it are held back.
class CancelShield {
 public:
  explicit CancelShield(TaskBase& task) noexcept : task_(task) { task_.raise_shield(); }
  CancelShield(const CancelShield&) = delete;
  CancelShield& operator=(const CancelShield&) = delete;
  ~CancelShield() { task_.lower_shield(); }

 private:
  TaskBase& task_;
};

}  // namespace detail

// Suspends for `delay` of the loop's clock; zero or less gives every other ready task a turn.
inline detail::SleepFor sleep(Duration delay) noexcept {
  return detail::SleepFor(delay);
}
inline detail::SleepUntil sleep_until(TimePoint when) noexcept {
  return detail::SleepUntil(when);
}
inline detail::SleepFor yield() noexcept {
  return detail::SleepFor(Duration::zero());
}

// Runs `coro` to its end, but cancels it at `deadline`. A value or error that it still produces wins over the
// deadline; only if it ends Cancelled because of this deadline, TimeoutError is thrown. Joined either way.
template <class T>
Coro<T> timeout_at(TimePoint deadline, Coro<T> coro) {
  detail::TaskBase& self = co_await detail::this_task();
  detail::TimeoutScope scope(self, deadline);
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
      co_return;
    } else {
      T value = co_await std::move(coro);
      co_return value;
    }
  } catch (const Cancelled&) {
    if (scope.is_cause()) throw TimeoutError();
    throw;
  }
}

template <class T>
Coro<T> timeout(Duration limit, Coro<T> coro) {
  detail::TaskBase& self = co_await detail::this_task();
  Coro<T> limited = timeout_at(self.loop().deadline_after(limit), std::move(coro));
  if constexpr (std::is_void_v<T>) {
    co_await std::move(limited);
  } else {
    T value = co_await std::move(limited);
    co_return value;
  }
}

// Runs `coro` with cancellation held back: a request is delivered at the first suspension point after it.
// For clean-up that must not be torn in two: flush, drain, close. Timeouts and groups inside still work.
template <class T>
Coro<T> with_cancel_disabled(Coro<T> coro) {
  detail::TaskBase& self = co_await detail::this_task();
  detail::CancelShield shield(self);
  if constexpr (std::is_void_v<T>) {
    co_await std::move(coro);
  } else {
    T value = co_await std::move(coro);
    co_return value;
  }
}

}  // namespace weir
