#include "weir/timers.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "weir/loop.hpp"

namespace weir::detail {

class Timers::CallbackTimer final : public TimerNode, public Pooled {
 public:
  CallbackTimer(Timers& timers, std::uint32_t slot, std::function<void()> callback) noexcept
      : timers_(timers), slot_(slot), callback_(std::move(callback)) {}

  void drop() noexcept {
    timers_.free_slot(slot_);
    delete this;
  }

 private:
  void fire(Loop& loop) noexcept override {
    const std::function<void()> callback = std::move(callback_);
    drop();
    loop.run_callback(callback);
  }

  Timers& timers_;
  std::uint32_t slot_;
  std::function<void()> callback_;
};

void Timers::arm(TimerNode& node, TimePoint when) {
  const Entry entry{when, ++last_sequence_, &node};
  if (is_firing_ && when <= firing_until_) {
    late_.push_back(entry);
    node.place_ = TimerNode::kLate | (late_.size() - 1);
    return;
  }
  insert(entry);
}

void Timers::insert(const Entry& entry) {
  heap_.push_back(entry);
  move_up(heap_.size() - 1, entry);
}

void Timers::disarm(TimerNode& node) noexcept {
  if (!node.is_armed()) return;
  const std::size_t at = std::exchange(node.place_, TimerNode::kNowhere);
  if ((at & TimerNode::kLate) == 0) {
    remove_at(at);
    return;
  }
  const std::size_t hole = at & ~TimerNode::kLate;
  if (hole + 1 != late_.size()) {
    late_[hole] = late_.back();
    late_[hole].node->place_ = at;
  }
  late_.pop_back();
}

void Timers::remove_at(std::size_t at) noexcept {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (heap_.empty() && heap_.capacity() > kKept) heap_ = {};
  if (at == heap_.size()) return;
  if (at > 0 && last.is_before(heap_[(at - 1) / kChildren])) {
    move_up(at, last);
  } else {
    move_down(at, last);
  }
}

void Timers::move_up(std::size_t at, const Entry& entry) noexcept {
  while (at > 0) {
    const std::size_t parent = (at - 1) / kChildren;
    if (!entry.is_before(heap_[parent])) break;
    place(at, heap_[parent]);
    at = parent;
  }
  place(at, entry);
}

void Timers::move_down(std::size_t at, const Entry& entry) noexcept {
  const std::size_t size = heap_.size();
  for (;;) {
    const std::size_t begin = kChildren * at + 1;
    if (begin >= size) break;
    const std::size_t end = std::min(begin + kChildren, size);
    std::size_t least = begin;
    for (std::size_t child = begin + 1; child < end; ++child) {
      if (heap_[child].is_before(heap_[least])) least = child;
    }
    if (!heap_[least].is_before(entry)) break;
    place(at, heap_[least]);
    at = least;
  }
  place(at, entry);
}

std::uint32_t Timers::take_slot() {
  if (first_free_ == kNoSlot) {
    slots_.push_back({nullptr, kNoSlot});
    first_free_ = slots_.size() - 1;
  }
  const auto slot = static_cast<std::uint32_t>(first_free_);
  first_free_ = slots_[slot].sequence;
  ++used_slots_;
  return slot;
}

void Timers::free_slot(std::uint32_t slot) noexcept {
  slots_[slot] = {nullptr, first_free_};
  first_free_ = slot;
  if (--used_slots_ != 0 || slots_.size() <= kKept) return;
  slots_ = {};
  first_free_ = kNoSlot;
}

TimerKey Timers::add(TimePoint when, std::function<void()> callback) {
  const std::uint32_t slot = take_slot();
  auto timer = std::make_unique<CallbackTimer>(*this, slot, std::move(callback));
  arm(*timer, when);
  slots_[slot] = {timer.release(), last_sequence_};
  return {when, last_sequence_, slot};
}

void Timers::cancel(const TimerKey& key) noexcept {
  if (key.slot() >= slots_.size()) return;
  const Slot slot = slots_[key.slot()];
  if (!slot.timer || slot.sequence != key.sequence()) return;
  disarm(*slot.timer);
  slot.timer->drop();
}

void Timers::fire(Loop& loop, TimePoint now) noexcept {
  is_firing_ = true;
  firing_until_ = now;
  while (!heap_.empty() && heap_.front().when <= now) {
    TimerNode& node = *heap_.front().node;
    node.place_ = TimerNode::kNowhere;
    remove_at(0);
    node.fire(loop);
  }
  is_firing_ = false;
  for (const Entry& entry : late_)
    insert(entry);
  late_.clear();
}

void Timers::clear() noexcept {
  heap_.clear();
  const std::vector<Slot> slots = std::exchange(slots_, {});
  first_free_ = kNoSlot;
  used_slots_ = 0;
  for (const Slot& slot : slots)
    delete slot.timer;
}

}  // namespace weir::detail
