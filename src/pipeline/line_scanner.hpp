// LineScanner: chunk in, block out. Everything between reading and writing, on one shard, without waiting for
// anything.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "filter/records.hpp"
#include "input/record_rules.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "pipeline/context.hpp"
#include "pipeline/joined_text.hpp"
#include "pipeline/line_printer.hpp"
#include "pipeline/multiline.hpp"
#include "pipeline/record_condition.hpp"
#include "pipeline/scan_plan.hpp"
#include "pipeline/time_window.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

// One unit on its way through a shard.
struct UnitState {
  UnitState(input::Unit unit_, const ScanPlan& plan) : unit(std::move(unit_)), owner(*unit.source) {
    if (!unit.is_first()) context.lead_left = plan.margins().own;
  }

  input::Unit unit;
  output::Totals totals;
  std::atomic<bool> wants_no_more = false;  // -l, -q, -m: the rest of the unit need not be read
  LineOwner owner;
  ContextState context;
  MultilineText multiline;
  std::optional<WindowFilter> window;  // --since and --until
  std::optional<JoinedText> joined;

  // What the text that is selected from moves on, where no more than one look at each line is needed.
  struct Progress {
    output::Totals totals;
    bool wants_no_more;
    ContextState context;
  };
  Progress progress() const { return {totals, wants_no_more, context}; }
  void go_back(const Progress& to) {
    totals = to.totals;
    wants_no_more = to.wants_no_more;
    context = to.context;
  }
};

class LineScanner {
 public:
  // The rules outlive the scanner, as does `interrupt`, which ends what the condition does.
  LineScanner(const ScanPlan& plan, input::RecordRules rules, const std::atomic<bool>* interrupt = nullptr);

  // Leaves in the chunk what belongs to the unit.
  void scan(text::Chunk& chunk, UnitState& state, output::Block& block);

  // Lines, since the last call, on which PCRE2 gave up; they count as not matching.
  std::uint64_t take_undecided_lines() {
    const std::uint64_t before = std::exchange(undecided_lines_, undecided_lines());
    return undecided_lines_ - before;
  }

 private:
  static bool is_before_window(const text::Chunk& chunk, const UnitState& state);
  void scan_lines(text::Chunk& chunk, UnitState& state, output::Block& block);
  void scan_stretches(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void scan_multiline(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void decide_multiline(UnitState& state, bool is_end, output::Block& block);
  std::uint64_t undecided_lines() const noexcept;
  void use(const text::Chunk& chunk, UnitState& state, std::uint64_t limit, output::Block& block);
  void select_of_chunk(const text::Chunk& chunk, UnitState& state, std::uint64_t limit);
  std::uint64_t remaining(const UnitState& state) const;
  void end_at_limit(std::uint64_t left, UnitState& state) const;
  void select(std::string_view text, input::RecordKind kind, std::uint64_t limit);
  void spread(std::string_view text);
  void invert(std::string_view text, std::uint64_t limit);
  void count(const text::Chunk& chunk, UnitState& state, output::Block& block);
  std::uint64_t count_matches(std::string_view text, const filter::Line& record);
  void count_labels(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print_bare(std::string_view text, output::Block& block) const;
  void print_lines(const text::Chunk& chunk, UnitState& state, output::Block& block);
  void print_all(const text::Chunk& chunk, UnitState& state, output::Block& block);

  const ScanPlan& plan_;
  input::RecordRules rules_;
  std::unique_ptr<filter::LineMatcher> matcher_;
  std::optional<filter::RecordMatcher> records_;  // in its place, where a record is more than a line
  std::optional<MultilineSelector> multiline_;    // ... and where matches reach over lines
  std::optional<RecordCondition> condition_;
  LinePrinter printer_;
  ContextPrinter context_;
  std::vector<filter::Line> lines_;  // selected, or records
  std::vector<filter::Line> heads_;  // the records that lines_ are the lines of
  std::vector<filter::Line> spare_;
  std::uint64_t undecided_lines_ = 0;
};

}  // namespace weir::pipeline
