#include "pipeline/line_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

// Where to look on after an empty match: the next character, not the middle of this one.
std::size_t next_character(std::string_view line, std::size_t at) {
  for (++at; at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80;)
    ++at;
  return at;
}

}  // namespace

LineScanner::LineScanner(const ScanPlan& plan) : plan_(plan), matcher_(plan.filter->make_line_matcher()) {}

filter::MatchFinder& LineScanner::finder() {
  if (!finder_) finder_ = plan_.filter->make_match_finder();
  return *finder_;
}

// How many more lines of this unit can matter.
std::uint64_t LineScanner::remaining(const UnitState& state) const {
  switch (plan_.options.output) {
    case GrepOutput::files_with_matches:
    case GrepOutput::files_without_match:
    case GrepOutput::quiet:
      return std::min<std::uint64_t>(1, plan_.options.max_count);
    default:
      return plan_.options.max_count - std::min(plan_.options.max_count, state.totals.selected);
  }
}

void LineScanner::scan(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const std::uint64_t limit = remaining(state);
  state.totals.bytes += chunk.text.size();
  state.totals.lines += chunk.skipped_lines;
  if (limit == 0) state.wants_no_more = true;
  if (state.wants_no_more || chunk.text.empty()) return;
  select(chunk.text, limit);
  if (plan_.prints_lines() && !lines_.empty()) print(chunk, state, block);
  if (plan_.count_lines) {
    state.totals.lines += text::count_newlines(chunk.text) + (chunk.text.back() == '\n' ? 0 : 1);
  }
  state.totals.selected += lines_.size();
  if (lines_.size() >= limit) state.wants_no_more = true;
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

void LineScanner::print(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  const GrepOptions& options = plan_.options;
  const bool finds = options.output == GrepOutput::only_matching || (options.color && !options.invert);
  const bool needs_marks = state.unit.source->is_split && options.max_count != GrepOptions::kNoLimit;
  if (plan_.style.is_bare() && !finds && !needs_marks) {
    print_bare(chunk.text, block);
    return;
  }
  if (state.line_prefix.empty())
    state.line_prefix = plan_.style.line_prefix(input::display_name(*state.unit.source));
  std::size_t counted = 0;
  std::uint64_t number = state.totals.lines;
  for (const filter::Line& line : lines_) {
    if (plan_.count_lines) number += text::count_newlines(chunk.text.substr(counted, line.begin - counted));
    counted = line.begin;
    print_line(chunk, line, number, state, block);
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

void LineScanner::print_line(const text::Chunk& chunk, filter::Line line, std::uint64_t number,
                             UnitState& state, output::Block& block) {
  const GrepOptions& options = plan_.options;
  const std::string_view text = chunk.text.substr(line.begin, line.end - line.begin);
  const std::uint64_t offset = chunk.offset + line.begin;
  if (options.output == GrepOutput::only_matching) {
    if (!options.invert) print_matches(text, number, offset, state, block);
    return;
  }
  print_head(number, offset, state, block);
  if (options.color && !options.invert) {
    print_colored(text, block.text);
  } else {
    plan_.style.append_text(block.text, text);
  }
  block.text.append('\n');
}

void LineScanner::print_head(std::uint64_t number, std::uint64_t offset, UnitState& state,
                             output::Block& block) {
  const bool is_split = state.unit.source->is_split;
  output::LineMark mark{static_cast<std::uint32_t>(block.text.size()), 0, number};
  block.text.append(state.line_prefix);
  if (plan_.style.line_numbers())
    mark.number = plan_.style.append_line_number(block.text, number + 1, !is_split);
  if (plan_.style.byte_offsets()) plan_.style.append_byte_offset(block.text, offset);
  const bool limited = plan_.options.max_count != GrepOptions::kNoLimit;
  if (is_split && (limited || plan_.style.line_numbers())) block.marks.push_back(mark);
}

void LineScanner::print_matches(std::string_view line, std::uint64_t number, std::uint64_t offset,
                                UnitState& state, output::Block& block) {
  filter::Match match{};
  for (std::size_t from = 0; from <= line.size() && finder().find(line, from, match);) {
    if (match.end == match.begin) {
      from = next_character(line, match.end);
      continue;
    }
    print_head(number, offset + match.begin, state, block);
    plan_.style.append_match(block.text, line.substr(match.begin, match.end - match.begin));
    block.text.append('\n');
    from = match.end;
  }
}

void LineScanner::print_colored(std::string_view line, output::TextBuffer& out) {
  filter::Match match{};
  std::size_t done = 0;
  for (std::size_t from = 0; from <= line.size() && finder().find(line, from, match);) {
    if (match.end == match.begin) {
      from = next_character(line, match.end);
      continue;
    }
    plan_.style.append_text(out, line.substr(done, match.begin - done));
    plan_.style.append_match(out, line.substr(match.begin, match.end - match.begin));
    done = from = match.end;
  }
  plan_.style.append_text(out, line.substr(done));
}

}  // namespace weir::pipeline
