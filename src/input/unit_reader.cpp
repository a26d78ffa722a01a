#include "input/unit_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "input/count_decoded.hpp"
#include "input/read_source.hpp"
#include "text/newlines.hpp"
#include "text/null_lines.hpp"
#include "weir/offload.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kOvershootBytes = 4096;
constexpr std::uint32_t kSmallRead = 4096;  // a first look at a file that says it is empty (/proc)

// Line ends in the first `end` bytes from `start`; for messages, so slow is fine.
std::uint64_t count_lines_before(int fd, std::uint64_t start, std::uint64_t end, char line_end) {
  std::string buffer(1U << 20, '\0');
  std::uint64_t lines = 0;
  for (std::uint64_t at = start; at < end;) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end - at);
    const ssize_t got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(at));
    if (got <= 0) break;
    lines += static_cast<std::uint64_t>(std::count(buffer.data(), buffer.data() + got, line_end));
    at += static_cast<std::uint64_t>(got);
  }
  return lines;
}

}  // namespace

UnitReader::UnitReader(Unit unit, std::uint32_t chunk_bytes, std::uint64_t max_line_bytes,
                       text::BufferPool& pool, SpareCores* cores, base::Diagnostics& diagnostics,
                       RecordRules records, UnitMargins margins)
    : unit_(std::move(unit)),
      chunk_bytes_(static_cast<std::uint32_t>(
          std::min<std::uint64_t>(chunk_bytes, std::max<std::uint64_t>(1, max_line_bytes / 2)))),
      overshoot_bytes_(std::min(chunk_bytes_, kOvershootBytes)),
      max_line_bytes_(max_line_bytes),
      pool_(pool),
      diagnostics_(diagnostics),
      offset_(unit_.begin),
      seeking_(!unit_.is_first()),
      is_at_start_(unit_.is_first()),
      content_(unit_, chunk_bytes_, cores, diagnostics_),
      margins_(margins),
      records_(records),
      seeking_record_(records && !unit_.is_first()) {}

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
  if (map_) return at(fill_);
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
  if (std::exchange(has_pending_, false)) {
    text::Chunk pending = on_records(is_pending_end_);
    if (std::exchange(long_line_found_, false)) co_await report_long_line();
    co_return pending;
  }
  const std::uint32_t mapped = may_map() ? look_ahead() : 0;
  const std::uint32_t length = mapped > 0 ? mapped : next_bytes();
  char* into = make_room(length);
  auto got = static_cast<int>(mapped);
  if (mapped > 0) {
    *content_.was_immediate() = true;
  } else if (content_.is_direct()) {
    got = co_await read_source(unit_.source.get(), into, length, offset_, content_.was_immediate());
    const bool is_plain = content_.is_plain({into, static_cast<std::size_t>(std::max(0, got))});
    if (!is_plain) got = co_await content_.look_closer(into, got, offset_);
  } else {
    got = co_await content_.read(into, length, offset_);
  }
  if (got == Content::kNotYet) co_return text::Chunk();
  if (const auto bytes = content_.part_bytes()) unit_.end = unit_.begin + *bytes;
  if (got > 0 && std::exchange(is_at_start_, false)) mark_left_ = unit_.source->mark_bytes;
  if (got > 0 && unit_.source->null_lines) text::trade_newlines_and_nuls(into, static_cast<std::size_t>(got));
  text::Chunk chunk;
  if (got < 0) {
    diagnostics_.file_error(std::string(display_name(*unit_.source)) + ": read at byte " +
                            std::to_string(offset_) + ": " + base::errno_text(-got));
    chunk = on_error();
  } else if (got == 0) {
    chunk = on_end();
  } else {
    chunk = on_data(static_cast<std::size_t>(got), length);
  }
  if (std::exchange(long_line_found_, false)) co_await report_long_line();
  co_return chunk;
}

text::Chunk UnitReader::on_data(std::size_t got, std::uint32_t asked) {
  std::size_t data_begin = fill_;
  fill_ += got;
  offset_ += got;
  unchecked_ += got;
  if (mark_left_ > 0) {
    const std::size_t part = std::min<std::size_t>(mark_left_, got);
    line_ += part;
    mark_left_ -= static_cast<std::uint32_t>(part);
  }
  if (seeking_ && !skip_to_first_line(data_begin)) {
    return offset_ >= unit_.end || is_at_known_end() ? last_chunk() : text::Chunk();
  }
  data_begin = std::max(data_begin, line_);
  if (in_long_line_ && !skip_rest_of_long_line(data_begin)) {
    return is_at_known_end() && got < asked ? last_chunk() : text::Chunk();
  }
  if (!records_ && margins_.all() == 0 && skipped_lines_ > 0 && unit_.end != Unit::kToEnd &&
      offset_of(line_) > unit_.end)
    return last_chunk();
  const bool is_end = is_at_known_end() && got < asked;
  return records_ ? on_records(is_end) : on_lines(std::max(data_begin, line_), is_end);
}

text::Chunk UnitReader::on_lines(std::size_t data_begin, bool is_end) {
  if (unit_.end != Unit::kToEnd && offset_ > unit_.end) {
    text::Chunk chunk = margins_.all() > 0 ? on_margins(data_begin, is_end) : on_unit_end(data_begin);
    if (chunk.buffer || chunk.is_last) return chunk;
  }
  if (is_end) return emit(fill_, true);
  const std::size_t whole = text::line_begin(filled(data_begin), fill_ - data_begin);
  if (whole > 0) return emit(data_begin + whole, false);
  if (fill_ - line_ > max_line_bytes_) {
    in_long_line_ = true;
    if (is_ahead(line_)) return last_chunk();
    note_long_line();
    if (map_) {
      drop_data();
    } else {
      start_buffer({});
    }
  }
  return {};
}

// The first '\n' at or behind the end finishes the last line that is ours. No buffer as long as it has not
// come.
text::Chunk UnitReader::on_unit_end(std::size_t data_begin) {
  const std::uint64_t data_offset = offset_of(data_begin);
  const std::size_t from = data_offset >= unit_.end ? 0 : static_cast<std::size_t>(unit_.end - data_offset);
  const std::string_view data = filled(data_begin);
  const std::size_t end = from < data.size() ? text::line_end(data, from) : data.size();
  if (end == data.size()) return {};
  return emit(data_begin + end + 1, true);
}

// Whether the line that begins there is only there to be looked at.
bool UnitReader::is_ahead(std::size_t position) const noexcept {
  return margins_.all() > 0 && is_behind_unit(position) && behind_ >= margins_.own;
}

// The lines that have become whole, as far as the margins reach, or a line that is too long and so no
// neighbour to any other. No buffer when there is none.
text::Chunk UnitReader::on_margins(std::size_t data_begin, bool is_end) {
  const std::size_t whole =
      is_end ? fill_ : data_begin + text::line_begin(filled(data_begin), fill_ - data_begin);
  if (whole == data_begin && !is_end) return {};
  if (is_ahead(line_) && text::line_end(filled(line_), 0) > max_line_bytes_) return last_chunk();
  drop_long_first_line(whole);
  std::size_t position = first_line_behind_unit(line_, whole);
  std::size_t own_end = behind_ < margins_.own ? whole : position;
  while (position < whole && behind_ < margins_.all()) {
    position = std::min(position + text::line_end({at(position), whole - position}, 0) + 1, whole);
    if (++behind_ == margins_.own) own_end = position;
  }
  const bool is_full = behind_ == margins_.all();
  const std::size_t end = is_full ? position : whole;
  const std::size_t ahead = end - own_end;
  text::Chunk chunk = emit(end, is_full || is_end);
  chunk.own = chunk.text.size() - std::min(chunk.text.size(), ahead);
  return chunk;
}

// The first line in [from, whole) that begins behind the unit's own; whole if there is none. A line begins at
// `from`.
std::size_t UnitReader::first_line_behind_unit(std::size_t from, std::size_t whole) const noexcept {
  if (is_behind_unit(from)) return from;
  const std::size_t end = from + static_cast<std::size_t>(unit_.end - offset_of(from));
  if (end >= whole) return whole;
  return std::min(end + text::line_end(filled(end), 0) + 1, whole);
}

// A regular file whose size is known and reached need not be asked again.
bool UnitReader::is_at_known_end() const noexcept {
  return !unit_.source->is_stream && unit_.source->size > 0 && offset_ == unit_.source->size;
}

text::Chunk UnitReader::on_end() {
  if (!unit_.source->is_stream && offset_ < unit_.source->size)
    report_truncation(*unit_.source, diagnostics_);
  if (seeking_ || in_long_line_) {
    if (in_long_line_) ++skipped_lines_;
    return last_chunk();
  }
  return records_ ? on_records(true) : on_lines(line_, true);
}

// The whole lines that are left, and no more.
text::Chunk UnitReader::on_error() {
  if (!records_ || seeking_ || in_long_line_) return last_chunk();
  const std::size_t whole = line_ + text::line_begin(filled(line_), fill_ - line_);
  unchecked_ -= std::min(unchecked_, fill_ - whole);
  fill_ = whole;
  return on_records(true);
}

// Drops what belongs to the unit before. False when the first '\n' of the range has not come yet.
bool UnitReader::skip_to_first_line(std::size_t data_begin) {
  const std::uint64_t data_offset = offset_of(data_begin);
  std::string_view data = filled(data_begin);
  if (unit_.end - data_offset < data.size())
    data = data.substr(0, static_cast<std::size_t>(unit_.end - data_offset));
  const std::size_t newline = text::line_end(data, 0);
  if (newline == data.size()) {
    drop_data();
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
    drop_data();
    return false;
  }
  line_ = data_begin + newline + 1;
  in_long_line_ = false;
  if (!seeking_record_) ++skipped_lines_;
  ++stream_lines_;
  return true;
}

// Of a line in the margins the next unit will say it.
void UnitReader::note_long_line() noexcept {
  long_line_offset_ = offset_of(line_);
  const bool is_reported_later = seeking_record_ || (margins_.all() > 0 && is_behind_unit(line_));
  long_line_found_ = !is_reported_later;
  lines_before_long_ = stream_lines_;
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

// Hands out [line_, end) and carries the rest over.
text::Chunk UnitReader::emit(std::size_t end, bool is_last) {
  drop_long_first_line(end);
  text::Chunk chunk;
  chunk.text = {at(line_), end - line_};
  chunk.offset = offset_of(line_) - unit_.source->start;
  chunk.skipped_lines = std::exchange(skipped_lines_, 0);
  chunk.is_last = is_last;
  if (unit_.source->is_stream) stream_lines_ += text::count_newlines(chunk.text);
  if (map_ && !is_last) {
    chunk.buffer = buffer_.look();
    line_ = end;
    return chunk;
  }
  const std::string_view carry = is_last ? std::string_view() : filled(end);
  chunk.buffer = std::move(buffer_);
  buffer_ = {};
  map_ = nullptr;
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

// What was read is of no use.
void UnitReader::drop_data() noexcept {
  if (!map_) fill_ = buffer_.front();
  line_ = fill_;
  unchecked_ = 0;
}

// A new buffer with `carry` in front of the place for data.
void UnitReader::start_buffer(std::string_view carry) {
  text::Buffer next = pool_.get(carry.size(), static_cast<std::size_t>(chunk_bytes_) + overshoot_bytes_);
  fill_ = next.front();
  line_ = fill_ - carry.size();
  if (!carry.empty()) std::memcpy(next.data() - carry.size(), carry.data(), carry.size());
  pool_.put(std::exchange(buffer_, std::move(next)));
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
    auto count = [fd = source.fd, start = source.start, end = long_line_offset_,
                  line_end = source.null_lines ? '\0' : '\n'] {
      return count_lines_before(fd, start, end, line_end);
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
