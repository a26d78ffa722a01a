// Credit: what one unit holds of the memory budget for as long as it is read, besides what each read takes.
#pragma once

#include "output/reorder_window.hpp"
#include "weir/coro.hpp"

namespace weir::pipeline {

// Gives all back in the end.
class Credit {
 public:
  Credit(output::ReorderWindow& window, output::UnitKey key) noexcept : window_(window), key_(key) {}
  Credit(const Credit&) = delete;
  Credit& operator=(const Credit&) = delete;
  ~Credit() {
    if (held_ > 0) window_.release(held_);
  }

  // So much in all; more is waited for.
  Coro<void> hold(std::size_t bytes) {
    if (bytes > held_) {
      co_await window_.admit(key_, bytes - held_);
    } else {
      window_.release(held_ - bytes);
    }
    held_ = bytes;
  }
  std::size_t held() const noexcept { return held_; }

 private:
  output::ReorderWindow& window_;
  output::UnitKey key_;
  std::size_t held_ = 0;
};

}  // namespace weir::pipeline
