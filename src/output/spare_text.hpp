// SpareText: memory of blocks that were written, for blocks to come. Memory that is new costs a page fault a
// page, which for output as long as the input takes as much time as making it.
//
// Thread-safe. What lies here is on top of the budget: a small part of it.
#pragma once

#include <mutex>
#include <vector>

#include "base/text_buffer.hpp"

namespace weir::output {

class SpareText {
 public:
  explicit SpareText(std::size_t most_bytes) noexcept : most_bytes_(most_bytes) {}

  // An empty buffer; with memory, if some lies here.
  base::TextBuffer take();
  // Keeps the memory, or gives it back to the system.
  void give(base::TextBuffer text);

 private:
  std::mutex mutex_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::vector<base::TextBuffer> spare_;
};

}  // namespace weir::output
