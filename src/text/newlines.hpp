// Byte kernels over a chunk, vectorised for the machine found at run time (Highway).
// All take any alignment and never read outside [begin, end).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::text {

// Number of '\n' bytes in `text`.
std::size_t count_newlines(std::string_view text) noexcept;

// True when no byte has its high bit set.
bool is_ascii(std::string_view text) noexcept;

// Offset of the first byte with the high bit set at or after `from`; text.size() when there is none.
std::size_t find_non_ascii(std::string_view text, std::size_t from) noexcept;

// Offset of the first '\n' at or after `from`; text.size() when there is none.
std::size_t line_end(std::string_view text, std::size_t from) noexcept;

// Offset just after the last '\n' before `at`; 0 when there is none.
std::size_t line_begin(std::string_view text, std::size_t at) noexcept;

// What can be told of lines in one pass.
struct LineSurvey {
  std::size_t newlines = 0;
  bool all_begin_so = true;  // no '\n' is followed by another byte than the one asked for
  bool has_backslash = false;
};
LineSurvey survey_lines(std::string_view text, char first) noexcept;

}  // namespace weir::text
