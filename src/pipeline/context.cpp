#include "pipeline/context.hpp"

#include <algorithm>

#include "text/newlines.hpp"

namespace weir::pipeline {

void ContextPrinter::print(const text::Chunk& chunk, const std::vector<filter::Line>& selected,
                           std::uint64_t number, ContextState& state, LineOwner& owner,
                           output::Block& block) {
  state_ = &state;
  owner_ = &owner;
  block_ = &block;
  if (chunk.skipped_lines > 0) state.held.clear();  // they are no neighbours any more
  Position from{0, number};
  for (const filter::Line& line : selected) {
    from = show_after(chunk, from, line.begin);
    from = show_before(chunk, from, line.begin);
    const LineView view = take_line(chunk, from);
    printer_.print_selected(view, owner, block);
    state.next_number = from.number;
    state.after_left = plan_.options.after_context;
  }
  from = show_after(chunk, from, chunk.text.size());
  hold_rest(chunk, from);
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
  while (state_->after_left > 0 && from.at < end) {
    printer_.print_context(take_line(chunk, from), *owner_, *block_);
    state_->next_number = from.number;
    --state_->after_left;
  }
  return from;
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
  return {begin, from.number + text::count_newlines(chunk.text.substr(from.at, begin - from.at))};
}

// Nothing between `from` and the selected line is shown yet.
ContextPrinter::Position ContextPrinter::show_before(const text::Chunk& chunk, Position from,
                                                     std::size_t selected_begin) {
  from = back_from(chunk, from, selected_begin);
  auto& held = state_->held;
  begin_group(held.empty() ? from.number : held.front().number);
  for (const ContextState::Held& line : held)
    printer_.print_context({line.text, line.number, line.offset}, *owner_, *block_);
  held.clear();
  while (from.at < selected_begin)
    printer_.print_context(take_line(chunk, from), *owner_, *block_);
  return from;
}

// The separator in front of a source's first group is the printer's affair: what came before is not known
// here.
void ContextPrinter::begin_group(std::uint64_t first_number) {
  if (!state_->any_shown) {
    block_->begins_source = true;
  } else if (first_number > state_->next_number) {
    block_->text.append(plan_.style.context_separator());
  }
  state_->any_shown = true;
}

void ContextPrinter::hold_rest(const text::Chunk& chunk, Position from) {
  const std::size_t size = chunk.text.size();
  if (plan_.options.before_context == 0 || from.at == size) return;
  from = back_from(chunk, from, size);
  while (from.at < size) {
    const LineView line = take_line(chunk, from);
    state_->held.push_back({std::string(line.text), line.number, line.offset});
  }
}

}  // namespace weir::pipeline
