// Recycles the buffers of one shard, so that the same few stay in its core's cache. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "text/chunk.hpp"

namespace weir::text {

class BufferPool {
 public:
  // Two sizes are kept: `small_bytes` and `large_bytes`; anything larger is made and freed as needed.
  BufferPool(std::size_t small_bytes, std::size_t large_bytes) noexcept
      : small_(small_bytes, 16), large_(large_bytes, 8) {}

  Buffer get(std::size_t front, std::size_t capacity) {
    if (front <= kHeadroom && capacity <= small_.bytes) return small_.get();
    if (front <= kHeadroom && capacity <= large_.bytes) return large_.get();
    return Buffer(std::max(front, kHeadroom), capacity);
  }

  void put(Buffer buffer) {
    if (!buffer || buffer.lender() || buffer.front() != kHeadroom) return;
    if (buffer.capacity() == small_.bytes) {
      small_.put(std::move(buffer));
    } else if (buffer.capacity() == large_.bytes) {
      large_.put(std::move(buffer));
    }
  }

 private:
  struct Class {
    Class(std::size_t bytes_, std::size_t keep_) noexcept : bytes(bytes_), keep(keep_) {}
    Buffer get() {
      if (free.empty()) return Buffer(kHeadroom, bytes);
      Buffer buffer = std::move(free.back());
      free.pop_back();
      return buffer;
    }
    void put(Buffer buffer) {
      if (free.size() < keep) free.push_back(std::move(buffer));
    }
    std::size_t bytes;
    std::size_t keep;
    std::vector<Buffer> free;
  };

  Class small_;
  Class large_;
};

}  // namespace weir::text
