#include "pipeline/multiline.hpp"

#include <algorithm>

#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

// Behind the last byte of the line in which a match ends; a '\n' is part of its line.
std::size_t end_of_lines(std::string_view text, const filter::Span& span) {
  const bool ends_line = span.end > span.begin && text[span.end - 1] == '\n';
  return ends_line ? span.end - 1 : text::line_end(text, span.end);
}

}  // namespace

MultilineSelector::MultilineSelector(const ScanPlan& plan)
    : limit_(static_cast<std::size_t>(std::min(plan.options.max_line_bytes, plan.options.memory_bytes / 2))),
      matcher_(plan.multiline) {}

void MultilineSelector::add(const text::Chunk& chunk, MultilineText& state) const {
  if (state.text.empty()) state.offset = chunk.offset;
  state.text += chunk.text;
}

text::Chunk MultilineSelector::decide(MultilineText& state, bool is_end,
                                      std::vector<filter::Line>& selected) {
  selected.clear();
  spans_.clear();
  begin_ = end_ = state.decided;
  const std::string_view text = state.text;
  const std::size_t open = text.size() - state.decided;
  if (open == 0 || (!is_end && open < state.wanted)) return {};
  std::size_t end = matcher_.find(text, state.decided, is_end, spans_);
  if (!is_end && text.size() - end > limit_) {
    state.was_cut = true;
    spans_.clear();
    end = matcher_.find(text, state.decided, true, spans_);
  }
  end_ = end == text.size() ? end : drop_unfinished(state, text::line_begin(text, end));
  // A pattern that takes all there is would otherwise be tried on the same text again with every chunk.
  state.wanted = end_ == state.decided ? std::min(2 * open, limit_ + 1) : 0;
  for (const filter::Span& span : spans_) {
    const auto begin = static_cast<std::uint32_t>(text::line_begin(text, span.begin) - state.decided);
    const auto behind = static_cast<std::uint32_t>(end_of_lines(text, span) - state.decided);
    if (!selected.empty() && begin <= selected.back().end) {
      selected.back().end = std::max(selected.back().end, behind);
    } else {
      selected.push_back({begin, behind});
    }
  }
  finder_.use(text, spans_);
  text::Chunk chunk;
  chunk.text = text.substr(state.decided, end_ - state.decided);
  chunk.offset = state.offset + state.decided;
  return chunk;
}

// Matches whose lines are not all decided will be found again, with their lines.
std::size_t MultilineSelector::drop_unfinished(const MultilineText& state, std::size_t end) {
  while (!spans_.empty() && end_of_lines(state.text, spans_.back()) >= end) {
    end = std::min(end, text::line_begin(state.text, spans_.back().begin));
    spans_.pop_back();
  }
  return end;
}

std::uint64_t MultilineSelector::count_matches(const filter::Line& range) const {
  const auto begins_before = [](const filter::Span& span, std::size_t at) { return span.begin < at; };
  const auto first = std::lower_bound(spans_.begin(), spans_.end(), begin_ + range.begin, begins_before);
  const auto last = std::lower_bound(first, spans_.end(), begin_ + range.end + 1, begins_before);
  return static_cast<std::uint64_t>(
      std::count_if(first, last, [](const filter::Span& span) { return span.end > span.begin; }));
}

void MultilineSelector::finish(MultilineText& state) const {
  const std::size_t kept = end_ - std::min(end_, matcher_.lookbehind());
  const std::size_t begin = text::line_begin(state.text, kept);
  state.text.erase(0, begin);
  state.offset += begin;
  state.decided = end_ - begin;
}

}  // namespace weir::pipeline
