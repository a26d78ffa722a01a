// The window of --since and --until: which lines lie in it.
//
// A line without a stamp goes with the nearest line before it that has one; those in front of the first stamp
// of a source are in no window. Stamps are read only of lines that somebody asks about: the selected ones
// and, where those have none, the lines before them.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "input/stamp_trail.hpp"
#include "text/chunk.hpp"
#include "text/timestamp.hpp"
#include "weir/grep.hpp"

namespace weir::pipeline {

// Nanoseconds since 1970: since <= t < until.
struct TimeWindow {
  std::int64_t since = std::numeric_limits<std::int64_t>::min();
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  std::shared_ptr<const text::TimeZone> zone;
  std::shared_ptr<const text::StampPattern> pattern;

  bool contains(std::int64_t at) const noexcept { return at >= since && at < until; }
  bool has_since() const noexcept { return since != std::numeric_limits<std::int64_t>::min(); }
  bool has_until() const noexcept { return until != std::numeric_limits<std::int64_t>::max(); }

  // For a file that was last written at `reference`.
  text::TimestampReader make_reader(std::int64_t reference) const {
    return text::TimestampReader({zone, pattern, reference});
  }
};

// Nothing when neither end is asked for; bad_argument on what cannot be read.
Result<std::optional<TimeWindow>> make_time_window(const ScanOptions& options);

// How stamps are read, but for the year of those without one.
Result<text::TimestampOptions> make_stamp_options(const ScanOptions& options);

// One "key: value" a line, for --explain.
std::string explain_window(const TimeWindow& window, const ScanOptions& options);

// Of one unit, whose chunks come in order.
class WindowFilter {
 public:
  // The window outlives it. `before` is the record that is under way where the unit begins.
  WindowFilter(const TimeWindow& window, std::int64_t reference, input::RecordTime before)
      : window_(window), reader_(window.make_reader(reference)), current_(before) {}

  // What the line before the next chunk belongs to; unknown until the first chunk of a range that begins
  // within a file, unless that chunk's first line has a stamp.
  input::RecordTime current() const noexcept { return current_; }
  void set_current(input::RecordTime time) noexcept { current_ = time; }

  // Of a line by itself; `none` when it has no stamp.
  input::RecordTime time_of(std::string_view line) noexcept;

  // Leaves those of a chunk's lines that lie in the window.
  void keep(std::string_view text, std::vector<filter::Line>& lines);

  // The stretches of a chunk that lie in the window, each of whole lines.
  struct Stretch {
    std::size_t begin;
    std::size_t end;
  };
  const std::vector<Stretch>& find_stretches(std::string_view text);

  // Lines dropped since the last call because neither they nor any line before them have a stamp.
  std::uint64_t take_untimed() noexcept { return std::exchange(untimed_, 0); }

 private:
  input::RecordTime look_back(std::string_view text, std::size_t known, filter::Line line);

  const TimeWindow& window_;
  text::TimestampReader reader_;
  input::RecordTime current_;
  std::uint64_t untimed_ = 0;
  std::vector<Stretch> stretches_;
};

}  // namespace weir::pipeline
