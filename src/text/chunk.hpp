// Buffers and chunks: how bytes travel from a reader to a filter.
//
// A Buffer is page-aligned memory with room in front of the place where file data lands (for the unfinished
// line of the buffer before) and behind it (for kernels that read a vector too far). A Chunk is a stretch of
// whole lines in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace weir::text {

inline constexpr std::size_t kHeadroom = 4096;  // bytes kept free before the data: most unfinished lines fit
inline constexpr std::size_t kPadding = 64;     // readable bytes after the data

// Memory of somebody else that buffers look at: that of a mapped file, which others may write to or cut short
// at any time. Who reads it must stay within his own memory whatever he finds, read what he finds only once
// where that matters, and throw away what he made of it when it is not intact. Thread-safe.
class Lender {
 public:
  virtual ~Lender() = default;
  // Whether all bytes up to `end` are still there, and were at every moment since they were lent.
  virtual bool is_intact_up_to(const char* end) const noexcept = 0;
};

// Owns its memory, or shares what is lent. Movable.
class Buffer {
 public:
  Buffer() noexcept = default;
  // A look at `capacity` bytes that are not to be written to, with kPadding readable ones behind them.
  Buffer(const char* lent, std::size_t capacity, std::shared_ptr<const Lender> lender) noexcept
      : memory_(const_cast<char*>(lent)), capacity_(capacity), lender_(std::move(lender)) {}
  // Room for `front` bytes (rounded up to whole pages) before the data and `capacity` bytes of data.
  Buffer(std::size_t front, std::size_t capacity)
      : front_((front + kPage - 1) / kPage * kPage), capacity_(capacity) {
    const std::size_t total = (front_ + capacity_ + kPadding + kPage - 1) / kPage * kPage;
    memory_ = static_cast<char*>(std::aligned_alloc(kPage, total));
    if (!memory_) throw std::bad_alloc();
  }
  Buffer(Buffer&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)),
        front_(other.front_),
        capacity_(other.capacity_),
        lender_(std::move(other.lender_)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(front_, other.front_);
    std::swap(capacity_, other.capacity_);
    lender_.swap(other.lender_);
    return *this;
  }
  ~Buffer() {
    if (!lender_) std::free(memory_);
  }

  explicit operator bool() const noexcept { return memory_ != nullptr; }
  // Null: the memory is its own.
  const Lender* lender() const noexcept { return lender_.get(); }
  // Another look at memory that is lent.
  Buffer look() const noexcept { return Buffer(memory_, capacity_, lender_); }
  char* data() const noexcept { return memory_ + front_; }  // page-aligned until grow()

  // Of memory that is its own: more room behind; what was there is kept, pointers into the buffer are not.
  void grow(std::size_t capacity) {
    void* moved = std::realloc(memory_, front_ + capacity + kPadding);
    if (!moved) throw std::bad_alloc();
    memory_ = static_cast<char*>(moved);
    capacity_ = capacity;
  }
  std::size_t front() const noexcept { return front_; }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  static constexpr std::size_t kPage = 4096;

  char* memory_ = nullptr;
  std::size_t front_ = 0;
  std::size_t capacity_ = 0;
  std::shared_ptr<const Lender> lender_;
};

// Where a chunk's text lies, and what of it counts.
struct ChunkPlace {
  static constexpr std::size_t kAll = ~std::size_t{0};

  std::string_view text;            // inside the buffer
  std::uint64_t offset = 0;         // of text[0] in its source
  std::size_t own = kAll;           // bytes of `text`; lines behind them are only there to be looked at
  std::uint32_t skipped_lines = 0;  // lines left out just before `text` (too long)
};

// Whole lines; the last one lacks its '\n' only at the end of its source.
struct Chunk : ChunkPlace {
  Buffer buffer;
  bool is_last = false;  // nothing of its unit follows

  const ChunkPlace& place() const noexcept { return *this; }
  void go_back(const ChunkPlace& place) noexcept { static_cast<ChunkPlace&>(*this) = place; }
};

}  // namespace weir::text
