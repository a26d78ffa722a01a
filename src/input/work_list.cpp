#include "input/work_list.hpp"

#include <algorithm>

namespace weir::input {

void WorkList::push(std::vector<std::shared_ptr<Source>> sources) {
  bool surplus = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& source : sources)
      sources_.push_back(std::move(source));
    serve();
    surplus = has_surplus();
  }
  if (surplus && on_surplus_) on_surplus_();
}

void WorkList::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  serve();
}

void WorkList::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  sources_.clear();
  splits_.clear();
  serve();
}

void WorkList::settle() {
  const std::lock_guard lock(mutex_);
  --opening_;
  serve();
}

void WorkList::split(const std::shared_ptr<Source>& source, std::uint64_t first_end,
                     std::uint64_t unit_bytes) {
  bool surplus = false;
  {
    const std::lock_guard lock(mutex_);
    --opening_;
    if (!stopped_) splits_.emplace(source->index, Split{source, first_end, unit_bytes, 1});
    serve();
    surplus = has_surplus();
  }
  if (surplus && on_surplus_) on_surplus_();
}

bool WorkList::is_exhausted() const {
  return stopped_ || (closed_ && opening_ == 0 && sources_.empty() && splits_.empty());
}

std::optional<Unit> WorkList::pop() {
  if (!splits_.empty()) {
    const auto first = splits_.begin();
    Split& split = first->second;
    Unit unit;
    unit.source = split.source;
    unit.part = split.next_part++;
    unit.begin = split.next_begin;
    split.next_begin += split.unit_bytes;
    unit.is_last = split.next_begin >= std::min(split.source->size, split.source->last_unit_end);
    unit.end = unit.is_last ? split.source->last_unit_end : split.next_begin;
    if (unit.is_last) splits_.erase(first);
    return unit;
  }
  if (sources_.empty()) return std::nullopt;
  Unit unit;
  unit.source = std::move(sources_.front());
  sources_.pop_front();
  ++opening_;
  return unit;
}

// Gives work, or the news that there is none, to those who wait.
void WorkList::serve() {
  while (!takers_.empty()) {
    std::optional<Unit> unit = pop();
    if (!unit && !is_exhausted()) return;
    Take* taker = takers_.front();
    takers_.pop_front();
    taker->unit_ = std::move(unit);
    taker->loop_->schedule_threadsafe(*taker);
  }
}

bool WorkList::Take::ready() {
  const std::lock_guard lock(list_.mutex_);
  unit_ = list_.pop();
  return unit_ || list_.is_exhausted();
}

void WorkList::Take::suspend() noexcept {
  loop_ = &loop();
  const std::lock_guard lock(list_.mutex_);
  list_.takers_.push_back(this);
  list_.serve();
}

bool WorkList::Take::abandon() noexcept {
  const std::lock_guard lock(list_.mutex_);
  return std::erase(list_.takers_, this) > 0;  // otherwise its wake-up is on the way
}

}  // namespace weir::input
