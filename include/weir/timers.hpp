// The timers of a loop: what fires when, in the order of time and, at one moment, of arming. Not for direct
// use; loop thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "weir/frame_pool.hpp"

namespace weir {

class Loop;

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

namespace detail {

// Names one callback timer, for cancelling it; one that has fired, or was never made, names none.
class TimerKey {
 public:
  TimerKey() noexcept = default;
  TimerKey(TimePoint when, std::uint64_t sequence, std::uint32_t slot) noexcept
      : when_(when), sequence_(sequence), slot_(slot) {}
  TimePoint when() const noexcept { return when_; }
  std::uint64_t sequence() const noexcept { return sequence_; }
  std::uint32_t slot() const noexcept { return slot_; }

 private:
  TimePoint when_{};
  std::uint64_t sequence_ = 0;
  std::uint32_t slot_ = 0;
};

// Something that is to happen at a moment. It must be disarmed, or have fired, before it goes.
class TimerNode {
 public:
  TimerNode() noexcept = default;
  TimerNode(const TimerNode&) = delete;
  TimerNode& operator=(const TimerNode&) = delete;

  virtual ~TimerNode() = default;

  bool is_armed() const noexcept { return place_ != kNowhere; }

 private:
  friend class Timers;
  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t kLate = ~(kNowhere >> 1);  // this bit: not in the heap but in late_

  // Already disarmed; may delete itself.
  virtual void fire(Loop& loop) noexcept = 0;

  std::size_t place_ = kNowhere;
};

class Timers {
 public:
  Timers() noexcept = default;
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;
  ~Timers() { clear(); }

  bool empty() const noexcept { return heap_.empty(); }
  std::size_t size() const noexcept { return heap_.size(); }
  TimePoint first() const noexcept { return heap_.front().when; }

  void arm(TimerNode& node, TimePoint when);
  // Nothing when it is not armed. O(log n), as arming is.
  void disarm(TimerNode& node) noexcept;

  TimerKey add(TimePoint when, std::function<void()> callback);
  void cancel(const TimerKey& key) noexcept;

  // Fires what is due at `now`; what that arms waits for the next call, even if it is due already.
  void fire(Loop& loop, TimePoint now) noexcept;

  // Callbacks are dropped uncalled. Other nodes must be gone.
  void clear() noexcept;

 private:
  class CallbackTimer;
  struct Entry {
    bool is_before(const Entry& other) const noexcept {
      return when != other.when ? when < other.when : sequence < other.sequence;
    }
    TimePoint when;
    std::uint64_t sequence;
    TimerNode* node;
  };
  struct Slot {
    CallbackTimer* timer;    // null: free
    std::uint64_t sequence;  // of the timer; else the slot that is free after this one
  };
  static constexpr std::size_t kChildren = 4;
  static constexpr std::size_t kKept = 16 * 1024;  // entries of an empty table; a larger one is given back
  static constexpr std::uint64_t kNoSlot = std::numeric_limits<std::uint64_t>::max();

  void insert(const Entry& entry);
  void place(std::size_t at, const Entry& entry) noexcept {
    heap_[at] = entry;
    entry.node->place_ = at;
  }
  void move_up(std::size_t at, const Entry& entry) noexcept;
  void move_down(std::size_t at, const Entry& entry) noexcept;
  void remove_at(std::size_t at) noexcept;
  std::uint32_t take_slot();
  void free_slot(std::uint32_t slot) noexcept;

  std::vector<Entry> heap_;  // the children of i are 4i+1 to 4i+4
  std::vector<Entry> late_;  // armed while firing, and due
  std::vector<Slot> slots_;
  std::uint64_t first_free_ = kNoSlot;
  std::size_t used_slots_ = 0;
  std::uint64_t last_sequence_ = 0;
  TimePoint firing_until_ = TimePoint::min();
  bool is_firing_ = false;
};

}  // namespace detail
}  // namespace weir
