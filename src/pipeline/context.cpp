#include "pipeline/context.hpp"

#include <algorithm>

#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

// The last one may lack its end.
std::uint64_t count_lines(std::string_view text) {
  return text::count_newlines(text) + (text.empty() || text.back() == '\n' ? 0 : 1);
}

}  // namespace

std::uint64_t ContextPrinter::print(const text::Chunk& chunk, const Selection& selected, std::uint64_t number,
                                    ContextState& state, LineOwner& owner, output::Block& block) {
  state_ = &state;
  owner_ = &owner;
  block_ = &block;
  is_copied_ = plan_.prints_context_as_read() && !plan_.notes_lines(owner.source.is_split);
  if (chunk.skipped_lines > 0) state.held.clear();  // they are no neighbours any more
  Position from{0, number};
  for (const filter::Line& line : selected.lines) {
    from = show_after(chunk, from, line.begin);
    from = show_before(chunk, from, line.begin);
    if (is_copied_) {
      from = show_lines(chunk, from, std::min<std::size_t>(line.end + std::size_t{1}, chunk.text.size()));
    } else {
      LineView view = take_line(chunk, from);
      view.continues = continues(selected.heads, line);
      printer_.print_selected(view, owner, block);
    }
    state.next_number = from.number;
    state.after_left = plan_.options.after_context;
  }
  from = show_after(chunk, from, chunk.text.size());
  return hold_rest(chunk, from);
}

// Numbers that nobody sees only have to tell what stands next to what.
std::uint64_t ContextPrinter::count(std::string_view lines) const {
  if (plan_.count_lines) return count_lines(lines);
  return lines.empty() ? 0 : 1;
}

LineView ContextPrinter::take_line(const text::Chunk& chunk, Position& from) const {
  const std::size_t end = text::line_end(chunk.text, from.at);
  const LineView view{chunk.text.substr(from.at, end - from.at), from.number, chunk.offset + from.at,
                      end < chunk.text.size()};
  from.at = std::min(end + 1, chunk.text.size());
  ++from.number;
  return view;
}

ContextPrinter::Position ContextPrinter::show_after(const text::Chunk& chunk, Position from,
                                                    std::size_t end) {
  std::size_t stop = from.at;
  for (; state_->after_left > 0 && stop < end; --state_->after_left)
    stop = std::min(text::line_end(chunk.text, stop) + 1, chunk.text.size());
  if (stop == from.at) return from;
  from = show_lines(chunk, from, stop);
  state_->any_shown = true;
  state_->next_number = from.number;
  return from;
}

// Whole lines that are not selected, or are shown like those.
ContextPrinter::Position ContextPrinter::show_lines(const text::Chunk& chunk, Position from,
                                                    std::size_t end) {
  if (!is_copied_) {
    while (from.at < end)
      printer_.print_context(take_line(chunk, from), *owner_, *block_);
    return from;
  }
  const std::string_view lines = chunk.text.substr(from.at, end - from.at);
  if (lines.empty()) return from;
  block_->text.append(lines);
  if (lines.back() != '\n') block_->text.append('\n');
  return {end, from.number + count(lines)};
}

// Where the last lines of [from, end) begin that may come before a selected one. Keeps as many held lines as
// they leave room for, where nothing lies between.
ContextPrinter::Position ContextPrinter::back_from(const text::Chunk& chunk, Position from, std::size_t end) {
  const std::uint64_t most = plan_.options.before_context;
  std::uint64_t lines = 0;
  std::size_t begin = end;
  for (; lines < most && begin > from.at; ++lines)
    begin = text::line_begin(chunk.text, begin - 1);
  auto& held = state_->held;
  const std::size_t kept = begin > from.at ? 0 : std::min<std::uint64_t>(most - lines, held.size());
  held.erase(held.begin(), held.end() - static_cast<std::ptrdiff_t>(kept));
  return {begin, from.number + count(chunk.text.substr(from.at, begin - from.at))};
}

// Nothing between `from` and the selected line is shown yet.
ContextPrinter::Position ContextPrinter::show_before(const text::Chunk& chunk, Position from,
                                                     std::size_t selected_begin) {
  from = back_from(chunk, from, selected_begin);
  auto& held = state_->held;
  begin_group(held.empty() ? from.number : held.front().number);
  print_held();
  return show_lines(chunk, from, selected_begin);
}

void ContextPrinter::print_held() {
  for (const ContextState::Held& line : state_->held)
    printer_.print_context({line.text, line.number, line.offset}, *owner_, *block_);
  state_->held.clear();
}

// The separator in front of a unit's first group is the printer's affair: what came before is not known here.
void ContextPrinter::begin_group(std::uint64_t first_number) {
  if (!state_->any_shown) {
    block_->group = first_number == 0 ? output::GroupStart::with_unit : output::GroupStart::later;
  } else if (first_number > state_->next_number) {
    block_->text.append(plan_.style.context_separator());
  }
  state_->any_shown = true;
}

// Returns the number of the line behind the chunk.
std::uint64_t ContextPrinter::hold_rest(const text::Chunk& chunk, Position from) {
  const std::size_t size = chunk.text.size();
  const std::string_view rest = chunk.text.substr(from.at);
  if (plan_.options.before_context == 0 || rest.empty()) return from.number + count(rest);
  from = back_from(chunk, from, size);
  while (from.at < size) {
    const LineView line = take_line(chunk, from);
    state_->held.push_back({std::string(line.text), line.number, line.offset});
  }
  return from.number;
}

namespace {

void take_off(std::uint64_t& count, std::uint64_t by) {
  count -= std::min(count, by);
}

}  // namespace

std::uint64_t ContextPrinter::cut_margins(text::Chunk& chunk, std::vector<filter::Line>& selected,
                                          ContextState& state) const {
  const std::string_view text = chunk.text;
  const std::size_t own_end = std::min(chunk.own, text.size());
  if (state.lead_left == 0 && own_end == text.size()) return 0;
  const auto begins_before = [](const filter::Line& line, std::size_t end) { return line.begin < end; };
  if (state.lead_left > 0) chunk.skipped_lines = 0;  // the unit before has counted them
  std::size_t lead_end = 0;
  for (; state.lead_left > 0 && lead_end < own_end; --state.lead_left)
    lead_end = std::min(text::line_end(text, lead_end) + 1, own_end);
  const auto first_own = std::lower_bound(selected.begin(), selected.end(), lead_end, begins_before);
  const auto first_ahead = std::lower_bound(first_own, selected.end(), own_end, begins_before);
  std::size_t unseen = 0;
  if (first_own != selected.begin()) {
    state.after_left = plan_.options.after_context;
    unseen = std::min<std::size_t>((first_own - 1)->end + std::size_t{1}, lead_end);
  }
  take_off(state.after_left, count_lines(text.substr(unseen, lead_end - unseen)));

  std::uint64_t held_wanted = 0;
  if (first_ahead != selected.end()) {
    state.ahead += text::count_newlines(text.substr(own_end, first_ahead->begin - own_end));
    held_wanted = plan_.options.before_context - std::min(plan_.options.before_context, state.ahead);
    state.ahead = plan_.options.before_context;  // none behind it brings more
  } else {
    state.ahead += count_lines(text.substr(own_end));
  }
  selected.erase(first_ahead, selected.end());
  selected.erase(selected.begin(), first_own);
  for (filter::Line& line : selected) {
    line.begin -= static_cast<std::uint32_t>(lead_end);
    line.end -= static_cast<std::uint32_t>(lead_end);
  }
  chunk.text = text.substr(lead_end, own_end - lead_end);
  chunk.offset += lead_end;
  return held_wanted;
}

void ContextPrinter::show_held(std::uint64_t count, ContextState& state, LineOwner& owner,
                               output::Block& block) {
  state_ = &state;
  owner_ = &owner;
  block_ = &block;
  const std::size_t dropped = state.held.size() - std::min<std::size_t>(state.held.size(), count);
  state.held.erase(state.held.begin(), state.held.begin() + static_cast<std::ptrdiff_t>(dropped));
  if (state.held.empty()) return;
  begin_group(state.held.front().number);
  state.next_number = state.held.back().number + 1;
  print_held();
}

}  // namespace weir::pipeline
