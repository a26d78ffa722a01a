// LineLimits: where output ends before its input does: -m in a file that is scanned by ranges, --limit in the
// run. Every unit has looked for the whole number of lines; what was printed before it counts here, in output
// order.
//
// With --limit the run ends as if its input ended with the last line that counts, or with the context behind
// it, up to the next selected line: what is printed is the beginning of what it would be without.
#pragma once

#include <cstdint>

#include "output/block.hpp"
#include "pipeline/scan_plan.hpp"

namespace weir::pipeline {

class LineLimits {
 public:
  explicit LineLimits(const ScanPlan& plan) : plan_(plan), run_ends_(plan.options.limit == 0) {}

  // Takes away what is too much. The block's lines have been noted, if ScanPlan::notes_lines() says so.
  void cut(output::Block& block);

  // The figures of a source so far, brought down to what was let through.
  void adjust(output::Totals& source);

  // `listed`: its name was printed by -l or the like.
  void end_source(bool listed);

  // Nothing more is to be printed but what ends a source, and the run.
  bool run_ends() const noexcept { return run_ends_; }

 private:
  bool wants(const output::NotedLine& line) const;
  void take(const output::NotedLine& line);
  bool follows_gap(const output::NotedLine& line) const;
  void drop_from(output::Block& block, std::size_t index) const;
  bool is_full() const noexcept { return before_ + source_.selected >= plan_.options.limit; }

  const ScanPlan& plan_;
  bool run_ends_;
  std::uint64_t before_ = 0;    // lines, or names, of the sources before this one
  output::Totals source_;       // of this one, as far as lines were noted
  bool any_line_ = false;       // of this source has been let through
  std::uint64_t number_ = 0;    // of the last one
  std::uint64_t trailing_ = 0;  // context lines that may still come behind the last selected line
};

}  // namespace weir::pipeline
