// UnitReader: reads one unit and cuts it into chunks of whole lines.
//
// Reads are sequential, one at a time; depth comes from several units under way. The unfinished line at the
// end of a read is carried into the next buffer, in front of the data. A line that begins in the unit is
// finished beyond its end. A line longer than the limit is reported with its place, and left out. A
// source to be decoded is known by the first read and goes on as a stream of what is in it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "base/diagnostics.hpp"
#include "input/content.hpp"
#include "input/file_map.hpp"
#include "input/source.hpp"
#include "text/buffer_pool.hpp"
#include "text/chunk.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// Lines that a unit with an end takes in behind it: `own` ones that belong to it, in place of as many at its
// begin, which are the margin of the unit before; then `ahead` ones to look at.
struct UnitMargins {
  std::uint64_t own = 0;
  std::uint64_t ahead = 0;

  std::uint64_t all() const noexcept { return own + ahead; }
};

class UnitReader {
 public:
  // The pool belongs to the shard; it and `diagnostics` outlive the reader. `chunk_bytes` is the usual size
  // of a read; `cores`, which may be null, has those that may help. With `records` chunks hold whole records;
  // the unit owns those whose first line it owns.
  UnitReader(Unit unit, std::uint32_t chunk_bytes, std::uint64_t max_line_bytes, text::BufferPool& pool,
             SpareCores* cores, base::Diagnostics& diagnostics, RecordRules records = {},
             UnitMargins margins = {});
  UnitReader(const UnitReader&) = delete;
  UnitReader& operator=(const UnitReader&) = delete;
  ~UnitReader() { pool_.put(std::move(buffer_)); }

  // Chunks may be lent by a mapping of the file (see text::Lender), where `least_bytes` of the unit or more
  // are left to read; with `only_cheap`, and are in memory in huge pages. Not together with records.
  void use_mappings(std::uint64_t least_bytes, bool only_cheap) noexcept {
    least_mapped_ = least_bytes;
    only_cheap_ = only_cheap;
  }

  // Bytes that the next() call may read.
  std::uint32_t next_bytes() const noexcept;

  // What it holds besides what a call to next() reads: a decoder, an unfinished line that is very long. To be
  // asked for before next() is called.
  std::uint64_t held_bytes() const noexcept;

  // One read. The chunk may have no text when no line became whole; is_last says that the unit is done.
  // Errors are reported; the unit then ends with what was whole before.
  Coro<text::Chunk> next();

  // What was to be read is an archive: next() has given an empty last chunk.
  Content& content() noexcept { return content_; }

  // Whether the last read found its data in memory.
  bool was_immediate() const noexcept { return content_.was_immediate(); }

 private:
  bool may_map() const noexcept;
  std::uint32_t look_ahead();
  bool map_more();
  void leave_mapping();
  void drop_data() noexcept;
  char* make_room(std::uint32_t length);
  text::Chunk on_data(std::size_t got, std::uint32_t asked);
  text::Chunk on_end();
  text::Chunk on_lines(std::size_t data_begin, bool is_end);
  text::Chunk on_unit_end(std::size_t data_begin);
  text::Chunk on_margins(std::size_t data_begin, bool is_end);
  text::Chunk on_records(bool is_end);
  bool knows_records(bool is_end);
  text::Chunk cut_records(std::size_t checked, std::size_t whole);
  text::Chunk drop_long_line(bool is_end);
  std::size_t first_long_line(std::size_t from) const noexcept;
  bool is_behind_unit(std::size_t position) const noexcept;
  std::size_t first_line_behind_unit(std::size_t from, std::size_t whole) const noexcept;
  bool is_ahead(std::size_t position) const noexcept;
  void note_long_line() noexcept;
  std::size_t first_record_behind_unit(std::size_t from, std::size_t whole);
  text::Chunk on_error();
  bool skip_to_first_line(std::size_t data_begin);
  bool skip_rest_of_long_line(std::size_t data_begin);
  text::Chunk emit(std::size_t end, bool is_last);
  void drop_long_first_line(std::size_t end);
  text::Chunk last_chunk();
  void start_buffer(std::string_view carry);
  Coro<void> report_long_line();
  bool is_at_known_end() const noexcept;
  char* at(std::size_t position) const noexcept { return buffer_.data() - buffer_.front() + position; }
  std::string_view filled(std::size_t begin) const noexcept { return {at(begin), fill_ - begin}; }
  std::uint64_t offset_of(std::size_t position) const noexcept { return offset_ - (fill_ - position); }

  Unit unit_;
  std::uint32_t chunk_bytes_;
  std::uint32_t
      overshoot_bytes_;  // read beyond the unit's end along with its last data, to finish the last line
  std::uint64_t max_line_bytes_;
  text::BufferPool& pool_;
  base::Diagnostics& diagnostics_;

  text::Buffer buffer_;
  std::size_t line_ = 0;         // where the unfinished line starts, and
  std::size_t fill_ = 0;         // where the data ends; positions from the start of the buffer's memory
  std::uint64_t offset_;         // of the next read
  bool seeking_;                 // before the first line that is ours
  bool is_at_start_;             // before the first byte of the source
  std::uint32_t mark_left_ = 0;  // of the byte order mark, still to be left out
  Content content_;
  std::shared_ptr<const FileMap> map_;  // that the buffer looks at, or null
  std::uint64_t least_mapped_ = std::numeric_limits<std::uint64_t>::max();
  bool only_cheap_ = true;
  std::uint64_t copied_up_to_ = 0;  // what is in front of it is not mapped again
  UnitMargins margins_;
  std::uint64_t behind_ = 0;  // lines that have come of the margins
  RecordRules records_;
  bool seeking_record_;          // before the first record that is ours
  std::size_t unchecked_ = 0;    // with records: bytes at the end of the data where none was looked for
  bool has_pending_ = false;     // with records: what was read gives another chunk
  bool is_pending_end_ = false;  // ... and nothing follows it
  bool in_long_line_ = false;
  bool long_line_found_ = false;
  std::uint64_t long_line_offset_ = 0;
  std::uint64_t lines_before_long_ = 0;  // streams only
  std::uint32_t skipped_lines_ = 0;
  std::uint64_t stream_lines_ = 0;  // newlines passed, streams only
};

}  // namespace weir::input
