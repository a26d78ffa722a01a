// Choosing records of several lines: a record is selected when one of its lines matches, and the conditions
// (--and, --not) are met by it as a whole.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "text/record_starts.hpp"

namespace weir::filter {

// Records begin with the lines that `plan` selects. The plan outlives what is made.
std::unique_ptr<text::RecordStarts> make_pattern_starts(const Plan& plan);

// Belongs to one thread.
class RecordMatcher {
 public:
  // A record longer than `max_bytes` is taken in pieces of whole lines.
  RecordMatcher(const Plan& plan, std::size_t max_bytes)
      : checks_(plan.make_checks()), max_bytes_(max_bytes) {}

  // Appends to `records` those of `text` that are selected, with `inverts` those that are not, each as the
  // range from its first line to the end of its last one without the '\n'; at most `limit`. `text` holds
  // whole records, and is otherwise as LineMatcher::find_lines() wants it.
  void find_records(std::string_view text, text::RecordStarts& starts, std::size_t limit, bool inverts,
                    std::vector<Line>& records);

  std::uint64_t undecided_lines() const noexcept;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;  // behind the last line's '\n'
  };

  bool meets_conditions(std::string_view text, Range record);
  Range piece_around(std::string_view text, Range record, std::size_t at) const;
  Range record_around(std::string_view text, text::RecordStarts& starts, std::size_t done,
                      const Line& hit) const;
  void add_others(std::string_view text, text::RecordStarts& starts, std::size_t limit,
                  std::vector<Line>& records) const;

  std::vector<Check> checks_;
  std::size_t max_bytes_;
  std::vector<Line> hits_;
  std::vector<Line> selected_;
  std::vector<Line> found_;
};

}  // namespace weir::filter
