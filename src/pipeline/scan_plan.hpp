// ScanPlan: what all shards of a scan share. Immutable.
#pragma once

#include <memory>
#include <optional>

#include "filter/filter.hpp"
#include "output/line_style.hpp"
#include "pipeline/labels.hpp"
#include "pipeline/replacement.hpp"
#include "weir/grep.hpp"

namespace weir::pipeline {

struct ScanPlan {
  ScanPlan(const GrepOptions& options_, std::shared_ptr<const filter::Plan> filter_, bool names,
           bool count_lines_)
      : options(options_),
        filter(std::move(filter_)),
        style(options_, names),
        count_lines(count_lines_ || options_.line_numbers || options_.json || shows_context()) {
    if (options.replacement) replacement.emplace(*options.replacement);
    if (options.labels || options.output == GrepOutput::count_by_pattern) labels.emplace(options);
  }

  bool prints_lines() const noexcept {
    return options.output == GrepOutput::lines || options.output == GrepOutput::only_matching;
  }
  bool numbers_lines() const noexcept { return options.line_numbers || options.json; }
  bool lists_files() const noexcept {
    return options.output == GrepOutput::files_with_matches ||
           options.output == GrepOutput::files_without_match;
  }
  // Only in output order is known how many of its lines a block may keep.
  bool notes_lines(bool is_split) const noexcept {
    const bool limited =
        options.limit != GrepOptions::kNoLimit || (is_split && options.max_count != GrepOptions::kNoLimit);
    return limited && (prints_lines() || options.output == GrepOutput::count_matches ||
                       options.output == GrepOutput::count_by_pattern);
  }
  bool shows_all() const noexcept { return options.passthru && prints_lines(); }
  bool shows_context() const noexcept {
    const bool any = options.groups || options.before_context > 0 || options.after_context > 0;
    return any && prints_lines() && !options.passthru;
  }
  // What is shown of a line may depend on any line before it: one shard reads the whole file, in order.
  bool is_sequential() const noexcept {
    const bool limited = options.max_count != GrepOptions::kNoLimit;
    return shows_context() ||
           (limited && (shows_all() || options.json || options.output == GrepOutput::count_matches));
  }

  GrepOptions options;
  std::shared_ptr<const filter::Plan> filter;
  output::LineStyle style;
  std::optional<Replacement> replacement;
  std::optional<Labels> labels;
  bool count_lines;  // for numbers and for --stats
};

}  // namespace weir::pipeline
