#include "input/stored_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace weir::input {

namespace {

constexpr std::size_t kWindow = 256 * 1024;

}  // namespace

std::string_view StoredFile::at(std::uint64_t offset, std::size_t length) {
  const bool is_inside = offset >= begin_ && offset - begin_ + length <= window_.size();
  if (!is_inside) read_window(offset, std::max(kWindow, length));
  return std::string_view(window_).substr(static_cast<std::size_t>(offset - begin_), length);
}

// An error looks like the end: what decodes the bytes will meet it and tell.
void StoredFile::read_window(std::uint64_t offset, std::size_t length) {
  begin_ = offset;
  window_.resize(length);
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t got = ::pread(source_->fd, window_.data() + filled, length - filled,
                                static_cast<off_t>(source_->start + offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  window_.resize(filled);
}

}  // namespace weir::input
