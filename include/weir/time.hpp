// Time: sleeping, yielding, and limits on how long something may take.
//
//   co_await weir::sleep(1s);
//   const int reply = co_await weir::timeout(5s, fetch(1));       // TimeoutError if it takes longer
//
//   weir::Timeout limit(5s);                                      // one that can be moved meanwhile
//   co_await limit.run(talk(&limit));   // talk() calls limit->reschedule(...) with each sign of life
//
// All of it goes by the clock of the loop, which in tests is a virtual one: see weir/run.hpp.
//
// Ownership: a coroutine is moved in and has ended when the call returns.
// Threads: the loop's.
// Cancellation: a cancelled sleep ends at once. A limit cancels in its own name: a cancellation from outside
// goes on outwards and is never taken for a timeout.
// Errors: TimeoutError, unless the coroutine still gave a value or an error, which wins.
#pragma once

#include <optional>
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
  // No deadline: never.
  TimeoutScope(TaskBase& task, std::optional<TimePoint> deadline);
  TimeoutScope(const TimeoutScope&) = delete;
  TimeoutScope& operator=(const TimeoutScope&) = delete;
  ~TimeoutScope() { close(); }

  void reschedule(std::optional<TimePoint> deadline);
  const std::optional<TimePoint>& deadline() const noexcept { return deadline_; }
  bool has_expired() const noexcept { return expired_; }

  // The coroutine ended Cancelled. True when that was this scope's doing alone; if somebody else asked too,
  // Cancelled is to go on outwards, and counts as delivered to them.
  bool is_cause() noexcept;

 private:
  void arm();
  void close() noexcept;

  TaskBase& task_;
  std::uint64_t mark_;
  int shields_;
  std::optional<TimePoint> deadline_;
  Loop::Timer timer_;
  bool expired_ = false;
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

// The clock of the loop that runs on this thread; of the machine where none does.
inline TimePoint now() noexcept {
  const Loop* loop = Loop::current();
  return loop ? loop->now() : Clock::now();
}

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

// As timeout_at(), from now on.
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

// A limit that can be asked and moved while it runs. Made idle; run() enters it, once.
class Timeout {
 public:
  // No limit, until reschedule() sets one.
  Timeout() noexcept = default;
  // Counted from the moment when run() starts.
  explicit Timeout(Duration limit) noexcept : limit_(limit) {}
  explicit Timeout(TimePoint deadline) noexcept : deadline_(deadline) {}
  Timeout(const Timeout&) = delete;
  Timeout& operator=(const Timeout&) = delete;

  // Runs `coro` within the limit, as timeout_at(): TimeoutError only if it ended Cancelled because of this
  // limit. This object must outlive that. std::logic_error when it was entered before.
  template <class T>
  Coro<T> run(Coro<T> coro);

  // The deadline; nothing for no limit, and for a Duration before run() starts.
  std::optional<TimePoint> when() const noexcept { return scope_ ? scope_->deadline() : deadline_; }

  // Moves the deadline; nothing lifts it, one that has passed ends the coroutine at its next suspension
  // point. std::logic_error unless run() is under way and the limit has not expired.
  void reschedule(std::optional<TimePoint> deadline);

  // Whether the deadline passed while run() was under way, even if the coroutine then ended in another way.
  bool expired() const noexcept { return scope_ ? scope_->has_expired() : expired_; }

 private:
  // Ties a scope to this object while run() is under way.
  class Entered {
   public:
    Entered(Timeout& timeout, detail::TaskBase& task);
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered();
    bool is_cause() noexcept { return scope_.is_cause(); }

   private:
    Timeout& timeout_;
    detail::TimeoutScope scope_;
  };

  std::optional<Duration> limit_;
  std::optional<TimePoint> deadline_;
  detail::TimeoutScope* scope_ = nullptr;
  bool entered_ = false;
  bool expired_ = false;
};

template <class T>
Coro<T> Timeout::run(Coro<T> coro) {
  detail::TaskBase& self = co_await detail::this_task();
  Entered entered(*this, self);
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
      co_return;
    } else {
      T value = co_await std::move(coro);
      co_return value;
    }
  } catch (const Cancelled&) {
    if (entered.is_cause()) throw TimeoutError();
    throw;
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
