// Barrier: a number of tasks wait for each other.
//
//   weir::Barrier barrier(3);
//   const std::size_t place = co_await barrier.wait();   // in three tasks: all go on together
//   if (place == 0) announce();                          // exactly one of them
//
// A barrier serves any number of rounds.
//
// Ownership: a barrier must outlive its waiters.
// Threads: it belongs to one loop's thread.
// Cancellation: a cancelled wait leaves the round as if it had not come: the barrier is not broken by it, and
// the others wait for one more. A task that the last arrival has released gets its place, cancelled or not.
// Errors: BrokenBarrierError for those who wait when it is aborted or reset, and after abort() for all.
#pragma once

#include <cstddef>
#include <stdexcept>

#include "weir/loop.hpp"

namespace weir {

// The barrier was aborted, or reset while this task waited.
class BrokenBarrierError : public std::runtime_error {
 public:
  BrokenBarrierError() : std::runtime_error("the barrier is broken") {}
};

class Barrier {
 public:
  // std::invalid_argument for none.
  explicit Barrier(std::size_t parties) : parties_(parties) {
    if (parties == 0) throw std::invalid_argument("a barrier for nobody");
  }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  class Wait final : public detail::Leaf<Wait> {
   public:
    explicit Wait(Barrier& barrier) noexcept : Leaf("barrier"), barrier_(barrier) {}
    bool ready() noexcept {
      if (barrier_.broken_) {
        broken_ = true;
        return true;
      }
      if (barrier_.waiting_ + 1 < barrier_.parties_) return false;
      place_ = barrier_.waiting_;
      barrier_.release_round();
      return true;
    }
    void suspend() noexcept {
      ++barrier_.waiting_;
      barrier_.waiters_.push_back(*this);
    }
    std::size_t result() const {
      if (broken_) throw BrokenBarrierError();
      return place_;
    }
    bool abandon() noexcept override {
      --barrier_.waiting_;
      barrier_.waiters_.remove(*this);
      return true;
    }

   private:
    friend class Barrier;
    Barrier& barrier_;
    std::size_t place_ = 0;
    bool broken_ = false;
  };

  // Waits until `parties` tasks do. Gives each another number below that, in the order of arrival.
  // BrokenBarrierError at once when broken, and when it is aborted or reset meanwhile.
  Wait wait() noexcept { return Wait(*this); }

  // Breaks the round, if anybody waits, and mends a barrier that was aborted.
  void reset() noexcept {
    break_round();
    broken_ = false;
  }

  // Breaks the round and every later one until reset(): for a task that cannot come any more.
  void abort() noexcept {
    break_round();
    broken_ = true;
  }

  std::size_t parties() const noexcept { return parties_; }
  std::size_t n_waiting() const noexcept { return waiting_; }
  bool broken() const noexcept { return broken_; }

 private:
  void release_round() noexcept {
    waiting_ = 0;
    for (std::size_t place = 0; detail::Waiter* waiter = waiters_.pop_front(); ++place) {
      static_cast<Wait&>(*waiter).place_ = place;
      waiter->wake();
    }
  }
  void break_round() noexcept {
    waiting_ = 0;
    while (detail::Waiter* waiter = waiters_.pop_front()) {
      static_cast<Wait&>(*waiter).broken_ = true;
      waiter->wake();
    }
  }

  std::size_t parties_;
  std::size_t waiting_ = 0;
  bool broken_ = false;
  detail::WaitList waiters_;
};

}  // namespace weir
