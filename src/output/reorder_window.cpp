#include "output/reorder_window.hpp"

#include <algorithm>

namespace weir::output {

bool ReorderWindow::may_proceed(UnitKey unit, std::size_t bytes) const {
  if (used_ + bytes <= budget_) return true;
  if (unit != head_ || head_waiting_ > 0) return false;
  return sources_.empty() || sources_.front().empty() || sources_.front().front().bytes == 0;
}

void ReorderWindow::charge(std::size_t bytes) {
  used_ += bytes;
  peak_ = std::max(peak_, used_);
}

bool ReorderWindow::Admit::ready() {
  const std::lock_guard lock(window_.mutex_);
  if (!window_.may_proceed(unit_, bytes_)) return false;
  window_.charge(bytes_);
  return true;
}

void ReorderWindow::Admit::suspend() noexcept {
  loop_ = &loop();
  const std::lock_guard lock(window_.mutex_);
  window_.admits_.push_back(this);
  window_.wake_admitted();  // it may have become possible since ready()
}

bool ReorderWindow::Admit::abandon() noexcept {
  const std::lock_guard lock(window_.mutex_);
  return std::erase(window_.admits_, this) > 0;  // otherwise its wake-up is on the way
}

// Lets waiting readers on, earliest unit first.
void ReorderWindow::wake_admitted() {
  while (!admits_.empty()) {
    const auto earlier = [](const Admit* a, const Admit* b) { return a->unit_ < b->unit_; };
    const auto first = std::min_element(admits_.begin(), admits_.end(), earlier);
    Admit* admit = *first;
    if (!may_proceed(admit->unit_, admit->bytes_)) return;
    charge(admit->bytes_);
    admits_.erase(first);
    admit->loop_->schedule_threadsafe(*admit);
  }
}

void ReorderWindow::release(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  wake_admitted();
}

ReorderWindow::Part& ReorderWindow::part_of(UnitKey unit) {
  const auto source = static_cast<std::size_t>(unit.source - head_.source);
  if (sources_.size() <= source) sources_.resize(source + 1);
  const std::uint32_t dropped = source == 0 ? dropped_parts_ : 0;
  std::vector<Part>& parts = sources_[source];
  const std::size_t part = unit.part - dropped;
  if (parts.size() <= part) parts.resize(part + 1);
  return parts[part];
}

void ReorderWindow::deliver(UnitKey unit, Delivery delivery) {
  const std::lock_guard lock(mutex_);
  Part& part = part_of(unit);
  used_ -= delivery.release_bytes;
  if (!delivery.block.empty()) {
    const std::size_t bytes = delivery.block.bytes();
    charge(bytes);
    part.bytes += bytes;
    part.blocks.push_back(std::move(delivery.block));
  }
  if (delivery.unit_ends) {
    part.ended = true;
    part.last = delivery.source_ends;
    part.last_line_shown = delivery.last_line_shown;
    part.totals = delivery.totals;
  }
  wake_admitted();
  if (unit == head_) wake_consumer();
}

bool ReorderWindow::has_output() const {
  if (sources_.empty() || sources_.front().empty()) return false;
  const Part& part = sources_.front().front();
  return part.ended || !part.blocks.empty();
}

void ReorderWindow::wake_consumer() {
  if (!consumer_ || (!has_output() && head_.source < total_)) return;
  Ready* consumer = std::exchange(consumer_, nullptr);
  consumer->loop_->schedule_threadsafe(*consumer);
}

bool ReorderWindow::Ready::ready() {
  const std::lock_guard lock(window_.mutex_);
  return window_.has_output() || window_.head_.source >= window_.total_;
}

void ReorderWindow::Ready::suspend() noexcept {
  loop_ = &loop();
  const std::lock_guard lock(window_.mutex_);
  window_.consumer_ = this;
  window_.wake_consumer();
}

bool ReorderWindow::Ready::abandon() noexcept {
  const std::lock_guard lock(window_.mutex_);
  return std::exchange(window_.consumer_, nullptr) != nullptr;
}

void ReorderWindow::advance_head() {
  const bool last = sources_.front().front().last;
  sources_.front().erase(sources_.front().begin());
  if (last) {
    sources_.pop_front();
    head_ = UnitKey{head_.source + 1, 0};
    dropped_parts_ = 0;
  } else {
    ++head_.part;
    ++dropped_parts_;
  }
}

void ReorderWindow::take(std::vector<Event>& events) {
  const std::lock_guard lock(mutex_);
  while (has_output()) {
    Part& part = sources_.front().front();
    for (Block& block : part.blocks) {
      head_waiting_ += block.bytes();
      Event& event = events.emplace_back();
      event.unit = head_;
      event.block = std::move(block);
    }
    part.blocks.clear();
    part.bytes = 0;
    if (!part.ended) return;
    Event& event = events.emplace_back();
    event.unit = head_;
    event.unit_ends = true;
    event.source_ends = part.last;
    event.last_line_shown = part.last_line_shown;
    event.totals = part.totals;
    advance_head();
  }
  wake_admitted();
}

void ReorderWindow::written(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  head_waiting_ -= bytes;
  wake_admitted();
}

void ReorderWindow::set_total(std::uint64_t sources) {
  const std::lock_guard lock(mutex_);
  total_ = sources;
  wake_consumer();
}

bool ReorderWindow::is_finished() const {
  const std::lock_guard lock(mutex_);
  return head_.source >= total_;
}

std::uint64_t ReorderWindow::head_source() const {
  const std::lock_guard lock(mutex_);
  return head_.source;
}

std::size_t ReorderWindow::peak_bytes() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}

}  // namespace weir::output
