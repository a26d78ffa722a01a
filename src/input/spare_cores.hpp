// SpareCores: how many of the cores that a scan may use nobody works on just now. Shards at work take one
// each; what could be done by a second thread takes a spare one, or is done where it is. Thread-safe.
#pragma once

#include <atomic>

namespace weir::input {

class SpareCores {
 public:
  explicit SpareCores(int cores) noexcept : spare_(cores) {}

  void take() noexcept { spare_.fetch_sub(1, std::memory_order_relaxed); }
  void give_back() noexcept { spare_.fetch_add(1, std::memory_order_relaxed); }
  // False when there is none.
  bool try_take() noexcept {
    int spare = spare_.load(std::memory_order_relaxed);
    while (spare > 0 && !spare_.compare_exchange_weak(spare, spare - 1, std::memory_order_relaxed)) {
    }
    return spare > 0;
  }

 private:
  std::atomic<int> spare_;  // below 0 where there are more shards than cores
};

}  // namespace weir::input
