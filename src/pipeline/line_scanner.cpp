#include "pipeline/line_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "text/newlines.hpp"
#include "text/null_lines.hpp"

namespace weir::pipeline {

namespace {

template <typename Use>
void each_line(std::string_view record, const Use& use) {
  for (std::size_t at = 0; at <= record.size();) {
    const std::size_t end = text::line_end(record, at);
    use(record.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

LineScanner::LineScanner(const ScanPlan& plan, input::RecordRules rules, const std::atomic<bool>* interrupt)
    : plan_(plan),
      rules_(rules),
      multiline_(plan.multiline ? std::optional<MultilineSelector>(std::in_place, plan) : std::nullopt),
      printer_(plan, multiline_ ? &multiline_->finder() : nullptr),
      context_(plan, printer_) {
  if (plan.condition) condition_.emplace(*plan.condition, interrupt);
  if (multiline_) return;
  if (rules_) {
    records_.emplace(*plan.filter, static_cast<std::size_t>(plan.options.max_line_bytes));
  } else {
    matcher_ = plan.filter->make_line_matcher();
  }
}

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

// `left` more lines may be selected.
void LineScanner::end_at_limit(std::uint64_t left, UnitState& state) const {
  if (left == 0 && !plan_.shows_all() && state.context.after_left == 0) state.wants_no_more = true;
}

std::uint64_t LineScanner::undecided_lines() const noexcept {
  if (multiline_) return multiline_->undecided();
  return records_ ? records_->undecided_lines() : matcher_->undecided_lines();
}

// Lines that are read for nothing but their number.
bool LineScanner::is_before_window(const text::Chunk& chunk, const UnitState& state) {
  const input::Source& source = *state.unit.source;
  return source.start + chunk.offset + chunk.text.size() <= source.window_begin;
}

void LineScanner::scan(text::Chunk& chunk, UnitState& state, output::Block& block) {
  if (multiline_) return scan_multiline(chunk, state, block);
  if (condition_) condition_->begin(chunk, state.unit);
  if (state.window && is_before_window(chunk, state)) {
    state.totals.bytes += chunk.text.size();
    state.totals.lines += chunk.skipped_lines;
    if (plan_.count_lines) state.totals.lines += text::count_newlines(chunk.text);
  } else if (state.window && plan_.shows_others()) {
    scan_stretches(chunk, state, block);
  } else {
    scan_lines(chunk, state, block);
  }
}

// The chunk as if it held only the lines in the window of time; numbers and offsets remain those of the
// source.
void LineScanner::scan_stretches(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const std::uint64_t bytes = state.totals.bytes + chunk.text.size();
  std::size_t at = 0;
  text::Chunk part;
  part.skipped_lines = chunk.skipped_lines;
  for (const WindowFilter::Stretch& stretch : state.window->find_stretches(chunk.text)) {
    state.totals.lines += text::count_newlines(chunk.text.substr(at, stretch.begin - at));
    part.text = chunk.text.substr(stretch.begin, stretch.end - stretch.begin);
    part.offset = chunk.offset + stretch.begin;
    scan_lines(part, state, block);
    part.skipped_lines = 0;
    at = stretch.end;
  }
  state.totals.bytes = bytes;
  state.totals.lines += part.skipped_lines + text::count_newlines(chunk.text.substr(at));
  if (at < chunk.text.size() && chunk.text.back() != '\n') ++state.totals.lines;
}

void LineScanner::scan_multiline(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  if (chunk.skipped_lines > 0) {
    decide_multiline(state, true, block);
    state.multiline = {};
    state.totals.lines += chunk.skipped_lines;
  }
  multiline_->add(chunk, state.multiline);
  decide_multiline(state, chunk.is_last, block);
}

void LineScanner::decide_multiline(UnitState& state, bool is_end, output::Block& block) {
  const std::uint64_t limit = remaining(state);
  end_at_limit(limit, state);
  if (state.wants_no_more) return;
  const text::Chunk decided = multiline_->decide(state.multiline, is_end, lines_);
  if (!decided.text.empty()) {
    if (plan_.options.invert) invert(decided.text, limit);
    if (lines_.size() > limit) lines_.resize(static_cast<std::size_t>(limit));
    state.totals.bytes += decided.text.size();
    use(decided, state, limit, block);
  }
  multiline_->finish(state.multiline);
}

void LineScanner::scan_lines(text::Chunk& chunk, UnitState& state, output::Block& block) {
  const std::uint64_t limit = remaining(state);
  end_at_limit(limit, state);
  const bool is_wanted = !state.wants_no_more && !chunk.text.empty();
  std::uint64_t held_wanted = 0;
  if (is_wanted) {
    select_of_chunk(chunk, state, limit);
    if (plan_.margins().all() > 0) held_wanted = context_.cut_margins(chunk, lines_, state.context);
  }
  state.totals.bytes += chunk.text.size();
  state.totals.lines += chunk.skipped_lines;
  if (is_wanted && !chunk.text.empty()) use(chunk, state, limit, block);
  if (held_wanted > 0) context_.show_held(held_wanted, state.context, state.owner, block);
}

// Prints and counts the selected lines.
void LineScanner::use(const text::Chunk& chunk, UnitState& state, std::uint64_t limit, output::Block& block) {
  const std::size_t selected = lines_.size();
  if (plan_.prints_lines()) print(chunk, state, block);
  state.totals.matches += printer_.take_matches();
  if (plan_.options.output == GrepOutput::count_matches) count(chunk, state, block);
  if (plan_.options.output == GrepOutput::count_by_pattern) count_labels(chunk, state, block);
  if (plan_.count_lines && !plan_.shows_context()) {  // which has counted them
    state.totals.lines += text::count_newlines(chunk.text) + (chunk.text.back() == '\n' ? 0 : 1);
  }
  state.totals.selected += selected;
  end_at_limit(limit - std::min<std::uint64_t>(limit, selected), state);
}

void LineScanner::select(std::string_view text, input::RecordKind kind, std::uint64_t limit) {
  lines_.clear();
  const bool inverts = plan_.options.invert;
  if (records_)
    return records_->find_records(text, rules_.of(kind), static_cast<std::size_t>(limit), inverts, lines_);
  matcher_->find_lines(text, inverts ? ~std::size_t{0} : static_cast<std::size_t>(limit), lines_);
  if (inverts) invert(text, limit);
}

// ... that lie in the window of time and meet the condition.
void LineScanner::select_of_chunk(const text::Chunk& chunk, UnitState& state, std::uint64_t limit) {
  const input::RecordKind kind = state.unit.source->records;
  const bool is_cut = state.window && !plan_.shows_others();
  if (!is_cut && !condition_) return select(chunk.text, kind, limit);
  select(chunk.text, kind, ~std::uint64_t{0});
  if (is_cut) state.window->keep(chunk.text, lines_);
  if (condition_) condition_->keep(chunk.text, chunk.offset, limit, lines_);
  if (lines_.size() > limit) lines_.resize(static_cast<std::size_t>(limit));
}

// The lines between the matching ones.
void LineScanner::invert(std::string_view text, std::uint64_t limit) {
  spare_.clear();
  std::size_t position = 0;
  const auto add_until = [&](std::size_t stop) {
    while (position < stop && spare_.size() < limit) {
      const std::size_t end = text::line_end(text, position);
      spare_.push_back({static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(end)});
      position = end + 1;
    }
  };
  for (const filter::Line& line : lines_) {
    add_until(line.begin);
    position = line.end + std::size_t{1};
  }
  add_until(text.size());
  lines_.swap(spare_);
}

// In place of each record its lines; the records are kept as heads_.
void LineScanner::spread(std::string_view text) {
  spare_.clear();
  for (const filter::Line& record : lines_) {
    each_line(text.substr(record.begin, record.end - record.begin), [&](std::string_view line) {
      const auto begin = static_cast<std::uint32_t>(line.data() - text.data());
      spare_.push_back({begin, begin + static_cast<std::uint32_t>(line.size())});
    });
  }
  heads_.swap(lines_);
  lines_.swap(spare_);
}

// An inverted selection has no matches; its lines count.
void LineScanner::count(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const bool notes = plan_.notes_lines(state.unit.source->is_split);
  for (const filter::Line& line : lines_) {
    const std::uint64_t matches = plan_.options.invert ? 1 : count_matches(chunk.text, line);
    state.totals.matches += matches;
    if (notes) block.lines.push_back({0, static_cast<std::uint32_t>(matches), 0, true, false, 0, 0});
  }
}

// In a line, in all lines of a record, or in what was selected as one because of matches.
std::uint64_t LineScanner::count_matches(std::string_view text, const filter::Line& record) {
  if (multiline_) return multiline_->count_matches(record);
  std::uint64_t count = 0;
  each_line(text.substr(record.begin, record.end - record.begin),
            [&](std::string_view line) { count += printer_.count_matches(line); });
  return count;
}

void LineScanner::count_labels(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const bool notes = plan_.notes_lines(state.unit.source->is_split);
  for (const filter::Line& record : lines_) {
    const auto first = static_cast<std::ptrdiff_t>(block.labels.size());
    each_line(chunk.text.substr(record.begin, record.end - record.begin), [&](std::string_view line) {
      const auto& labels = printer_.labels_of(line);
      block.labels.insert(block.labels.end(), labels.begin(), labels.end());
    });
    std::sort(block.labels.begin() + first, block.labels.end());
    block.labels.erase(std::unique(block.labels.begin() + first, block.labels.end()), block.labels.end());
    const auto count = static_cast<std::uint32_t>(block.labels.size() - static_cast<std::size_t>(first));
    if (notes) block.lines.push_back({0, 0, count, true, false, 0, 0});
  }
}

void LineScanner::print(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  if (plan_.prints_as_read() && !plan_.shows_others() && !plan_.notes_lines(state.unit.source->is_split))
    return print_bare(chunk.text, block);
  const bool is_one_event = multiline_ && plan_.options.json && !plan_.shows_others();
  heads_.clear();
  if (records_ || (multiline_ && !is_one_event)) spread(chunk.text);
  if (plan_.shows_all()) return print_all(chunk, state, block);
  if (plan_.shows_context()) {
    const ContextPrinter::Selection selection{lines_, heads_};
    state.totals.lines =
        context_.print(chunk, selection, state.totals.lines, state.context, state.owner, block);
    return;
  }
  print_lines(chunk, state, block);
}

void LineScanner::print_lines(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  std::size_t counted = 0;
  std::uint64_t number = state.totals.lines;
  for (const filter::Line& line : lines_) {
    if (plan_.count_lines) number += text::count_newlines(chunk.text.substr(counted, line.begin - counted));
    counted = line.begin;
    const std::string_view text = chunk.text.substr(line.begin, line.end - line.begin);
    const bool is_terminated = line.end < chunk.text.size();
    const LineView view{text, number, chunk.offset + line.begin, is_terminated, continues(heads_, line)};
    printer_.print_selected(view, state.owner, block);
  }
}

void LineScanner::print_all(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  std::uint64_t number = state.totals.lines;
  auto next = lines_.begin();
  for (std::size_t at = 0; at < chunk.text.size(); ++number) {
    const std::size_t end = text::line_end(chunk.text, at);
    LineView line{chunk.text.substr(at, end - at), number, chunk.offset + at, end < chunk.text.size()};
    if (next != lines_.end() && next->begin == at) {
      line.continues = continues(heads_, *next);
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
  if (lines_.empty()) return;
  const std::size_t size_before = block.text.size();
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
  if (end > text.size() && plan_.ends_last_line) block.text.append('\n');
  const std::size_t added = block.text.size() - size_before;
  if (plan_.null_lines()) text::trade_newlines_and_nuls(block.text.room(0) - added, added);
}

}  // namespace weir::pipeline
