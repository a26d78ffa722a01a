// The part of UnitReader that cuts chunks where records of several lines begin. What is carried from read to
// read is then the unfinished record.
#include <algorithm>

#include "input/unit_reader.hpp"
#include "text/newlines.hpp"

namespace weir::input {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

}  // namespace

// Everything up to fill_ has been read; with `is_end` nothing follows.
text::Chunk UnitReader::on_records(bool is_end) {
  const std::size_t checked = std::max(line_, fill_ - unchecked_);
  std::size_t whole = is_end ? fill_ : checked + text::line_begin(filled(checked), fill_ - checked);
  if (!knows_records(is_end)) return {};
  const std::size_t long_line = first_long_line(checked);
  whole = std::min(whole, long_line);
  unchecked_ = fill_ - whole;
  text::RecordStarts& starts = records_.of(unit_.source->records);
  if (seeking_record_) {
    line_ += starts.next({at(line_), whole - line_}, 0);
    if (is_behind_unit(line_)) return last_chunk();
    seeking_record_ = line_ == whole;
  }
  if (line_ < whole) {
    if (is_behind_unit(whole)) {
      const std::size_t next = first_record_behind_unit(std::max(checked, line_), whole);
      if (next < whole) return emit(next, true);
    }
    if (long_line == kNone) return is_end ? emit(fill_, true) : cut_records(std::max(checked, line_), whole);
    has_pending_ = true;
    is_pending_end_ = is_end;
    return emit(whole, false);
  }
  if (long_line != kNone) return drop_long_line(is_end);
  if (is_end) return last_chunk();
  if (seeking_record_) start_buffer(filled(line_));
  return {};
}

// Decides from the first lines whether they bear time stamps. False as long as too few are known.
bool UnitReader::knows_records(bool is_end) {
  Source& source = *unit_.source;
  if (!records_.depend_on_source() || source.records != RecordKind::unknown) return true;
  const std::uint64_t wanted = kRecordSampleBytes - (offset_of(line_) - source.start);
  const std::string_view sample = filled(line_).substr(0, static_cast<std::size_t>(wanted));
  const bool is_whole = is_end || sample.size() == wanted;
  source.records = kind_of_records(sample, is_end && sample.size() < wanted, *records_.stamped);
  if (source.records == RecordKind::plain && !is_whole) source.records = RecordKind::unknown;
  return source.records != RecordKind::unknown;
}

// Of [line_, whole), where no record but the first begins before `checked`, those that have ended.
text::Chunk UnitReader::cut_records(std::size_t checked, std::size_t whole) {
  const std::string_view lines(at(line_), whole - line_);
  const std::size_t last = records_.of(unit_.source->records).last(lines, checked - line_);
  if (last != kNone && last > 0) return emit(line_ + last, false);
  if (lines.size() <= max_line_bytes_) return {};
  has_pending_ = true;  // what is left may be too long as well
  is_pending_end_ = false;
  return emit(line_ + text::piece_end(lines, 0, max_line_bytes_), false);
}

// The first line at or behind `from` that is longer than it may be, finished or not.
std::size_t UnitReader::first_long_line(std::size_t from) const noexcept {
  while (fill_ - from > max_line_bytes_) {
    const std::size_t length = text::line_end(filled(from), 0);
    if (length > max_line_bytes_) return from;
    from += length + 1;
  }
  return kNone;
}

bool UnitReader::is_behind_unit(std::size_t position) const noexcept {
  return unit_.end != Unit::kToEnd && offset_of(position) > unit_.end;
}

// The first record in [from, whole) that begins behind the unit's own lines; whole if there is none.
std::size_t UnitReader::first_record_behind_unit(std::size_t from, std::size_t whole) {
  from = first_line_behind_unit(from, whole);
  return from + records_.of(unit_.source->records).next({at(from), whole - from}, 0);
}

// line_ is where one begins.
text::Chunk UnitReader::drop_long_line(bool is_end) {
  const std::size_t length = text::line_end(filled(line_), 0);
  const bool is_finished = is_end || line_ + length < fill_;
  note_long_line();
  if (!is_finished) {
    in_long_line_ = true;
    start_buffer({});
    unchecked_ = 0;
    return {};
  }
  if (!seeking_record_) ++skipped_lines_;
  if (unit_.source->is_stream && line_ + length < fill_) ++stream_lines_;
  line_ = std::min(fill_, line_ + length + 1);
  unchecked_ = fill_ - line_;
  has_pending_ = true;
  is_pending_end_ = is_end;
  return {};
}

}  // namespace weir::input
