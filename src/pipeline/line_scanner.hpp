// LineScanner: chunk in, block out. Everything between reading and writing, on one shard, without waiting for
// anything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "output/line_style.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

// What the shards share; immutable.
struct ScanPlan {
  ScanPlan(const GrepOptions& options_, std::shared_ptr<const filter::Plan> filter_, bool names,
           bool count_lines_)
      : options(options_),
        filter(std::move(filter_)),
        style(options_, names),
        count_lines(count_lines_ || options_.line_numbers || options_.max_count != GrepOptions::kNoLimit) {}

  bool prints_lines() const noexcept {
    return options.output == GrepOutput::lines || options.output == GrepOutput::only_matching;
  }

  GrepOptions options;
  std::shared_ptr<const filter::Plan> filter;
  output::LineStyle style;
  bool count_lines;  // for numbers, for --stats, and to tell lines apart where -m cuts the output of a range
};

// One unit on its way through a shard.
struct UnitState {
  explicit UnitState(input::Unit unit_) : unit(std::move(unit_)) {}

  input::Unit unit;
  output::Totals totals;
  bool wants_no_more = false;  // -l, -q, -m: the rest of the unit need not be read
  std::string line_prefix;     // filled when the first line is printed
};

class LineScanner {
 public:
  explicit LineScanner(const ScanPlan& plan);

  void scan(const text::Chunk& chunk, UnitState& state, output::Block& block);

  // Lines, since the last call, on which PCRE2 gave up; they count as not matching.
  std::uint64_t take_undecided_lines() {
    const std::uint64_t before = std::exchange(undecided_lines_, matcher_->undecided_lines());
    return undecided_lines_ - before;
  }

 private:
  std::uint64_t remaining(const UnitState& state) const;
  void select(std::string_view text, std::uint64_t limit);
  void invert(std::string_view text, std::uint64_t limit);
  void print(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print_bare(std::string_view text, output::Block& block) const;
  void print_line(const text::Chunk& chunk, filter::Line line, std::uint64_t number, UnitState& state,
                  output::Block& block);
  void print_head(std::uint64_t number, std::uint64_t offset, UnitState& state, output::Block& block);
  void print_matches(std::string_view line, std::uint64_t number, std::uint64_t offset, UnitState& state,
                     output::Block& block);
  void print_colored(std::string_view line, output::TextBuffer& out);
  filter::MatchFinder& finder();

  const ScanPlan& plan_;
  std::unique_ptr<filter::LineMatcher> matcher_;
  std::unique_ptr<filter::MatchFinder> finder_;
  std::vector<filter::Line> lines_;
  std::vector<filter::Line> inverted_;
  std::uint64_t undecided_lines_ = 0;
};

}  // namespace weir::pipeline
