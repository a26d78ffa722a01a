// Runs a plan over a text the way a chunk is given to it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "filter/filter.hpp"
#include "support/pcre2_oracle.hpp"

namespace weir::filter {

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

inline Ranges ranges_of(const std::vector<Line>& lines) {
  Ranges ranges;
  for (const Line line : lines)
    ranges.emplace_back(line.begin, line.end);
  return ranges;
}

// Calls find_lines over and over with `limit`, as the pipeline does after -m or -q.
inline Ranges select(LineMatcher& matcher, std::string_view text, std::size_t limit = kNoLimit) {
  const std::string padded = std::string(text) + std::string(64, '\0');
  Ranges all;
  std::size_t from = 0;
  while (from < text.size()) {
    std::vector<Line> lines;
    const std::string_view rest = std::string_view(padded).substr(from, text.size() - from);
    const std::size_t done = matcher.find_lines(rest, limit, lines);
    EXPECT_LE(lines.size(), limit);
    EXPECT_GT(done, 0U);
    if (lines.size() < limit) {
      EXPECT_EQ(done, rest.size());
    }
    for (const auto& [begin, end] : ranges_of(lines))
      all.emplace_back(begin + from, end + from);
    if (done == 0) break;
    from += done;
  }
  return all;
}

inline std::vector<std::string> lines_of(std::string_view text, const Ranges& ranges) {
  std::vector<std::string> lines;
  for (const auto& [begin, end] : ranges)
    lines.emplace_back(text.substr(begin, end - begin));
  return lines;
}

// nullopt when PCRE2 gave up on a line.
inline std::optional<Ranges> oracle_ranges(const PatternOptions& options, bool caseless,
                                           std::string_view text) {
  support::Pcre2Oracle oracle(options.patterns,
                              {options.syntax == Syntax::fixed, caseless, options.word, options.whole_line});
  Ranges ranges = oracle.lines(text);
  if (oracle.gave_up()) return std::nullopt;
  return ranges;
}

}  // namespace weir::filter
