#include "input/unit_reader.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "input/count_decoded.hpp"
#include "text/newlines.hpp"
#include "weir/offload.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kOvershootBytes = 4096;
constexpr std::uint32_t kSmallRead = 4096;  // a first look at a file that says it is empty (/proc)

// Newlines in the first `end` bytes from `start`; for messages, so slow is fine.
std::uint64_t count_lines_before(int fd, std::uint64_t start, std::uint64_t end) {
  std::string buffer(1U << 20, '\0');
  std::uint64_t lines = 0;
  for (std::uint64_t at = start; at < end;) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end - at);
    const ssize_t got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(at));
    if (got <= 0) break;
    lines += text::count_newlines({buffer.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
  }
  return lines;
}

}  // namespace

UnitReader::UnitReader(Unit unit, std::uint32_t chunk_bytes, std::uint64_t max_line_bytes,
                       text::BufferPool& pool, SpareCores* cores, base::Diagnostics& diagnostics)
    : unit_(std::move(unit)),
      chunk_bytes_(static_cast<std::uint32_t>(
          std::min<std::uint64_t>(chunk_bytes, std::max<std::uint64_t>(1, max_line_bytes / 2)))),
      overshoot_bytes_(std::min(chunk_bytes_, kOvershootBytes)),
      max_line_bytes_(max_line_bytes),
      pool_(pool),
      diagnostics_(diagnostics),
      offset_(unit_.begin),
      seeking_(!unit_.is_first()),
      content_(unit_, chunk_bytes_, cores, diagnostics_) {}

std::uint32_t UnitReader::next_bytes() const noexcept {
  const Source& source = *unit_.source;
  const auto carried = static_cast<std::uint32_t>(fill_ - line_);
  const auto bounded = [this](std::uint64_t bytes) {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(bytes, 1, chunk_bytes_));
  };
  if (source.is_stream && unit_.end == Unit::kToEnd)
    return std::max(chunk_bytes_, std::min(carried, 4 * chunk_bytes_));
  if (unit_.end != Unit::kToEnd && offset_ >= unit_.end) return bounded(std::max(overshoot_bytes_, carried));
  if (unit_.end != Unit::kToEnd) {
    const std::uint64_t left = unit_.end - offset_;
    if (left > chunk_bytes_) return chunk_bytes_;
    return static_cast<std::uint32_t>(left) + overshoot_bytes_;
  }
  if (source.size > offset_) return bounded(source.size - offset_ + 1);  // one more shows the end
  return bounded(std::max(kSmallRead, carried));
}

std::uint64_t UnitReader::held_bytes() const noexcept {
  const std::size_t usual = std::size_t{2} * chunk_bytes_;
  return content_.decoder_bytes() + (buffer_ && buffer_.capacity() > usual ? buffer_.capacity() : 0);
}

// Memory for `length` bytes right behind what is carried.
char* UnitReader::make_room(std::uint32_t length) {
  if (!buffer_) {
    buffer_ = pool_.get(text::kHeadroom, length);
    line_ = fill_ = buffer_.front();
  }
  const std::size_t needed = fill_ - buffer_.front() + length;
  if (needed > buffer_.capacity()) {
    // An unfinished line fills the buffer: double it, so that a long line is copied a bounded number of
    // times.
    buffer_.grow(std::max(needed, std::min<std::size_t>(2 * buffer_.capacity(), max_line_bytes_ + length)));
  }
  return at(fill_);
}

Coro<text::Chunk> UnitReader::next() {
  const std::uint32_t length = next_bytes();
  char* into = make_room(length);
  const int got = co_await content_.read(into, length, offset_);
  if (got == Content::kNotYet) co_return text::Chunk();
  if (const auto bytes = content_.part_bytes()) unit_.end = unit_.begin + *bytes;
  text::Chunk chunk;
  if (got < 0) {
    diagnostics_.file_error(std::string(display_name(*unit_.source)) + ": read at byte " +
                            std::to_string(offset_) + ": " + base::errno_text(-got));
    chunk = last_chunk();
  } else if (got == 0) {
    chunk = on_end();
  } else {
    chunk = on_data(static_cast<std::size_t>(got), length);
  }
  if (long_line_found_) {
    long_line_found_ = false;
    co_await report_long_line();
  }
  co_return chunk;
}

text::Chunk UnitReader::on_data(std::size_t got, std::uint32_t asked) {
  std::size_t data_begin = fill_;
  fill_ += got;
  offset_ += got;
  if (seeking_ && !skip_to_first_line(data_begin)) {
    return offset_ >= unit_.end || is_at_known_end() ? last_chunk() : text::Chunk();
  }
  data_begin = std::max(data_begin, line_);
  if (in_long_line_ && !skip_rest_of_long_line(data_begin)) {
    return is_at_known_end() && got < asked ? last_chunk() : text::Chunk();
  }
  if (skipped_lines_ > 0 && unit_.end != Unit::kToEnd && offset_of(line_) > unit_.end) return last_chunk();
  data_begin = std::max(data_begin, line_);
  if (unit_.end != Unit::kToEnd && offset_ > unit_.end) {
    // The first '\n' at or behind the end finishes the last line that is ours.
    const std::uint64_t data_offset = offset_of(data_begin);
    const std::size_t from = data_offset >= unit_.end ? 0 : static_cast<std::size_t>(unit_.end - data_offset);
    const std::string_view data = filled(data_begin);
    const std::size_t end = from < data.size() ? text::line_end(data, from) : data.size();
    if (end < data.size()) return emit(data_begin + end + 1, true);
  }
  if (is_at_known_end() && got < asked) return emit(fill_, true);
  const std::size_t whole = text::line_begin(filled(data_begin), fill_ - data_begin);
  if (whole > 0) return emit(data_begin + whole, false);
  if (fill_ - line_ > max_line_bytes_) {
    in_long_line_ = true;
    note_long_line();
    start_buffer({});
  }
  return {};
}

// A regular file whose size is known and reached need not be asked again.
bool UnitReader::is_at_known_end() const noexcept {
  return !unit_.source->is_stream && unit_.source->size > 0 && offset_ == unit_.source->size;
}

text::Chunk UnitReader::on_end() {
  check_truncation();
  if (seeking_ || in_long_line_) {
    if (in_long_line_) ++skipped_lines_;
    return last_chunk();
  }
  return emit(fill_, true);
}

// Drops what belongs to the unit before. False when the first '\n' of the range has not come yet.
bool UnitReader::skip_to_first_line(std::size_t data_begin) {
  const std::uint64_t data_offset = offset_of(data_begin);
  std::string_view data = filled(data_begin);
  if (unit_.end - data_offset < data.size())
    data = data.substr(0, static_cast<std::size_t>(unit_.end - data_offset));
  const std::size_t newline = text::line_end(data, 0);
  if (newline == data.size()) {
    fill_ = line_ = buffer_.front();
    return false;
  }
  line_ = data_begin + newline + 1;
  seeking_ = false;
  return true;
}

bool UnitReader::skip_rest_of_long_line(std::size_t data_begin) {
  const std::string_view data = filled(data_begin);
  const std::size_t newline = text::line_end(data, 0);
  if (newline == data.size()) {
    fill_ = line_ = buffer_.front();
    return false;
  }
  line_ = data_begin + newline + 1;
  in_long_line_ = false;
  ++skipped_lines_;
  ++stream_lines_;
  return true;
}

// Only the first line can be too long: all others came whole in one read, which is shorter than the limit.
void UnitReader::drop_long_first_line(std::size_t end) {
  if (end - line_ <= max_line_bytes_) return;
  const std::size_t length = text::line_end({at(line_), end - line_}, 0);
  if (length <= max_line_bytes_) return;
  note_long_line();
  line_ = std::min(end, line_ + length + 1);
  ++skipped_lines_;
  ++stream_lines_;
}

void UnitReader::note_long_line() noexcept {
  long_line_found_ = true;
  long_line_offset_ = offset_of(line_);
  lines_before_long_ = stream_lines_;
}

// Hands out [line_, end) and carries the rest over.
text::Chunk UnitReader::emit(std::size_t end, bool is_last) {
  drop_long_first_line(end);
  text::Chunk chunk;
  chunk.text = {at(line_), end - line_};
  chunk.offset = offset_of(line_) - unit_.source->start;
  chunk.skipped_lines = std::exchange(skipped_lines_, 0);
  chunk.is_last = is_last;
  if (unit_.source->is_stream) stream_lines_ += text::count_newlines(chunk.text);
  const std::string_view carry = is_last ? std::string_view() : filled(end);
  chunk.buffer = std::move(buffer_);
  buffer_ = {};
  if (is_last) {
    line_ = fill_ = 0;
  } else {
    start_buffer(carry);
  }
  return chunk;
}

text::Chunk UnitReader::last_chunk() {
  text::Chunk chunk;
  chunk.skipped_lines = std::exchange(skipped_lines_, 0);
  chunk.is_last = true;
  return chunk;
}

// A new buffer with `carry` in front of the place for data.
void UnitReader::start_buffer(std::string_view carry) {
  text::Buffer next = pool_.get(carry.size(), static_cast<std::size_t>(chunk_bytes_) + overshoot_bytes_);
  fill_ = next.front();
  line_ = fill_ - carry.size();
  if (!carry.empty()) std::memcpy(next.data() - carry.size(), carry.data(), carry.size());
  pool_.put(std::exchange(buffer_, std::move(next)));
}

void UnitReader::check_truncation() {
  const Source& source = *unit_.source;
  if (source.is_stream || offset_ >= source.size) return;
  struct ::stat info = {};
  if (::fstat(source.fd, &info) != 0 || static_cast<std::uint64_t>(info.st_size) >= source.size) return;
  // Every unit beyond the new end sees it; the one in which the end now lies says it.
  if (offset_ == unit_.begin && !unit_.is_first()) return;
  diagnostics_.file_error(std::string(display_name(source)) +
                          ": truncated while it was read: " + std::to_string(source.size) +
                          " bytes at first, now " + std::to_string(info.st_size));
}

Coro<void> UnitReader::report_long_line() {
  const Source& source = *unit_.source;
  std::uint64_t lines_before = lines_before_long_;
  std::uint64_t offset = long_line_offset_ - source.start;
  if (unit_.source->codec && !unit_.is_first()) {
    auto count = [source = unit_.source, end = unit_.from.stored] { return count_decoded(source, end); };
    const TextCount before = co_await offload(std::move(count));
    lines_before += before.lines + 1;  // the unit begins behind a '\n'
    offset = before.bytes + (long_line_offset_ - unit_.begin);
  } else if (!source.is_stream) {
    auto count = [fd = source.fd, start = source.start, end = long_line_offset_] {
      return count_lines_before(fd, start, end);
    };
    lines_before = co_await offload(std::move(count));
  }
  const std::string text = std::string(display_name(source)) + ":" + std::to_string(lines_before + 1) +
                           ": line at byte " + std::to_string(offset) + " is longer than " +
                           std::to_string(max_line_bytes_) + " bytes (--max-line): skipped";
  if (source.codec && source.is_split) {
    unit_.source->part_notes.add(unit_.part, {text, false});
  } else {
    diagnostics_.error(text);
  }
}

}  // namespace weir::input
