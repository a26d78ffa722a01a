// ReadWindow: how many bytes one shard has under way between the kernel and its filter.
//
// While reads find their data in the page cache the window is two chunks wide: those two buffers stay in the
// core's L2 cache, where a copying read is as fast as a mapping. When reads have to wait for a device it
// opens, so that the device always has a queue to work on. Reads that continue a unit go before those that
// begin one. One loop's thread.
#pragma once

#include <cstddef>

#include "weir/task_base.hpp"

namespace weir::input {

class ReadWindow {
 public:
  // `narrow_bytes` while warm, up to `wide_bytes` while cold; a new unit is only begun when `chunk_bytes`
  // would fit.
  ReadWindow(std::size_t narrow_bytes, std::size_t wide_bytes, std::size_t chunk_bytes) noexcept
      : narrow_(narrow_bytes), wide_(wide_bytes), chunk_(chunk_bytes), capacity_(narrow_bytes) {}
  ReadWindow(const ReadWindow&) = delete;
  ReadWindow& operator=(const ReadWindow&) = delete;

  class Acquire final : public detail::Leaf<Acquire> {
   public:
    Acquire(ReadWindow& window, std::size_t bytes, bool begins) noexcept
        : Leaf("read window"), window_(window), bytes_(bytes), begins_(begins) {}
    bool ready() noexcept {
      if (!window_.queue(begins_).empty() || !window_.fits(bytes_, begins_)) return false;
      window_.used_ += bytes_;
      return true;
    }
    void suspend() noexcept { window_.queue(begins_).push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      window_.queue(begins_).remove(*this);
      return true;
    }

   private:
    friend class ReadWindow;
    ReadWindow& window_;
    std::size_t bytes_;
    bool begins_;
  };

  // For the next read of a unit under way.
  Acquire acquire(std::size_t bytes) noexcept { return Acquire(*this, bytes, false); }
  // For opening a source and its first, small read.
  Acquire acquire_to_begin(std::size_t bytes) noexcept { return Acquire(*this, bytes, true); }

  void release(std::size_t bytes) noexcept {
    used_ -= bytes;
    serve();
  }

  // What became of a read or an open: whether the kernel had it at hand.
  void note(bool immediate) noexcept {
    if (immediate) {
      if (++warm_streak_ >= kWarmStreak && capacity_ > narrow_) capacity_ = narrow_;
      return;
    }
    warm_streak_ = 0;
    if (capacity_ < wide_) {
      capacity_ = capacity_ * 2 < wide_ ? capacity_ * 2 : wide_;
      serve();
    }
  }

  std::size_t used() const noexcept { return used_; }

 private:
  static constexpr int kWarmStreak = 32;

  detail::WaitList& queue(bool begins) noexcept { return begins ? to_begin_ : to_continue_; }
  bool fits(std::size_t bytes, bool begins) const noexcept {
    if (used_ == 0) return true;
    if (!begins) return used_ + bytes <= capacity_;
    return to_continue_.empty() && used_ + chunk_ <= capacity_;
  }
  void serve() noexcept {
    while (serve_one(to_continue_, false) || serve_one(to_begin_, true)) {
    }
  }
  bool serve_one(detail::WaitList& waiters, bool begins) noexcept {
    if (waiters.empty()) return false;
    auto& first = static_cast<Acquire&>(*waiters.front());
    if (!fits(first.bytes_, begins)) return false;
    waiters.remove(first);
    used_ += first.bytes_;
    first.wake();
    return true;
  }

  std::size_t narrow_;
  std::size_t wide_;
  std::size_t chunk_;
  std::size_t capacity_;
  std::size_t used_ = 0;
  int warm_streak_ = 0;
  detail::WaitList to_continue_;
  detail::WaitList to_begin_;
};

}  // namespace weir::input
