// Semaphore, Mutex, Event, Condition: coordination between tasks of one loop. Waiters are served in FIFO
// order and cost no allocation. Releasing makes the next waiter ready, it never runs it in place. None of
// them is for threads: each belongs to one loop's thread and must outlive its waiters.
#pragma once

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

 private:
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

 private:
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

// `auto lock = co_await mutex.lock();` holds it until `lock` goes away.
class Mutex {
 public:
  Semaphore::Acquire lock() noexcept { return semaphore_.acquire(); }
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
//   while (!ready_yet()) co_await condition.wait();   // bind the result first in an `if`/`while` condition
// Tasks of one loop run one at a time between awaits, so no mutex goes with it.
class Condition {
 public:
  Event::Wait wait() noexcept { return event_.wait(); }
  void notify_one() noexcept { event_.notify_one(); }
  void notify_all() noexcept { event_.notify_all(); }

 private:
  Event event_;
};

}  // namespace weir
