// Semaphore, Mutex, Event, Condition: coordination between tasks of one loop (Barrier: weir/barrier.hpp).
//
//   weir::Mutex mutex;
//   weir::Condition changed;
//   int stock = 0;
//
//   auto lock = co_await mutex.lock();
//   const auto in_stock = [&] { return stock > 0; };   // named first, for g++ 12
//   co_await changed.wait_for(lock, in_stock);
//   --stock;
//
// Waiters are served in FIFO order and cost no allocation. Releasing makes the next waiter ready, it never
// runs it in place.
//
// Ownership: each must outlive its waiters and its permits.
// Threads: none of them is for threads: each belongs to one loop's thread.
// Cancellation: a cancelled wait gives up its place; one that was served already has its permit or its
// wake-up, and the cancellation is delivered at the next suspension point, so neither is ever lost.
// Errors: std::logic_error for what can only be a mistake, such as a wait without holding the lock.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

class Semaphore;

// One unit of a semaphore, given back on destruction.
class [[nodiscard]] Permit {
 public:
  Permit() noexcept = default;
  explicit Permit(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}
  Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept {
    release();
    semaphore_ = std::exchange(other.semaphore_, nullptr);
    return *this;
  }
  ~Permit() { release(); }
  void release() noexcept;
  // Whether it holds a unit.
  explicit operator bool() const noexcept { return semaphore_ != nullptr; }

 private:
  friend class Condition;
  Semaphore* semaphore_ = nullptr;
};

class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) noexcept : free_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  class Acquire final : public detail::Leaf<Acquire> {
   public:
    explicit Acquire(Semaphore& semaphore) noexcept : Leaf("semaphore"), semaphore_(semaphore) {}
    bool ready() noexcept { return semaphore_.try_take(); }
    void suspend() noexcept { semaphore_.waiters_.push_back(*this); }
    Permit result() noexcept { return Permit(semaphore_); }
    bool abandon() noexcept override {
      semaphore_.waiters_.remove(*this);
      return true;
    }

   private:
    Semaphore& semaphore_;
  };

  // `auto permit = co_await semaphore.acquire();`
  Acquire acquire() noexcept { return Acquire(*this); }

  // A unit goes straight to the first waiter, who can no longer lose it to a cancellation.
  void release() noexcept {
    if (detail::Waiter* waiter = waiters_.pop_front()) {
      waiter->wake();
    } else {
      ++free_;
    }
  }
  std::size_t available() const noexcept { return free_; }
  // Whether acquire() would have to wait.
  bool is_locked() const noexcept { return free_ == 0 || !waiters_.empty(); }

  // Without waiting: an empty permit when there is nothing to have.
  Permit try_acquire() noexcept { return try_take() ? Permit(*this) : Permit(); }

 private:
  friend class Condition;
  bool try_take() noexcept {
    if (free_ == 0 || !waiters_.empty()) return false;
    --free_;
    return true;
  }

  std::size_t free_;
  detail::WaitList waiters_;
};

inline void Permit::release() noexcept {
  if (semaphore_) std::exchange(semaphore_, nullptr)->release();
}

// A semaphore that is never released more often than it was acquired.
class BoundedSemaphore {
 public:
  explicit BoundedSemaphore(std::size_t permits) noexcept : semaphore_(permits), bound_(permits) {}
  Semaphore::Acquire acquire() noexcept { return semaphore_.acquire(); }
  Permit try_acquire() noexcept { return semaphore_.try_acquire(); }
  // std::logic_error when all units are there.
  void release() {
    if (semaphore_.available() >= bound_) throw std::logic_error("a bounded semaphore released too often");
    semaphore_.release();
  }
  std::size_t available() const noexcept { return semaphore_.available(); }
  bool is_locked() const noexcept { return semaphore_.is_locked(); }

 private:
  Semaphore semaphore_;
  std::size_t bound_;
};

// `auto lock = co_await mutex.lock();` holds it until `lock` goes away.
class Mutex {
 public:
  Semaphore::Acquire lock() noexcept { return semaphore_.acquire(); }
  Permit try_lock() noexcept { return semaphore_.try_acquire(); }
  bool is_locked() const noexcept { return semaphore_.available() == 0; }

 private:
  Semaphore semaphore_{1};
};

class Event {
 public:
  Event() noexcept = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  class Wait final : public detail::Leaf<Wait> {
   public:
    explicit Wait(Event& event) noexcept : Leaf("event"), event_(event) {}
    bool ready() const noexcept { return event_.set_; }
    void suspend() noexcept { event_.waiters_.push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      event_.waiters_.remove(*this);
      return true;
    }

   private:
    Event& event_;
  };

  Wait wait() noexcept { return Wait(*this); }
  bool is_set() const noexcept { return set_; }
  void clear() noexcept { set_ = false; }
  void set() noexcept {
    set_ = true;
    notify_all();
  }

  // Wakes those who wait now, without setting the event.
  void notify_one() noexcept {
    if (detail::Waiter* waiter = waiters_.pop_front()) waiter->wake();
  }
  void notify_all() noexcept {
    while (detail::Waiter* waiter = waiters_.pop_front())
      waiter->wake();
  }

 private:
  bool set_ = false;
  detail::WaitList waiters_;
};

// Lets tasks wait for a change of state that they test themselves:
//   while (!ready_yet()) co_await condition.wait(lock);   // bind the result first in an `if`/`while`
//   condition
// Tasks of one loop run one at a time between awaits, so a mutex is needed only where the state is held over
// awaits; without one use wait() alone. Notifying does not need the mutex.
class Condition {
 public:
  Condition() noexcept = default;
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  class Wait final : public detail::Leaf<Wait> {
   public:
    Wait(Condition& condition, Permit* lock) noexcept
        : Leaf("condition"), condition_(condition), lock_(lock), mutex_(lock ? lock->semaphore_ : nullptr) {}
    bool ready() const {
      if (lock_ && !mutex_) throw std::logic_error("wait() on a condition without holding the lock");
      return false;
    }
    void suspend() noexcept {
      condition_.waiters_.push_back(*this);
      if (lock_) lock_->release();
    }
    void result() {
      if (lock_) *lock_ = Permit(*mutex_);
      if (gave_up_ && task()->take_delivery()) throw Cancelled{};
    }
    bool abandon() noexcept override;

   private:
    friend class Condition;
    // Hands the waiter over: to the mutex's queue, or to its task.
    void go_on() noexcept;

    Condition& condition_;
    Permit* lock_;      // the caller's, empty while waiting; null without a mutex
    Semaphore* mutex_;  // whose it is
    bool notified_ = false;
    bool gave_up_ = false;  // cancelled before it was notified; waits for the mutex all the same
  };

  // Gives the mutex back, waits until notified, and has it again when it returns or throws. `lock` holds the
  // mutex, or std::logic_error. Cancelled while it waits, it throws Cancelled once it has the mutex again.
  Wait wait(Permit& lock) noexcept { return Wait(*this, &lock); }
  Wait wait() noexcept { return Wait(*this, nullptr); }

  // Waits until `predicate()` is true; tests it first, and after each wake-up.
  template <class Predicate>
  Coro<void> wait_for(Permit& lock, Predicate predicate) {
    return wait_until_true(this, &lock, std::move(predicate));
  }
  template <class Predicate>
  Coro<void> wait_for(Predicate predicate) {
    return wait_until_true(this, nullptr, std::move(predicate));
  }

  // Wakes at most `n` of those that wait, the longest waiting first.
  void notify(std::size_t n = 1) noexcept {
    for (; n > 0 && !waiters_.empty(); --n)
      static_cast<Wait*>(waiters_.pop_front())->go_on();
  }
  void notify_one() noexcept { notify(1); }
  void notify_all() noexcept { notify(std::numeric_limits<std::size_t>::max()); }

 private:
  template <class Predicate>
  static Coro<void> wait_until_true(Condition* condition, Permit* lock, Predicate predicate) {
    while (!predicate())
      co_await Wait(*condition, lock);
  }

  detail::WaitList waiters_;
};

inline void Condition::Wait::go_on() noexcept {
  notified_ = true;
  if (!mutex_ || mutex_->try_take()) {
    wake();
  } else {
    mutex_->waiters_.push_back(*this);
  }
}

inline bool Condition::Wait::abandon() noexcept {
  if (notified_ || gave_up_) return false;
  condition_.waiters_.remove(*this);
  if (!mutex_) return true;
  gave_up_ = true;
  if (mutex_->try_take()) {
    wake();
  } else {
    mutex_->waiters_.push_back(*this);
  }
  return false;
}

}  // namespace weir
