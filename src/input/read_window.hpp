// ReadWindow: how many bytes one shard has under way between the kernel and its filter.
//
// While reads find their data in the page cache the window is two chunks wide: those two buffers stay in the
// core's L2 cache, where a copy costs least. When reads have to wait for a device it
// opens, so that the device always has a queue to work on. Reads that continue a unit go before those that
// begin one. One loop's thread.
#pragma once

#include <cstddef>

#include "weir/task_base.hpp"

namespace weir::input {

class ReadWindow {
 public:
  // `narrow_bytes` while warm, up to `wide_bytes` while cold; a large unit counts as `chunk_bytes`.
  ReadWindow(std::size_t narrow_bytes, std::size_t wide_bytes, std::size_t chunk_bytes) noexcept
      : narrow_(narrow_bytes), wide_(wide_bytes), chunk_(chunk_bytes), capacity_(narrow_bytes) {}
  ReadWindow(const ReadWindow&) = delete;
  ReadWindow& operator=(const ReadWindow&) = delete;

  // Permission for one read of a unit under way; release() gives it back when the chunk has been filtered.
  class Acquire final : public detail::Leaf<Acquire> {
   public:
    Acquire(ReadWindow& window, std::size_t bytes) noexcept
        : Leaf("read window"), window_(window), bytes_(bytes) {}
    bool ready() noexcept {
      if (!window_.reads_.empty() || !window_.fits(bytes_)) return false;
      window_.used_ += bytes_;
      return true;
    }
    void suspend() noexcept { window_.reads_.push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      window_.reads_.remove(*this);
      return true;
    }

   private:
    friend class ReadWindow;
    ReadWindow& window_;
    std::size_t bytes_;
  };
  Acquire acquire(std::size_t bytes) noexcept { return Acquire(*this, bytes); }

  void release(std::size_t bytes) noexcept {
    used_ -= bytes;
    serve();
  }

  // Permission to begin a unit; end_unit() gives it back.
  class Begin final : public detail::Leaf<Begin> {
   public:
    explicit Begin(ReadWindow& window) noexcept : Leaf("read window"), window_(window) {}
    bool ready() noexcept {
      if (!window_.beginners_.empty() || !window_.may_begin()) return false;
      ++window_.units_;
      return true;
    }
    void suspend() noexcept { window_.beginners_.push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      window_.beginners_.remove(*this);
      return true;
    }

   private:
    ReadWindow& window_;
  };
  Begin begin_unit() noexcept { return Begin(*this); }

  // The unit just begun turned out to be one of many chunks.
  void note_large() noexcept {
    ++large_units_;
    expects_large_ = true;
  }
  void end_unit(bool was_large) noexcept {
    --units_;
    if (was_large) --large_units_;
    expects_large_ = was_large;
    serve();
  }

  // What became of a read or an open: whether the kernel had it at hand.
  void note(bool immediate) noexcept {
    if (immediate) {
      cold_streak_ = 0;
      if (++warm_streak_ >= kWarmStreak) capacity_ = narrow_;
      return;
    }
    warm_streak_ = 0;
    if (++cold_streak_ >= kColdStreak && capacity_ < wide_) {
      capacity_ = capacity_ * 2 < wide_ ? capacity_ * 2 : wide_;
      serve();
    }
  }

 private:
  static constexpr int kWarmStreak = 32;
  static constexpr int kColdStreak = 3;           // a page missing here and there is not a cold file
  static constexpr std::size_t kWarmUnits = 32;   // small files under way at once, while warm
  static constexpr std::size_t kColdUnits = 128;  // and while cold

  bool fits(std::size_t bytes) const noexcept { return used_ == 0 || used_ + bytes <= capacity_; }
  // Warm, one large unit is enough: its next read goes into the buffer that the filter has just left. After a
  // large unit the next one is taken for large too, before it is known.
  bool may_begin() const noexcept {
    const bool is_narrow = capacity_ == narrow_;
    const std::size_t most_large = is_narrow ? 1 : capacity_ / chunk_;
    const std::size_t large = expects_large_ ? units_ : large_units_;
    return large < most_large && units_ < (is_narrow ? kWarmUnits : kColdUnits);
  }
  void serve() noexcept {
    while (!reads_.empty()) {
      auto& first = static_cast<Acquire&>(*reads_.front());
      if (!fits(first.bytes_)) break;
      reads_.remove(first);
      used_ += first.bytes_;
      first.wake();
    }
    while (!beginners_.empty() && may_begin()) {
      ++units_;
      beginners_.pop_front()->wake();
    }
  }

  std::size_t narrow_;
  std::size_t wide_;
  std::size_t chunk_;
  std::size_t capacity_;
  std::size_t used_ = 0;         // bytes of reads under way and of chunks that wait for the filter
  std::size_t units_ = 0;        // begun and not ended
  std::size_t large_units_ = 0;  // of them, those of many chunks
  bool expects_large_ = false;
  int warm_streak_ = 0;
  int cold_streak_ = 0;
  detail::WaitList reads_;
  detail::WaitList beginners_;
};

}  // namespace weir::input
