// The timers of a loop: what is called when, in the order of time and, at one moment, of setting.
// Not for direct use; loop thread only.
//
// A heap of small entries that nobody points to, so that moving them touches nothing else. The callbacks are
// in slots beside it; cancelling empties the slot, and the entry goes when it comes up or when such entries
// are the most.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace weir {

class Loop;

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

namespace detail {

// Names one timer, for cancelling it. One that has fired, or was never set, is named by none.
class TimerKey {
 public:
  TimerKey() noexcept = default;
  explicit TimerKey(std::uint64_t tag) noexcept : tag_(tag) {}
  std::uint64_t tag() const noexcept { return tag_; }

 private:
  std::uint64_t tag_ = 0;
};

class Timers {
 public:
  Timers() noexcept = default;
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;
  ~Timers() { clear(); }

  bool empty() const noexcept { return live_ == 0; }
  std::size_t size() const noexcept { return live_; }
  // The earliest; not for none.
  TimePoint first() noexcept;

  // O(log n).
  TimerKey add(TimePoint when, std::function<void()> callback);
  // O(1) on average.
  void cancel(const TimerKey& key) noexcept;

  // Has the loop call what is due at `now`; what that sets waits for the next time, even if it is due too.
  void fire(Loop& loop, TimePoint now) noexcept;

  // Callbacks are dropped uncalled.
  void clear() noexcept;

 private:
  // Its number, then its slot. Numbers start anew after 2^36 timers; among those set at that moment for one
  // and the same nanosecond the order may then be wrong.
  static constexpr unsigned kSlotBits = 28;
  static constexpr std::uint64_t kSlotMask = (std::uint64_t{1} << kSlotBits) - 1;

  struct Entry {
    // Without a branch: which of two is the earlier cannot be foreseen.
    bool is_before(const Entry& other) const noexcept {
      return (static_cast<unsigned>(when < other.when) |
              (static_cast<unsigned>(when == other.when) & static_cast<unsigned>(tag < other.tag))) != 0;
    }
    Duration::rep when;
    std::uint64_t tag;
  };
  // The children of an entry, in one cache line.
  struct alignas(64) Siblings {
    Entry entries[4];
  };
  struct Slot {
    std::uint64_t tag = 0;  // of the timer that is in it; 0: free
    std::function<void()> callback;
  };
  static constexpr std::size_t kChunk = 256;  // slots that are made at once; they never move
  static constexpr std::size_t kRoot = 3;     // so that the children of i, 4i-8 to 4i-5, are siblings
  static constexpr std::size_t kFewStale = 64;
  static constexpr std::size_t kKeptChunks = 64;

  Slot& slot_of(std::uint64_t tag) noexcept {
    const std::size_t slot = tag & kSlotMask;
    return chunks_[slot / kChunk][slot % kChunk];
  }
  bool is_live(const Entry& entry) noexcept { return slot_of(entry.tag).tag == entry.tag; }
  std::function<void()> take(std::uint64_t tag) noexcept;
  std::uint64_t take_slot();
  void release_memory() noexcept;

  Entry& at(std::size_t i) noexcept { return heap_[i / 4].entries[i % 4]; }
  void push(const Entry& entry);
  void pop() noexcept;
  void move_up(std::size_t i, const Entry& entry) noexcept;
  std::size_t earliest_child(std::size_t i) noexcept;
  void drop_stale() noexcept;

  std::vector<Siblings> heap_;
  std::size_t end_ = kRoot;  // one past the last entry of the heap
  std::size_t stale_ = 0;    // entries of the heap whose timers were cancelled
  std::vector<Entry> late_;  // set while firing, and due

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t live_ = 0;
  std::uint64_t last_number_ = 0;

  Duration::rep firing_until_ = 0;
  bool is_firing_ = false;
};

}  // namespace detail
}  // namespace weir
