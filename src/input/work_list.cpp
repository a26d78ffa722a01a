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
    if (!stopped_) splits_.emplace(source->index, Split{source, first_end, unit_bytes, 1, false, {}});
    serve();
    surplus = has_surplus();
  }
  if (surplus && on_surplus_) on_surplus_();
}

void WorkList::split_by_parts(const std::shared_ptr<Source>& source) {
  const std::lock_guard lock(mutex_);
  --opening_;
  if (!stopped_) splits_.emplace(source->index, Split{source, 0, 0, 1, true, {}});
  serve();
}

void WorkList::add_parts(std::vector<Unit> parts) {
  bool surplus = false;
  {
    const std::lock_guard lock(mutex_);
    if (parts.empty() || stopped_) return;
    Split& split = splits_.at(parts.front().source->index);
    for (Unit& part : parts)
      split.parts.push_back(std::move(part));
    serve();
    surplus = has_surplus();
  }
  if (surplus && on_surplus_) on_surplus_();
}

// One source is left for whoever pushed it.
bool WorkList::has_surplus() const {
  const auto has_unit_of = [](const auto& entry) { return has_unit(entry.second); };
  return sources_.size() > 1 || std::any_of(splits_.begin(), splits_.end(), has_unit_of);
}

bool WorkList::is_exhausted() const {
  return stopped_ || (closed_ && opening_ == 0 && sources_.empty() && splits_.empty());
}

Unit WorkList::next_range(Split& split) {
  Unit unit;
  unit.source = split.source;
  unit.part = split.next_part++;
  unit.begin = split.next_begin;
  split.next_begin += split.unit_bytes;
  unit.is_last = split.next_begin >= std::min(split.source->size, split.source->last_unit_end);
  unit.end = unit.is_last ? split.source->last_unit_end : split.next_begin;
  return unit;
}

Unit WorkList::next_told(Split& split) {
  Unit unit = std::move(split.parts.front());
  split.parts.pop_front();
  return unit;
}

std::optional<Unit> WorkList::pop() {
  for (auto entry = splits_.begin(); entry != splits_.end(); ++entry) {
    Split& split = entry->second;
    if (!has_unit(split)) continue;
    Unit unit = split.is_told ? next_told(split) : next_range(split);
    if (unit.is_last) splits_.erase(entry);
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
