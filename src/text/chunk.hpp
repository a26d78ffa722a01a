// Buffers and chunks: how bytes travel from a reader to a filter.
//
// A Buffer is page-aligned memory with room in front of the place where file data lands (for the unfinished
// line of the buffer before) and behind it (for kernels that read a vector too far). A Chunk is a stretch of
// whole lines in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>
#include <utility>

namespace weir::text {

inline constexpr std::size_t kHeadroom = 4096;  // bytes kept free before the data: most unfinished lines fit
inline constexpr std::size_t kPadding = 64;     // readable bytes after the data

// Owns its memory. Movable.
class Buffer {
 public:
  Buffer() noexcept = default;
  // Room for `front` bytes (rounded up to whole pages) before the data and `capacity` bytes of data.
  Buffer(std::size_t front, std::size_t capacity)
      : front_((front + kPage - 1) / kPage * kPage), capacity_(capacity) {
    const std::size_t total = (front_ + capacity_ + kPadding + kPage - 1) / kPage * kPage;
    memory_ = static_cast<char*>(std::aligned_alloc(kPage, total));
    if (!memory_) throw std::bad_alloc();
  }
  Buffer(Buffer&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), front_(other.front_), capacity_(other.capacity_) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(front_, other.front_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Buffer() { std::free(memory_); }

  explicit operator bool() const noexcept { return memory_ != nullptr; }
  char* data() const noexcept { return memory_ + front_; }  // page-aligned until grow()

  // More room behind; what was there is kept, pointers into the buffer are not.
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
};

// Whole lines; the last one lacks its '\n' only at the end of its source.
struct Chunk {
  static constexpr std::size_t kAll = ~std::size_t{0};

  Buffer buffer;
  std::string_view text;            // inside the buffer
  std::uint64_t offset = 0;         // of text[0] in its source
  std::size_t own = kAll;           // bytes of `text`; lines behind them are only there to be looked at
  std::uint32_t skipped_lines = 0;  // lines left out just before `text` (too long)
  bool is_last = false;             // nothing of its unit follows
};

}  // namespace weir::text
