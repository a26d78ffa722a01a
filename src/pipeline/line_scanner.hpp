// LineScanner: chunk in, block out. Everything between reading and writing, on one shard, without waiting for
// anything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "pipeline/context.hpp"
#include "pipeline/line_printer.hpp"
#include "pipeline/scan_plan.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

// One unit on its way through a shard.
struct UnitState {
  explicit UnitState(input::Unit unit_) : unit(std::move(unit_)), owner(*unit.source) {}

  input::Unit unit;
  output::Totals totals;
  bool wants_no_more = false;  // -l, -q, -m: the rest of the unit need not be read
  LineOwner owner;
  ContextState context;
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
  void count(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void count_labels(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print_bare(std::string_view text, output::Block& block) const;
  void print_lines(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print_all(const text::Chunk& chunk, UnitState& state, output::Block& block);

  const ScanPlan& plan_;
  std::unique_ptr<filter::LineMatcher> matcher_;
  LinePrinter printer_;
  ContextPrinter context_;
  std::vector<filter::Line> lines_;
  std::vector<filter::Line> inverted_;
  std::uint64_t undecided_lines_ = 0;
};

}  // namespace weir::pipeline
