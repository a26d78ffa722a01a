// ScanPlan: what all shards of a scan share. Immutable.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "filter/filter.hpp"
#include "input/unit_reader.hpp"
#include "output/line_style.hpp"
#include "pipeline/labels.hpp"
#include "pipeline/record_plan.hpp"
#include "pipeline/replacement.hpp"
#include "pipeline/resolve.hpp"
#include "pipeline/time_window.hpp"
#include "weir/grep.hpp"

namespace weir::pipeline {

struct ScanPlan {
  static constexpr std::uint64_t kMaxMargin = 1000;  // lines; each unit is scanned that much further

  static constexpr std::uint64_t kLeastMappedMemory = 32U << 20;  // what is mapped is part of the budget

  ScanPlan(const GrepOptions& options_, const Resolved& resolved, bool count_lines_)
      : options(options_),
        filter(resolved.filter),
        multiline(resolved.multiline),
        record_start(resolved.record_start),
        style(options_, resolved.names),
        window(resolved.window),
        condition(resolved.condition),
        count_lines(count_lines_ || options_.line_numbers || options_.json || style.links_lines()) {
    // Lines that one match reaches over are not counted apart, nor are matches that share lines taken for
    // one.
    if (multiline && options.output == GrepOutput::count && !options.invert)
      options.output = GrepOutput::count_matches;
    if (options.replacement) replacement.emplace(*options.replacement);
    if (options.labels || options.output == GrepOutput::count_by_pattern) labels.emplace(options);
  }

  bool prints_lines() const noexcept {
    return options.output == GrepOutput::lines || options.output == GrepOutput::only_matching;
  }
  bool null_lines() const noexcept { return options.line_end == GrepLineEnd::null; }
  char line_end() const noexcept { return null_lines() ? '\0' : '\n'; }
  bool numbers_lines() const noexcept {
    return options.line_numbers || options.json || style.links_lines() || (jq && jq->counts_lines);
  }
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
  // Lines are shown that are not selected.
  bool shows_others() const noexcept { return shows_all() || shows_context(); }
  // Selected lines go out byte for byte, with nothing in front of them.
  bool prints_as_read() const noexcept {
    const bool changes = options.trim || options.max_columns > 0 || options.line_per_match ||
                         options.replacement || options.json || (options.color && !options.invert);
    return style.is_bare() && options.output == GrepOutput::lines && !changes;
  }
  // ... and so do those around them.
  bool prints_context_as_read() const noexcept { return prints_as_read() && !options.color && !null_lines(); }
  // What is selected, counted and limited are records of several lines.
  bool has_records() const noexcept { return record_start || options.record_auto; }
  // Lines around a unit of which depends what is shown of it: where lines after selected ones are shown,
  // those after its end are its own, in place of as many at its begin.
  input::UnitMargins margins() const noexcept {
    if (!shows_context() || is_sequential()) return {};
    return {options.after_context, options.before_context};
  }
  // Ranges are not cut at any line, or look beyond their own lines.
  bool depends_on_neighbours() const noexcept { return has_records() || shows_context() || window; }
  // What is shown of a line may depend on any line before it: one shard reads the whole file, in order.
  bool is_sequential() const noexcept {
    const bool limited = options.max_count != GrepOptions::kNoLimit;
    const bool is_wide = std::max(options.before_context, options.after_context) > kMaxMargin;
    const bool run_limited = options.limit != GrepOptions::kNoLimit;
    if (shows_context() && (is_wide || limited || run_limited || has_records() || window)) return true;
    if (jq && (jq->options.array || jq->counts_lines)) return true;
    return multiline ||
           (limited && (shows_all() || options.json || options.output == GrepOutput::count_matches));
  }

  // Whether files may be mapped: nothing relies on text to be the same when it is looked at again.
  bool may_map() const noexcept {
    if (options.mapping == Mapping::never || options.memory_bytes < kLeastMappedMemory) return false;
    if (window) return false;
    // Only the lines that the raw filter leaves are looked at twice, and copied before.
    if (jq) return jq->required && jq->required->bears_changes() && jq->required_or_escaped->bears_changes();
    if (condition || multiline || has_records() || !filter->bears_changes()) return false;
    switch (options.output) {
      case GrepOutput::count:
      case GrepOutput::files_with_matches:
      case GrepOutput::files_without_match:
      case GrepOutput::quiet:
        return !options.json && options.line_end == GrepLineEnd::newline;
      case GrepOutput::lines:
        return prints_text_alone() && options.line_end == GrepLineEnd::newline;
      default:
        return false;
    }
  }

  // For --explain.
  std::string_view mapping() const noexcept {
    if (options.mapping == Mapping::never) return "off";
    if (options.memory_bytes < kLeastMappedMemory) return "none, --memory is small";
    if (!may_map()) return "none, lines are looked at more than once";
    return options.mapping == Mapping::always
               ? "all files that can be"
               : "files of 2 MiB and more, as far as they are in memory in huge pages";
  }

  // How records are read, where any are; or null.
  const RecordPlan* records() const noexcept { return jq ? jq.get() : condition.get(); }

  // Lines go out as they are, perhaps with something in front that needs no look at them.
  bool prints_text_alone() const noexcept {
    const bool looks = options.max_columns > 0 || options.columns || options.line_per_match ||
                       options.replacement || options.json || options.labels || options.trim;
    return !looks && !options.color && !style.escapes() && !style.links_columns();
  }

  GrepOptions options;
  std::shared_ptr<const filter::Plan> filter;
  std::shared_ptr<const filter::RegexSet> multiline;  // -U: in place of `filter`; or nothing
  std::shared_ptr<const filter::Plan> record_start;   // the lines it selects start records; or nothing
  output::LineStyle style;
  std::optional<TimeWindow> window;             // lines outside it might as well not be there
  std::shared_ptr<const RecordPlan> condition;  // lines that do not meet it are not selected; or nothing
  std::optional<Replacement> replacement;
  std::optional<Labels> labels;
  std::shared_ptr<const RecordPlan>
      jq;                      // records are run through a program, in place of all else; or nothing
  bool ends_last_line = true;  // a newline goes behind a last line without one
  bool count_lines;            // for numbers and for --stats
};

}  // namespace weir::pipeline
