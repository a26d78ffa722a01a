#include "output/spare_text.hpp"

namespace weir::output {

namespace {
constexpr std::size_t kLeastBytes = 32 * 1024;  // the heap itself is as good for less
}

base::TextBuffer SpareText::take() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return {};
  base::TextBuffer text = std::move(spare_.back());
  spare_.pop_back();
  bytes_ -= text.capacity();
  return text;
}

void SpareText::give(base::TextBuffer text) {
  if (text.capacity() < kLeastBytes) return;
  text.clear();
  const std::lock_guard lock(mutex_);
  if (bytes_ + text.capacity() > most_bytes_) return;
  bytes_ += text.capacity();
  spare_.push_back(std::move(text));
}

}  // namespace weir::output
