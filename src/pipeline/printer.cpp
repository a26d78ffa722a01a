#include "pipeline/printer.hpp"

#include <algorithm>

#include "output/json_lines.hpp"
#include "weir/offload.hpp"
#include "weir/time.hpp"

namespace weir::pipeline {

Coro<void> Printer::run() {
  std::vector<output::Event> events;
  while (!window_.is_finished() && !run_ends() && sink_.error() == 0) {
    co_await window_.ready();
    events.clear();
    window_.take(events);
    for (output::Event& event : events) {
      if (run_ends()) break;
      Coro<void> print_event = print(&event);
      co_await with_cancel_disabled(std::move(print_event));
    }
    // Nothing may lie here while the next result is waited for, unless it is asked for: the reader may be a
    // person.
    if (plan_.options.buffering != GrepBuffering::blocks) co_await with_cancel_disabled(flush());
  }
  if (report_) co_await with_cancel_disabled(write(report_->finish()));
  if (plan_.options.json) {
    co_await with_cancel_disabled(print_summary());
    co_return;
  }
  const bool total_by_label = counts_labels() && (!counts_labels_by_file() || plan_.options.total);
  if (total_by_label) {
    std::optional<std::string_view> name;
    if (counts_labels_by_file()) name = "total";
    Coro<void> label_counts = print_label_counts(name, &label_counts_);
    co_await with_cancel_disabled(std::move(label_counts));
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

Coro<void> Printer::print_label_counts(std::optional<std::string_view> name,
                                       std::vector<std::uint64_t>* counts) {
  std::string text;
  for (std::size_t i = 0; i < counts->size(); ++i) {
    const std::uint64_t count = (*counts)[i];
    if (count == 0 && !plan_.options.zero_counts) continue;
    text += plan_.style.label_count_line(plan_.labels->names[i], count, name);
  }
  co_await write(text);
  co_await flush();
}

Coro<void> Printer::end_label_counts(std::string_view name, bool is_read) {
  if (is_read) co_await print_label_counts(name, &source_label_counts_);
  for (std::size_t i = 0; i < label_counts_.size(); ++i)
    label_counts_[i] += source_label_counts_[i];
  std::fill(source_label_counts_.begin(), source_label_counts_.end(), 0);
}

Coro<void> Printer::flush() {
  co_await sink_.flush();
}

Coro<void> Printer::write(std::string_view text) {
  if (text.empty()) co_return;
  if (before_write_) before_write_();
  printed_bytes_ += text.size();
  if (plan_.options.buffering != GrepBuffering::lines) {
    co_await sink_.write(text);
    co_return;
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(plan_.line_end(), begin), text.size() - 1) + 1;
    co_await sink_.write(text.substr(begin, end - begin));
    co_await sink_.flush();
    begin = end;
  }
}

Coro<void> Printer::print(output::Event* event) {
  if (!member_ && sources_.front()->is_archive) member_ = sources_.front()->members.take(event->unit.part);
  const bool counts = event->unit.part <= sources_.front()->last_valid_part.load(std::memory_order_relaxed);
  if (!event->block.empty()) {
    const std::size_t charged = event->block.bytes();
    if (counts) co_await use_block(&event->block);
    window_.spare().give(std::move(event->block.text));
    event->block = output::Block();
    window_.written(charged);
  }
  const bool is_over = run_ends();
  if (!event->unit_ends && !is_over) co_return;
  if (counts) end_unit(*event);
  const bool source_ends = event->source_ends || run_ends();
  const bool is_archive = sources_.front()->is_archive;
  if (is_archive ? member_ != nullptr : source_ends) co_await end_source();
  member_.reset();
  if (!source_ends) co_return;
  sources_.pop_front();
  if (on_source_done_) on_source_done_();
}

// Leaves out what is behind the limits.
Coro<void> Printer::use_block(output::Block* block) {
  limits_.cut(*block);
  std::vector<std::uint64_t>& label_counts = counts_labels_by_file() ? source_label_counts_ : label_counts_;
  for (const std::uint32_t label : block->labels)
    ++label_counts[label];
  if (report_) {
    report_->take(current_source(), current_.lines, *block);
    if (!block->text.empty()) co_await write(report_->reformat(block->text));
    co_return;
  }
  if (!block->text.empty()) co_await print_block(block);
}

Coro<void> Printer::hand_over(std::string_view text) {
  auto give = [this, source = &current_source(), text] { return consumer_(*source, text); };
  const bool is_wanted = co_await offload(std::move(give));
  if (!is_wanted) is_refused_ = true;
}

// What stands between the lines of one source and those of the next.
Coro<void> Printer::begin_source(bool is_group) {
  if (plan_.options.json) {
    const std::string begin = json_begin();
    co_await write(begin);
    co_return;
  }
  const input::Source& source = current_source();
  const std::string heading = plan_.style.heading(input::display_name(source), source.has_path());
  if (!heading.empty()) {
    const std::string above = (any_printed_ ? "\n" : "") + heading;
    co_await write(above);
  } else if (is_group && any_printed_) {
    const std::string separator = plan_.style.context_separator();
    co_await write(separator);
  }
}

// What stands between the lines of a unit and those of the units before it.
Coro<void> Printer::begin_group(output::GroupStart start) {
  if (start == output::GroupStart::with_unit && last_line_shown_) co_return;
  const std::string separator = plan_.style.context_separator();
  co_await write(separator);
}

Coro<void> Printer::print_block(output::Block* block) {
  if (consumer_) {
    co_await hand_over(block->text.view());
    co_return;
  }
  const bool is_group = block->group != output::GroupStart::none;
  if (!source_begun_) {
    co_await begin_source(is_group);
  } else if (is_group) {
    co_await begin_group(block->group);
  }
  source_begun_ = true;
  any_printed_ = true;
  if (block->marks.empty()) {
    co_await write(block->text.view());
    co_return;
  }
  woven_.clear();
  output::weave_line_numbers(*block, current_.lines + 1, woven_);
  co_await write(woven_.view());
}

void Printer::end_unit(const output::Event& event) {
  current_ += event.totals;
  if (event.totals.lines > 0) last_line_shown_ = event.last_line_shown;
  const bool is_full = current_.selected >= plan_.options.max_count;
  if (is_full) current_source().satisfied.store(true, std::memory_order_relaxed);
  limits_.adjust(current_);
  if (!is_full && event.unit_ends) tell_notes(event);
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
  source_begun_ = false;
  last_line_shown_ = false;
  printed_bytes_ = 0;
}

Coro<void> Printer::sum_up(input::Source* source) {
  const bool selected = current_.selected > 0;
  const bool lists_unselected = plan_.options.output == GrepOutput::files_without_match && source->is_read;
  const bool listed = lists_unselected ? !selected : selected;
  const std::string_view name = input::display_name(*source);
  if (plan_.options.json) {
    const std::string text = json_of_source(*source);
    co_await write(text);
  }
  if (counts_labels_by_file()) co_await end_label_counts(name, source->is_read);
  switch (plan_.options.json ? GrepOutput::lines : plan_.options.output) {
    case GrepOutput::count:
    case GrepOutput::count_matches: {
      const std::uint64_t count = count_of(current_);
      const bool wanted = source->is_read && (count > 0 || plan_.options.zero_counts);
      if (wanted) co_await write(plan_.style.count_line(name, count, source->has_path()));
      break;
    }
    case GrepOutput::files_with_matches:
      if (selected) co_await write(plan_.style.listed_name(name, source->has_path()));
      break;
    case GrepOutput::files_without_match:
      if (selected || !source->is_read) break;
      any_listed_ = true;
      co_await write(plan_.style.listed_name(name, source->has_path()));
      break;
    default:
      break;
  }
  limits_.end_source(listed);
}

}  // namespace weir::pipeline
