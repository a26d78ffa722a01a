// LineReader: the lines of a file or stream, one by one, in bounded memory.
//
//   weir::File log = co_await weir::File::open("app.log");
//   weir::LineReader lines = log.lines();
//   while (auto line = co_await lines.next()) {   // bound in the condition: fine; never `(co_await x) == y`
//     if (line->find("ERROR") != std::string_view::npos) report(*line);
//   }
//
// Purpose: iteration over text of any size. A line that is in the buffer already costs no suspension, no
// allocation and no system call.
// Ownership: the File or Stream must outlive the reader. A line is a view into the reader's buffer and holds
// until the next call.
// Threads: as the File or Stream.
// Cancellation: next() suspends only to read. After Cancelled the next call goes on where this one began, and
// nothing is lost.
// Errors: those of the File or Stream, after which next() may be called again; LineTooLong for a line beyond
// the limit, after which next() gives the line behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

class File;
class Stream;

struct LineOptions {
  std::size_t max_line = 64 * 1024 * 1024;  // bytes, without the newline
  std::size_t read_bytes = 256 * 1024;      // how much is asked for at once
};

// A line is longer than LineOptions::max_line.
class LineTooLong : public std::length_error {
 public:
  LineTooLong(const std::string& source, std::size_t limit);
};

class LineReader {
 public:
  using Line = std::optional<std::string_view>;

  explicit LineReader(File& file, const LineOptions& options = {}) noexcept
      : file_(&file), options_(options) {}
  explicit LineReader(Stream& stream, const LineOptions& options = {}) noexcept
      : stream_(&stream), options_(options) {}

  // What next() gives: await it where it stands.
  class Next;

  // The next line without its '\n'; nothing at the end. A last line without '\n' counts.
  Next next() noexcept;

  // The same as a coroutine, for timeout(), gather() and spawn().
  Coro<Line> next_line();

 private:
  // False when more has to be read first.
  bool take_buffered(Line& line) noexcept;
  bool is_too_long() const noexcept;
  Coro<Line> next_read();
  Coro<void> fill();
  Coro<std::size_t> read_more(char* into, std::size_t length);
  const std::string& source_name() const noexcept;

  File* file_ = nullptr;
  Stream* stream_ = nullptr;
  LineOptions options_;
  std::string buffer_;
  std::size_t position_ = 0;  // where the next line begins
  std::size_t searched_ = 0;  // no newline between position_ and here
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
  bool skipping_ = false;  // inside a line that was too long
};

class LineReader::Next {
 public:
  explicit Next(LineReader& reader) noexcept : reader_(reader) {}
  Next operator co_await() noexcept { return Next(reader_); }

  bool await_ready() noexcept { return reader_.take_buffered(line_); }
  // As awaiting the coroutine itself does, which may be done at once.
  template <class P>
  auto await_suspend(std::coroutine_handle<P> parent) {
    read_ = reader_.next_read();
    return std::move(read_).operator co_await().await_suspend(parent);
  }
  Line await_resume() {
    if (!read_) return line_;
    return std::move(read_).operator co_await().await_resume();
  }

 private:
  LineReader& reader_;
  Line line_;
  Coro<Line> read_;
};

inline LineReader::Next LineReader::next() noexcept {
  return Next(*this);
}

}  // namespace weir
