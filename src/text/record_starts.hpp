// Records of several lines: where they begin.
//
// A record is a line that starts one and the lines behind it, up to the next such line. Lines in front of the
// first one of a source are a record too.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::text {

// Belongs to one thread.
class RecordStarts {
 public:
  virtual ~RecordStarts() = default;

  // Whether `line`, without its '\n', starts a record. Followed by kPadding readable bytes.
  virtual bool starts(std::string_view line) = 0;

  // Of `text`, whole lines: offset of the first line at or behind `from`, a line's begin, that starts a
  // record; text.size() when there is none.
  virtual std::size_t next(std::string_view text, std::size_t from);

  // Offset of the last line of `text` that starts a record and begins at or behind `from`; npos when there is
  // none.
  std::size_t last(std::string_view text, std::size_t from);
};

// For text whose records begin with a time stamp.
class StampStarts final : public RecordStarts {
 public:
  bool starts(std::string_view line) override;
};

// For text without time stamps: a line starts a record unless it is blank, indented, closes a bracket, or is
// known to go on with what is above it ("Caused by:", "at ", "...").
class OutdentStarts final : public RecordStarts {
 public:
  bool starts(std::string_view line) override;
};

// How a record that is too long is cut: where the longest run of whole lines of `text` ends that begins at
// `begin` and has at most `most` bytes without the last '\n'; the end of the first line if that alone is
// longer.
std::size_t piece_end(std::string_view text, std::size_t begin, std::size_t most) noexcept;

}  // namespace weir::text
