// Results as JSON Lines, in the shape that ripgrep documents for `--json`: begin, match, context and end for
// each file that has something to show, then a summary. Bytes that are no UTF-8 come as base64.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "output/block.hpp"

namespace weir::output {

// Bytes from a log or a file name, and whether they are UTF-8.
struct JsonData {
  std::string_view bytes;
  bool is_text = true;
};

struct JsonSubmatch {
  JsonData match;
  std::size_t begin = 0;  // in the line
};

struct JsonLine {
  bool selected = true;
  JsonData path;
  JsonData line;  // with its '\n', if it has one
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  const std::vector<std::string_view>* labels = nullptr;  // of letters, digits and "_.-"
};

// Figures of a file, or of all.
struct JsonStats {
  std::chrono::nanoseconds elapsed{};
  std::uint64_t searches = 0;
  std::uint64_t searches_with_match = 0;
  std::uint64_t bytes_searched = 0;
  std::uint64_t bytes_printed = 0;
  std::uint64_t matched_lines = 0;
  std::uint64_t matches = 0;

  // Sums; the time is not one of them.
  JsonStats& operator+=(const JsonStats& other) noexcept {
    searches += other.searches;
    searches_with_match += other.searches_with_match;
    bytes_searched += other.bytes_searched;
    bytes_printed += other.bytes_printed;
    matched_lines += other.matched_lines;
    matches += other.matches;
    return *this;
  }
};

void append_json_begin(TextBuffer& out, JsonData path);
void append_json_end(TextBuffer& out, JsonData path, const JsonStats& stats);
void append_json_summary(TextBuffer& out, const JsonStats& stats);

// Returns where the line's number stands; with `known` false it is left out, to be put in there.
std::uint32_t append_json_line(TextBuffer& out, const JsonLine& line,
                               const std::vector<JsonSubmatch>& submatches, bool known);

}  // namespace weir::output
