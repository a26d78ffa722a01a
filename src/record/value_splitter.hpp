// ValueSplitter: where the top-level values of a stream of JSON text end, so that the stream can be cut into
// chunks of whole values.
//
// Looks at each byte once, whatever the pieces in which it comes, and trusts brackets and quotes only:
// whether the values are valid is seen later. So that a broken value does not take in all that follows, a
// value also ends at a newline in a string, and in front of a bracket at the beginning of a line that cannot
// be there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::record {

class ValueSplitter {
 public:
  // values: they follow each other. array: the items of an outer array are the values, its brackets and the
  // commas between them separators; what is outside of such an array is a value as well.
  enum class Mode : std::uint8_t { values, array };

  explicit ValueSplitter(Mode mode = Mode::values) noexcept : mode_(mode) {}

  // Takes the next piece of the stream. How much of it belongs to values (and separators) that are complete:
  // a cut there leaves nothing unfinished in front of it, and `is_in_array()` of that place is that of the
  // next chunk. 0 when no value ends in it.
  std::size_t feed(std::string_view piece) noexcept;
  // The same, but stops behind the first value that ends: its end, or piece.size() + 1 when none does.
  std::size_t feed_one(std::string_view piece) noexcept;

  // Whether the last cut is inside of an outer array.
  bool is_in_array() const noexcept { return cut_in_array_; }
  // Nothing but separators since the last cut.
  bool is_between_values() const noexcept { return state_ == State::between; }

 private:
  enum class State : std::uint8_t { between, word, nested, string, escape };

  enum class End : std::uint8_t { none, before, behind };  // of a value, at the byte looked at

  End step(std::string_view piece, std::size_t& at) noexcept;
  End begin_value(char byte) noexcept;
  End nested(char byte) noexcept;
  End in_string(char byte) noexcept;
  bool is_misplaced(std::string_view piece, std::size_t at) const noexcept;
  char last_before(std::string_view piece, std::size_t at) const noexcept;
  void remember(std::string_view piece) noexcept;

  Mode mode_;
  State state_ = State::between;
  bool in_array_ = false;
  bool is_line_start_ = true;
  char last_ = '\0';  // of the stream, spaces left out
  bool cut_in_array_ = false;
  std::uint64_t depth_ = 0;
};

}  // namespace weir::record
