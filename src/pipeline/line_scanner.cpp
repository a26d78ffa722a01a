#include "pipeline/line_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "text/newlines.hpp"

namespace weir::pipeline {

LineScanner::LineScanner(const ScanPlan& plan)
    : plan_(plan), matcher_(plan.filter->make_line_matcher()), printer_(plan), context_(plan, printer_) {}

// How many more lines of this unit can matter.
std::uint64_t LineScanner::remaining(const UnitState& state) const {
  switch (plan_.options.output) {
    case GrepOutput::files_with_matches:
    case GrepOutput::files_without_match:
    case GrepOutput::quiet:
      return std::min<std::uint64_t>(1, plan_.options.max_count);
    default: {
      // Context of the run's last line ends at the next selected one, which must be known.
      const std::uint64_t of_run = plan_.options.limit + (plan_.shows_context() ? 1 : 0);
      const std::uint64_t most = std::min(plan_.options.max_count, std::max(of_run, plan_.options.limit));
      return most - std::min(most, state.totals.selected);
    }
  }
}

void LineScanner::scan(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const std::uint64_t limit = remaining(state);
  state.totals.bytes += chunk.text.size();
  state.totals.lines += chunk.skipped_lines;
  const bool shows_more = plan_.shows_all() || state.context.after_left > 0;
  if (limit == 0 && !shows_more) state.wants_no_more = true;
  if (state.wants_no_more || chunk.text.empty()) return;
  select(chunk.text, limit);
  if (plan_.prints_lines()) print(chunk, state, block);
  state.totals.matches += printer_.take_matches();
  if (plan_.options.output == GrepOutput::count_matches) count(chunk, state, block);
  if (plan_.options.output == GrepOutput::count_by_pattern) count_labels(chunk, state, block);
  if (plan_.count_lines) {
    state.totals.lines += text::count_newlines(chunk.text) + (chunk.text.back() == '\n' ? 0 : 1);
  }
  state.totals.selected += lines_.size();
  if (lines_.size() >= limit && !plan_.shows_all() && state.context.after_left == 0)
    state.wants_no_more = true;
}

void LineScanner::select(std::string_view text, std::uint64_t limit) {
  lines_.clear();
  const bool inverts = plan_.options.invert;
  matcher_->find_lines(text, inverts ? ~std::size_t{0} : static_cast<std::size_t>(limit), lines_);
  if (inverts) invert(text, limit);
}

// The lines between the matching ones.
void LineScanner::invert(std::string_view text, std::uint64_t limit) {
  inverted_.clear();
  std::size_t position = 0;
  const auto add_until = [&](std::size_t stop) {
    while (position < stop && inverted_.size() < limit) {
      const std::size_t end = text::line_end(text, position);
      inverted_.push_back({static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(end)});
      position = end + 1;
    }
  };
  for (const filter::Line& line : lines_) {
    add_until(line.begin);
    position = line.end + std::size_t{1};
  }
  add_until(text.size());
  lines_.swap(inverted_);
}

// An inverted selection has no matches; its lines count.
void LineScanner::count(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const bool notes = plan_.notes_lines(state.unit.source->is_split);
  for (const filter::Line& line : lines_) {
    const std::string_view text = chunk.text.substr(line.begin, line.end - line.begin);
    const std::uint64_t matches = plan_.options.invert ? 1 : printer_.count_matches(text);
    state.totals.matches += matches;
    if (notes) block.lines.push_back({0, static_cast<std::uint32_t>(matches), 0, true, 0, 0});
  }
}

void LineScanner::count_labels(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const bool notes = plan_.notes_lines(state.unit.source->is_split);
  for (const filter::Line& line : lines_) {
    const auto& labels = printer_.labels_of(chunk.text.substr(line.begin, line.end - line.begin));
    block.labels.insert(block.labels.end(), labels.begin(), labels.end());
    if (notes) block.lines.push_back({0, 0, static_cast<std::uint32_t>(labels.size()), true, 0, 0});
  }
}

void LineScanner::print(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  if (plan_.shows_all()) return print_all(chunk, state, block);
  if (plan_.shows_context())
    return context_.print(chunk, lines_, state.totals.lines, state.context, state.owner, block);
  if (lines_.empty()) return;
  const GrepOptions& options = plan_.options;
  const bool is_plain = plan_.style.is_bare() && options.output == GrepOutput::lines &&
                        (!options.color || options.invert) && !options.trim && options.max_columns == 0 &&
                        !options.line_per_match && !options.replacement && !options.json;
  if (is_plain && !plan_.notes_lines(state.unit.source->is_split)) {
    print_bare(chunk.text, block);
  } else {
    print_lines(chunk, state, block);
  }
}

void LineScanner::print_lines(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  std::size_t counted = 0;
  std::uint64_t number = state.totals.lines;
  for (const filter::Line& line : lines_) {
    if (plan_.count_lines) number += text::count_newlines(chunk.text.substr(counted, line.begin - counted));
    counted = line.begin;
    const std::string_view text = chunk.text.substr(line.begin, line.end - line.begin);
    const bool is_terminated = line.end < chunk.text.size();
    printer_.print_selected({text, number, chunk.offset + line.begin, is_terminated}, state.owner, block);
  }
}

void LineScanner::print_all(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  std::uint64_t number = state.totals.lines;
  auto next = lines_.begin();
  for (std::size_t at = 0; at < chunk.text.size(); ++number) {
    const std::size_t end = text::line_end(chunk.text, at);
    const LineView line{chunk.text.substr(at, end - at), number, chunk.offset + at, end < chunk.text.size()};
    if (next != lines_.end() && next->begin == at) {
      printer_.print_selected(line, state.owner, block);
      ++next;
    } else {
      printer_.print_context(line, state.owner, block);
    }
    at = end + 1;
  }
}

// Lines as they are: neighbours go out in one copy.
void LineScanner::print_bare(std::string_view text, output::Block& block) const {
  std::size_t total = 0;
  for (const filter::Line& line : lines_)
    total += line.end - line.begin + std::size_t{1};
  block.text.room(total);
  std::size_t begin = lines_.front().begin;
  std::size_t end = begin;
  for (const filter::Line& line : lines_) {
    if (line.begin != end) {
      block.text.append(text.substr(begin, end - begin));
      begin = line.begin;
    }
    end = line.end + std::size_t{1};
  }
  block.text.append(text.substr(begin, std::min(end, text.size()) - begin));
  if (end > text.size()) block.text.append('\n');
}

}  // namespace weir::pipeline
