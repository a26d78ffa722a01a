#include "pipeline/printer.hpp"

#include <algorithm>

#include "output/json_lines.hpp"
#include "weir/time.hpp"

namespace weir::pipeline {

Coro<void> Printer::run() {
  std::vector<output::Event> events;
  while (!window_.is_finished() && sink_.error() == 0) {
    co_await window_.ready();
    events.clear();
    window_.take(events);
    for (output::Event& event : events) {
      Coro<void> print_event = print(&event);
      co_await with_cancel_disabled(std::move(print_event));
    }
    // Nothing may lie here while the next result is waited for: the reader may be a person.
    co_await with_cancel_disabled(flush());
  }
  if (plan_.options.json) {
    co_await with_cancel_disabled(print_summary());
    co_return;
  }
  if (counts() && plan_.options.total) co_await with_cancel_disabled(print_total());
}

bool Printer::counts() const noexcept {
  const GrepOutput output = plan_.options.output;
  return output == GrepOutput::count || output == GrepOutput::count_matches;
}

std::uint64_t Printer::count_of(const output::Totals& totals) const noexcept {
  return plan_.options.output == GrepOutput::count_matches ? totals.matches : totals.selected;
}

std::string Printer::json_begin() {
  output::TextBuffer out;
  output::append_json_begin(out, json_name(current_source()));
  return std::string(out.view());
}

// What ends the events of a source. Counts and lists have no event of their own: `end` tells the figures.
std::string Printer::json_of_source(const input::Source& source) {
  output::JsonStats stats;
  stats.elapsed = Clock::now() - began_;
  stats.searches = source.is_read ? 1 : 0;
  stats.searches_with_match = current_.selected > 0 ? 1 : 0;
  stats.bytes_searched = current_.bytes;
  stats.bytes_printed = printed_bytes_;
  stats.matched_lines = current_.selected;
  stats.matches = current_.matches;
  summary_ += stats;
  const bool without = plan_.options.output == GrepOutput::files_without_match;
  const bool counted = counts() && plan_.options.zero_counts;
  const bool wanted = without ? current_.selected == 0 : current_.selected > 0 || counted;
  if (without && wanted && source.is_read) any_listed_ = true;
  output::TextBuffer out;
  if (source.is_read && plan_.options.output != GrepOutput::quiet && (wanted || source_begun_)) {
    if (!source_begun_) output::append_json_begin(out, json_name(source));
    output::append_json_end(out, json_name(source), stats);
  }
  return std::string(out.view());
}

Coro<void> Printer::print_summary() {
  output::TextBuffer out;
  summary_.elapsed = Clock::now() - began_;
  if (plan_.options.output != GrepOutput::quiet) output::append_json_summary(out, summary_);
  co_await write(out.view());
  co_await flush();
}

Coro<void> Printer::print_total() {
  const std::string line = plan_.style.total_line(count_of(totals_));
  co_await write(line);
  co_await flush();
}

Coro<void> Printer::flush() {
  co_await sink_.flush();
}

Coro<void> Printer::write(std::string_view text) {
  if (text.empty()) co_return;
  if (before_write_) before_write_();
  printed_bytes_ += text.size();
  co_await sink_.write(text);
}

Coro<void> Printer::print(output::Event* event) {
  if (!member_ && sources_.front()->is_archive) member_ = sources_.front()->members.take(event->unit.part);
  const bool counts = event->unit.part <= sources_.front()->last_valid_part.load(std::memory_order_relaxed);
  if (!event->block.text.empty()) {
    const std::size_t charged = event->block.bytes();
    if (counts) co_await print_block(&event->block);
    event->block = output::Block();
    window_.written(charged);
  }
  if (!event->unit_ends) co_return;
  if (counts) end_unit(*event);
  const bool is_archive = sources_.front()->is_archive;
  if (is_archive ? member_ != nullptr : event->source_ends) co_await end_source();
  member_.reset();
  if (!event->source_ends) co_return;
  sources_.pop_front();
  if (on_source_done_) on_source_done_();
}

// What stands between the lines of one source and those of the next.
Coro<void> Printer::begin_source(bool is_group) {
  if (plan_.options.json) {
    const std::string begin = json_begin();
    co_await write(begin);
    co_return;
  }
  const std::string heading = plan_.style.heading(input::display_name(current_source()));
  if (!heading.empty()) {
    const std::string above = (any_printed_ ? "\n" : "") + heading;
    co_await write(above);
  } else if (is_group && any_printed_) {
    const std::string separator = plan_.style.context_separator();
    co_await write(separator);
  }
}

Coro<void> Printer::print_block(output::Block* block) {
  if (!source_begun_) co_await begin_source(block->begins_source);
  source_begun_ = true;
  any_printed_ = true;
  if (current_source().is_split && plan_.options.max_count != GrepOptions::kNoLimit) truncate(*block);
  if (block->marks.empty() || !plan_.numbers_lines()) {
    co_await write(block->text.view());
    co_return;
  }
  woven_.clear();
  output::weave_line_numbers(*block, current_.lines + 1, woven_);
  co_await write(woven_.view());
}

// Every range has looked for the whole number of lines that the file may give; what was printed before
// counts.
void Printer::truncate(output::Block& block) {
  // With -o a line has a mark for each match.
  for (std::size_t i = 0; i < block.marks.size(); ++i) {
    if (i > 0 && block.marks[i].line == block.marks[i - 1].line) continue;
    if (printed_lines_ < plan_.options.max_count) {
      ++printed_lines_;
      continue;
    }
    block.text.truncate(block.marks[i].begin);
    block.marks.resize(i);
    return;
  }
}

void Printer::end_unit(const output::Event& event) {
  current_ += event.totals;
  if (current_.selected < plan_.options.max_count) return tell_notes(event);
  current_.selected = plan_.options.max_count;
  current_source().satisfied.store(true, std::memory_order_relaxed);
}

// What a part of a compressed source met is said in its turn.
void Printer::tell_notes(const output::Event& event) {
  for (const input::PartNotes::Note& note : sources_.front()->part_notes.take(event.unit.part)) {
    if (note.is_file_error) {
      diagnostics_.file_error(note.text);
    } else {
      diagnostics_.error(note.text);
    }
  }
}

// A source ends with its last part, and each member of an archive with its own.
Coro<void> Printer::end_source() {
  input::Source* source = &current_source();
  co_await sum_up(source);
  totals_ += current_;
  current_ = {};
  printed_lines_ = 0;
  source_begun_ = false;
  printed_bytes_ = 0;
}

Coro<void> Printer::sum_up(input::Source* source) {
  const bool selected = current_.selected > 0;
  const std::string_view name = input::display_name(*source);
  if (plan_.options.json) {
    const std::string text = json_of_source(*source);
    co_await write(text);
  }
  switch (plan_.options.json ? GrepOutput::lines : plan_.options.output) {
    case GrepOutput::count:
    case GrepOutput::count_matches: {
      const std::uint64_t count = count_of(current_);
      const bool wanted = source->is_read && (count > 0 || plan_.options.zero_counts);
      if (wanted) co_await write(plan_.style.count_line(name, count));
      break;
    }
    case GrepOutput::files_with_matches:
      if (selected) co_await write(plan_.style.listed_name(name));
      break;
    case GrepOutput::files_without_match:
      if (selected || !source->is_read) break;
      any_listed_ = true;
      co_await write(plan_.style.listed_name(name));
      break;
    default:
      break;
  }
}

}  // namespace weir::pipeline
