// UnitReader: reads one unit and cuts it into chunks of whole lines.
//
// Reads are sequential, one at a time; depth comes from several units under way. The unfinished line at the
// end of a read is carried into the next buffer, in front of the data. A line that begins in the unit is
// finished beyond its end. A line longer than the limit is reported with its place, and left out. A
// source to be decoded is known by the first read and goes on as a stream of what is in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/diagnostics.hpp"
#include "input/decoding.hpp"
#include "input/source.hpp"
#include "input/text_decoder.hpp"
#include "text/buffer_pool.hpp"
#include "text/chunk.hpp"
#include "weir/coro.hpp"

namespace weir::input {

class UnitReader {
 public:
  // The pool belongs to the shard; it and `diagnostics` outlive the reader. `chunk_bytes` is the usual size
  // of a read.
  UnitReader(Unit unit, std::uint32_t chunk_bytes, std::uint64_t max_line_bytes, text::BufferPool& pool,
             base::Diagnostics& diagnostics);
  UnitReader(const UnitReader&) = delete;
  UnitReader& operator=(const UnitReader&) = delete;
  ~UnitReader() { pool_.put(std::move(buffer_)); }

  // Bytes that the next() call may read.
  std::uint32_t next_bytes() const noexcept;

  // One read. The chunk may have no text when no line became whole; is_last says that the unit is done.
  // Errors are reported; the unit then ends with what was whole before.
  Coro<text::Chunk> next();

  // Whether the last read found its data in memory.
  bool was_immediate() const noexcept { return immediate_; }

 private:
  char* make_room(std::uint32_t length);
  Coro<int> read_first(char* into, std::uint32_t length, int got);
  Coro<int> read_decoded(char* into, std::uint32_t length);
  Coro<FirstBytes> peek();
  int take_peeked(char* into, std::uint32_t length);
  bool needs_closer_look(std::string_view head);
  text::Chunk on_data(std::size_t got, std::uint32_t asked);
  text::Chunk on_end();
  bool skip_to_first_line(std::size_t data_begin);
  bool skip_rest_of_long_line(std::size_t data_begin);
  text::Chunk emit(std::size_t end, bool is_last);
  void drop_long_first_line(std::size_t end);
  text::Chunk last_chunk();
  void start_buffer(std::string_view carry);
  Coro<void> report_long_line();
  void check_truncation();
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
  std::size_t line_ = 0;     // where the unfinished line starts, and
  std::size_t fill_ = 0;     // where the data ends; positions from the start of the buffer's memory
  std::uint64_t offset_;     // of the next read
  bool seeking_;             // before the first line that is ours
  bool sniffing_;            // before the first byte of a source whose first bytes tell how it is read
  std::uint32_t mark_left_;  // of the byte order mark, still to be left out
  std::string peeked_;       // bytes that were read to know the source by and are still to come
  std::unique_ptr<Decoding> decoding_;  // of a source to be decoded
  bool in_long_line_ = false;
  bool long_line_found_ = false;
  std::uint64_t long_line_offset_ = 0;
  std::uint32_t skipped_lines_ = 0;
  std::uint64_t stream_lines_ = 0;  // newlines passed, streams only
  bool immediate_ = true;
};

}  // namespace weir::input
