#include "weir/timers.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "weir/loop.hpp"

namespace weir::detail {

TimerKey Timers::add(TimePoint when, std::function<void()> callback) {
  const std::uint64_t slot = take_slot();
  last_number_ = std::max<std::uint64_t>(1, (last_number_ + 1) & (~std::uint64_t{0} >> kSlotBits));
  const Entry entry{when.time_since_epoch().count(), last_number_ << kSlotBits | slot};
  if (is_firing_ && entry.when <= firing_until_) {
    late_.push_back(entry);
  } else {
    push(entry);
  }
  free_slots_.pop_back();
  Slot& taken = slot_of(entry.tag);
  taken.tag = entry.tag;
  taken.callback = std::move(callback);
  ++live_;
  return TimerKey(entry.tag);
}

// The slot stays on the list of free ones.
std::uint64_t Timers::take_slot() {
  if (free_slots_.empty()) {
    const std::size_t first = chunks_.size() * kChunk;
    if (first + kChunk > kSlotMask) throw std::length_error("too many timers");
    free_slots_.reserve(first + kChunk);  // so that freeing one never fails
    chunks_.push_back(std::make_unique<Slot[]>(kChunk));
    for (std::size_t i = first + kChunk; i > first; --i)
      free_slots_.push_back(static_cast<std::uint32_t>(i - 1));
  }
  return free_slots_.back();
}

std::function<void()> Timers::take(std::uint64_t tag) noexcept {
  Slot& slot = slot_of(tag);
  slot.tag = 0;
  free_slots_.push_back(static_cast<std::uint32_t>(tag & kSlotMask));
  --live_;
  return std::exchange(slot.callback, nullptr);
}

void Timers::cancel(const TimerKey& key) noexcept {
  if ((key.tag() & kSlotMask) >= chunks_.size() * kChunk || key.tag() == 0) return;
  if (slot_of(key.tag()).tag != key.tag()) return;
  const std::function<void()> dropped = take(key.tag());
  ++stale_;
  if (live_ == 0 && !is_firing_) {
    release_memory();
  } else if (stale_ > kFewStale && stale_ > live_) {
    drop_stale();
  }
}

TimePoint Timers::first() noexcept {
  while (!is_live(at(kRoot))) {
    pop();
    --stale_;
  }
  return TimePoint(Duration(at(kRoot).when));
}

void Timers::fire(Loop& loop, TimePoint now) noexcept {
  is_firing_ = true;
  firing_until_ = now.time_since_epoch().count();
  while (end_ > kRoot && at(kRoot).when <= firing_until_) {
    const Entry due = at(kRoot);
    pop();
    if (!is_live(due)) {
      --stale_;
      continue;
    }
    const std::function<void()> callback = take(due.tag);
    loop.run_callback(callback);
  }
  is_firing_ = false;
  for (const Entry& entry : std::exchange(late_, std::vector<Entry>()))
    push(entry);
  if (live_ == 0) release_memory();
}

void Timers::clear() noexcept {
  const auto dropped = std::exchange(chunks_, std::vector<std::unique_ptr<Slot[]>>());
  live_ = 0;
  release_memory();
}

// Of a table without timers: all if it was large, else only what is stale.
void Timers::release_memory() noexcept {
  end_ = kRoot;
  stale_ = 0;
  if (!chunks_.empty() && chunks_.size() <= kKeptChunks) return;
  std::exchange(chunks_, std::vector<std::unique_ptr<Slot[]>>());
  std::exchange(free_slots_, std::vector<std::uint32_t>());
  std::exchange(heap_, std::vector<Siblings>());
}

void Timers::push(const Entry& entry) {
  if (end_ / 4 >= heap_.size()) heap_.emplace_back();
  move_up(end_, entry);
  ++end_;
}

void Timers::move_up(std::size_t i, const Entry& entry) noexcept {
  while (i > kRoot) {
    const std::size_t parent = i / 4 + 2;
    if (!entry.is_before(at(parent))) break;
    at(i) = at(parent);
    i = parent;
  }
  at(i) = entry;
}

// Of an entry that has four.
std::size_t Timers::earliest_child(std::size_t i) noexcept {
  const Entry* const entries = heap_[i - 2].entries;
  const std::size_t left = static_cast<std::size_t>(entries[1].is_before(entries[0]));
  const std::size_t right = 2 + static_cast<std::size_t>(entries[3].is_before(entries[2]));
  const std::size_t earliest = entries[right].is_before(entries[left]) ? right : left;
  return 4 * i - 8 + earliest;
}

// Brings the hole down to where the last entry can fill it: it nearly always belongs to the bottom.
void Timers::pop() noexcept {
  const Entry last = at(--end_);
  std::size_t hole = kRoot;
  while (4 * hole - 4 <= end_) {
    const std::size_t child = earliest_child(hole);
    at(hole) = at(child);
    hole = child;
  }
  if (const std::size_t first = 4 * hole - 8; first < end_) {
    std::size_t child = first;
    for (std::size_t other = first + 1; other < end_; ++other) {
      if (at(other).is_before(at(child))) child = other;
    }
    at(hole) = at(child);
    hole = child;
  }
  move_up(hole, last);
}

void Timers::drop_stale() noexcept {
  const std::size_t end = std::exchange(end_, kRoot);
  for (std::size_t i = kRoot; i < end; ++i) {
    const Entry entry = at(i);
    if (!is_live(entry)) continue;
    move_up(end_++, entry);  // never beyond where it was read
  }
  std::erase_if(late_, [this](const Entry& entry) { return !is_live(entry); });
  stale_ = 0;
}

}  // namespace weir::detail
