#include "weir/ready_queue.hpp"

#include <algorithm>

namespace weir::detail {

void ReadyQueue::clear() noexcept {
  for (std::size_t i = 0; i < size_; ++i) {
    if (const Ready& ready = (*this)[i]; !ready.task()) ready.take_callback();
  }
  ring_.reset();
  capacity_ = first_ = size_ = 0;
}

void ReadyQueue::grow() {
  const std::size_t capacity = std::max(kLeast, 2 * capacity_);
  auto ring = std::make_unique<Ready[]>(capacity);
  for (std::size_t i = 0; i < size_; ++i)
    ring[i] = (*this)[i];
  ring_ = std::move(ring);
  capacity_ = capacity;
  first_ = 0;
}

}  // namespace weir::detail
