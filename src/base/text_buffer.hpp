// TextBuffer: output under construction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace weir::base {

// A growing byte buffer with unchecked appends into room that was asked for.
class TextBuffer {
 public:
  TextBuffer() noexcept = default;
  TextBuffer(TextBuffer&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  TextBuffer& operator=(TextBuffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~TextBuffer() { std::free(memory_); }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::string_view view() const noexcept { return {memory_, size_}; }
  void clear() noexcept { size_ = 0; }
  void truncate(std::size_t size) noexcept { size_ = size; }

  // Memory for `bytes` more; commit() says how much was used.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return memory_ + size_;
  }
  void commit(std::size_t bytes) noexcept { size_ += bytes; }

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void append(char byte) {
    *room(1) = byte;
    ++size_;
  }
  void append_number(std::uint64_t value);

 private:
  // Twice as much each time; but what is asked for first is taken to be what will be needed.
  void grow(std::size_t bytes) {
    const std::size_t wanted = std::max({std::size_t{4096}, size_ + bytes, size_ > 0 ? 2 * capacity_ : 0});
    void* moved = std::realloc(memory_, wanted);
    if (!moved) throw std::bad_alloc();
    memory_ = static_cast<char*>(moved);
    capacity_ = wanted;
  }

  char* memory_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace weir::base
