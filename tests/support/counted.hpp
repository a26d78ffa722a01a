// A value that counts what happens to it: for proving that each is destroyed exactly once.
//
// g++ 12 destroys some temporaries of statements with co_await twice; a second destruction, or the
// destruction of bytes that were never an object, is recorded in Counted::faults. One thread at a time.
#pragma once

#include <cstdint>
#include <utility>

namespace weir::support {

struct CountedTotals {
  long made = 0;  // by any constructor
  long copies = 0;
  long moves = 0;
  long destroyed = 0;
  long alive() const noexcept { return made - destroyed; }
};

class Counted {
 public:
  static inline CountedTotals totals;
  static inline long faults = 0;

  // At the start of each test.
  static void reset() noexcept {
    totals = CountedTotals();
    faults = 0;
  }

  explicit Counted(int value) noexcept : value_(value) { ++totals.made; }
  Counted(const Counted& other) noexcept : value_(other.value()) {
    ++totals.made;
    ++totals.copies;
  }
  Counted(Counted&& other) noexcept : value_(std::exchange(other.value_, kMovedFrom)) {
    ++totals.made;
    ++totals.moves;
  }
  Counted& operator=(const Counted& other) noexcept {
    value_ = other.value();
    return *this;
  }
  Counted& operator=(Counted&& other) noexcept {
    value_ = std::exchange(other.value_, kMovedFrom);
    return *this;
  }
  ~Counted() {
    if (life_ != kAlive) ++faults;
    life_ = kDead;
    ++totals.destroyed;
  }

  int value() const noexcept {
    if (life_ != kAlive) ++faults;
    return value_;
  }
  bool is_moved_from() const noexcept { return value_ == kMovedFrom; }

  static constexpr int kMovedFrom = -1;

 private:
  static constexpr std::uint32_t kAlive = 0x600dc0de;
  static constexpr std::uint32_t kDead = 0xdeaddead;

  // volatile: the store in the destructor must not be optimised away.
  volatile std::uint32_t life_ = kAlive;
  int value_;
};

}  // namespace weir::support
