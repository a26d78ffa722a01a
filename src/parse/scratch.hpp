// Scratch: memory for the texts of one record that are not as they stand in its line.
//
// What it gives stays where it is until clear(). One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace weir::parse {

class Scratch {
 public:
  // Everything given before is gone.
  void clear() noexcept {
    used_ = 0;
    if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    if (!blocks_.empty() && blocks_.back().size > kMostKept) blocks_.clear();
  }

  // Room for up to `bytes`; commit() says how much of it was used.
  char* room(std::size_t bytes) {
    if (blocks_.empty() || blocks_.back().size - used_ < bytes) {
      const std::size_t size = std::max({kLeast, bytes, blocks_.empty() ? 0 : 2 * blocks_.back().size});
      blocks_.push_back({std::make_unique<char[]>(size), size});
      used_ = 0;
    }
    return blocks_.back().bytes.get() + used_;
  }
  void commit(std::size_t bytes) noexcept { used_ += bytes; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  static constexpr std::size_t kLeast = 1024;
  static constexpr std::size_t kMostKept = std::size_t{1} << 20;

  std::vector<Block> blocks_;  // the last one is in use
  std::size_t used_ = 0;       // of the last one
};

}  // namespace weir::parse
