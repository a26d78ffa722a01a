#include "weir/lines.hpp"

#include <algorithm>

#include "weir/file.hpp"
#include "weir/stream.hpp"

namespace weir {

LineTooLong::LineTooLong(const std::string& source, std::size_t limit)
    : std::length_error(source + ": a line is longer than " + std::to_string(limit) + " bytes") {}

const std::string& LineReader::source_name() const noexcept {
  return file_ ? file_->path() : stream_->name();
}

Coro<LineReader::Line> LineReader::next_line() {
  Line line = co_await next();
  co_return line;
}

bool LineReader::is_too_long() const noexcept {
  return searched_ - position_ > options_.max_line;
}

bool LineReader::take_buffered(Line& line) noexcept {
  if (skipping_) return false;
  const std::size_t end = buffer_.find('\n', searched_);
  searched_ = end == std::string::npos ? buffer_.size() : end;
  if (end == std::string::npos || is_too_long()) return false;
  line.emplace(buffer_.data() + position_, end - position_);
  position_ = searched_ = end + 1;
  return true;
}

Coro<LineReader::Line> LineReader::next_read() {
  Line line;
  for (;;) {
    if (skipping_) {
      const std::size_t end = buffer_.find('\n', searched_);
      skipping_ = end == std::string::npos && !at_end_;
      position_ = searched_ = end == std::string::npos ? buffer_.size() : end + 1;
    }
    if (take_buffered(line)) co_return line;
    if (!skipping_ && is_too_long()) {
      skipping_ = true;
      throw LineTooLong(source_name(), options_.max_line);
    }
    if (at_end_) break;
    co_await fill();
  }
  if (position_ == buffer_.size()) co_return std::nullopt;
  line.emplace(buffer_.data() + position_, buffer_.size() - position_);
  position_ = searched_ = buffer_.size();
  co_return line;
}

Coro<void> LineReader::fill() {
  buffer_.erase(0, position_);
  searched_ -= position_;
  position_ = 0;
  const std::size_t before = buffer_.size();
  const std::size_t room = std::max<std::size_t>(1, options_.read_bytes);
  buffer_.resize(before + room);
  std::size_t got = 0;
  try {
    got = co_await read_more(buffer_.data() + before, room);
  } catch (...) {
    buffer_.resize(before);  // the next call tries again from here
    throw;
  }
  buffer_.resize(before + got);
  offset_ += got;
  at_end_ = file_ ? got < room : got == 0;
}

Coro<std::size_t> LineReader::read_more(char* into, std::size_t length) {
  const std::span<char> room(into, length);
  std::size_t got = 0;
  if (file_) {
    got = co_await file_->read_at(room, offset_);
  } else {
    got = co_await stream_->read_some(room);
  }
  co_return got;
}

}  // namespace weir
