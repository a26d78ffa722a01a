#include "pipeline/line_printer.hpp"

#include <algorithm>

#include "text/null_lines.hpp"
#include "text/utf8.hpp"

namespace weir::pipeline {

namespace {

using output::LineKind;

constexpr std::string_view kCut = "...";

std::size_t leading_space(std::string_view line) {
  return std::min(line.find_first_not_of(" \t\v\f\r"), line.size());
}

}  // namespace

output::JsonData json_name(const input::Source& source) {
  const bool is_stdin = source.kind == input::Found::Kind::standard_input;
  const std::string_view name = is_stdin ? std::string_view("<stdin>") : std::string_view(source.path);
  return {name, text::is_utf8(name)};
}

filter::MatchFinder& LinePrinter::finder() {
  if (!finder_) {
    own_finder_ = plan_.filter->make_match_finder(plan_.replacement.has_value());
    finder_ = own_finder_.get();
  }
  return *finder_;
}

// Lines that end with NUL with the bytes that they had when they were read.
std::string_view LinePrinter::restored(std::string_view text) {
  if (!plan_.null_lines()) return text;
  restored_ = text;
  text::trade_newlines_and_nuls(restored_);
  return restored_;
}

// On a terminal, where control bytes are escaped, the '\r' of a line's end would show at every line.
LineView LinePrinter::restored(LineView line) {
  line.text = restored(line.text);
  const bool hides_return =
      plan_.options.line_end == GrepLineEnd::crlf && plan_.style.escapes() && !plan_.options.json;
  if (hides_return && line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

Labeller& LinePrinter::labeller() {
  if (!labeller_) labeller_ = std::make_unique<Labeller>(*plan_.labels, *plan_.filter);
  return *labeller_;
}

// The next match that is not empty, from `from` on, which moves behind it.
bool LinePrinter::next_match(std::string_view line, std::size_t& from, filter::Match& match) {
  while (from <= line.size() && finder().find(line, from, match)) {
    searched_from_ = from;
    if (match.end > match.begin) {
      from = match.end;
      return true;
    }
    from = text::next_character(line, match.end);
  }
  return false;
}

// Empty ones count here: the line was selected for it.
bool LinePrinter::first_match(std::string_view line, filter::Match& match) {
  match = {};
  return !plan_.options.invert && finder().find(line, 0, match);
}

std::uint64_t LinePrinter::count_matches(std::string_view text) {
  const std::string_view line = restored(text);
  filter::Match match{};
  std::uint64_t count = 0;
  for (std::size_t from = 0; next_match(line, from, match);)
    ++count;
  return count;
}

void LinePrinter::print_selected(const LineView& view, LineOwner& owner, output::Block& block) {
  const LineView line = restored(view);
  const GrepOptions& options = plan_.options;
  note(line, LineKind::selected, owner, block);
  if (options.json) return print_event(line, LineKind::selected, owner, block);
  if (options.output == GrepOutput::only_matching) {
    if (!options.invert) print_matches(line, LineKind::selected, owner, block);
    return;
  }
  if (options.line_per_match && !options.invert) return print_for_each_match(line, owner, block);
  filter::Match match{};
  const bool replaces = options.replacement && !options.invert;
  const bool has_column = options.columns || plan_.style.links_columns();
  if (has_column || (options.max_columns > 0 && !replaces)) first_match(line.text, match);
  if (options.labels) label_ = labeller().text_of_line(line.text);
  print_head(line, LineKind::selected, match.begin + std::uint64_t{1}, owner, block);
  if (replaces) return print_replaced(line.text, block.text);
  print_text(line.text, match, options.color && !options.invert, block.text);
}

// With -v these are the lines that match.
void LinePrinter::print_context(const LineView& view, LineOwner& owner, output::Block& block) {
  const LineView line = restored(view);
  const GrepOptions& options = plan_.options;
  note(line, LineKind::context, owner, block);
  if (options.json) return print_event(line, LineKind::context, owner, block);
  if (options.output == GrepOutput::only_matching) {
    if (options.invert) print_matches(line, LineKind::context, owner, block);
    return;
  }
  print_head(line, LineKind::context, 1, owner, block);
  print_text(line.text, {}, options.color && options.invert, block.text);
}

void LinePrinter::print_matches(const LineView& line, LineKind kind, LineOwner& owner, output::Block& block) {
  filter::Match match{};
  for (std::size_t from = 0; next_match(line.text, from, match);) {
    const LineView part{line.text, line.number, line.offset + match.begin};
    if (plan_.options.labels) label_ = labeller().text_of_match(line.text, searched_from_, match);
    print_head(part, kind, match.begin + std::uint64_t{1}, owner, block);
    append_match(line.text, match, block.text);
    block.text.append(plan_.line_end());
  }
}

// The match that next_match() has just found, as -o shows it.
void LinePrinter::append_match(std::string_view line, const filter::Match& match, output::TextBuffer& out) {
  if (!plan_.replacement)
    return plan_.style.append_match(out, line.substr(match.begin, match.end - match.begin));
  replaced_.text.clear();
  plan_.replacement->expand(finder(), line, searched_from_, replaced_.text);
  plan_.style.append_match(out, replaced_.text);
}

void LinePrinter::print_replaced(std::string_view line, output::TextBuffer& out) {
  plan_.replacement->replace_all(finder(), line, replaced_);
  const auto& replaced = replaced_.replaced;
  const Excerpt shown = excerpt(replaced_.text, replaced.empty() ? filter::Match{} : replaced.front());
  if (shown.cut_before) out.append(kCut);
  if (plan_.options.color) {
    print_marked(replaced_.text, replaced, shown, out);
  } else {
    plan_.style.append_text(out,
                            std::string_view(replaced_.text).substr(shown.begin, shown.end - shown.begin));
  }
  if (shown.cut_after) out.append(kCut);
  out.append(plan_.line_end());
}

void LinePrinter::print_for_each_match(const LineView& line, LineOwner& owner, output::Block& block) {
  filter::Match match{};
  bool any = false;
  for (std::size_t from = 0; next_match(line.text, from, match); any = true) {
    const LineView part{line.text, line.number, line.offset + match.begin};
    if (plan_.options.labels) label_ = labeller().text_of_match(line.text, searched_from_, match);
    print_head(part, LineKind::selected, match.begin + std::uint64_t{1}, owner, block);
    if (plan_.replacement) {
      print_replaced(line.text, block.text);
    } else {
      print_text(line.text, match, plan_.options.color, block.text);
    }
  }
  if (any) return;
  first_match(line.text, match);
  if (plan_.options.labels) label_ = labeller().text_of_line(line.text);
  print_head(line, LineKind::selected, match.begin + std::uint64_t{1}, owner, block);
  print_text(line.text, match, false, block.text);
}

void LinePrinter::print_head(const LineView& line, LineKind kind, std::uint64_t column, LineOwner& owner,
                             output::Block& block) {
  const output::LineStyle& style = plan_.style;
  if (!owner.is_ready) {
    const std::string_view name = input::display_name(owner.source);
    if (owner.source.has_path()) owner.link = style.line_link(owner.source.path);
    owner.selected_prefix = style.line_prefix(name, LineKind::selected, !owner.link.empty());
    owner.context_prefix = style.line_prefix(name, LineKind::context, !owner.link.empty());
    owner.is_ready = true;
  }
  const bool is_split = owner.source.is_split;
  output::LineMark mark{static_cast<std::uint32_t>(block.text.size()), 0, line.number};
  const bool is_linked = !owner.link.empty();
  const auto add_place = [&block, &mark](std::uint32_t place) {
    block.marks.push_back({mark.begin, place, mark.line});
  };
  style.append_link(block.text, owner.link, line.number + 1, !is_split, column, add_place);
  block.text.append(kind == LineKind::selected ? owner.selected_prefix : owner.context_prefix);
  if (style.line_numbers())
    mark.number = style.append_line_number(block.text, line.number + 1, !is_split, kind, is_linked);
  if (kind == LineKind::selected) style.append_column(block.text, column, is_linked);
  if (style.byte_offsets()) style.append_byte_offset(block.text, line.offset, kind);
  if (plan_.options.labels && kind == LineKind::selected) style.append_label(block.text, label_);
  if (is_split && style.line_numbers()) block.marks.push_back(mark);
}

// In front of all that is printed of the line.
void LinePrinter::note(const LineView& line, LineKind kind, const LineOwner& owner,
                       output::Block& block) const {
  if (!plan_.notes_lines(owner.source.is_split)) return;
  const std::uint64_t end = line.offset + line.text.size() + (line.is_terminated ? 1 : 0);
  block.lines.push_back({static_cast<std::uint32_t>(block.text.size()), 0, 0, kind == LineKind::selected,
                         line.continues, line.number, end});
}

// With -v it is the context that holds matches.
void LinePrinter::print_event(const LineView& line, LineKind kind, LineOwner& owner, output::Block& block) {
  const bool is_text = text::is_utf8(line.text);
  const bool holds_matches = (kind == LineKind::selected) != plan_.options.invert;
  submatches_.clear();
  filter::Match match{};
  for (std::size_t from = 0; holds_matches && next_match(line.text, from, match);) {
    const std::string_view found = line.text.substr(match.begin, match.end - match.begin);
    submatches_.push_back({{found, is_text || text::is_utf8(found)}, match.begin});
  }
  if (kind == LineKind::selected) {
    json_matches_ += submatches_.size();
    if (!block.lines.empty()) block.lines.back().matches = static_cast<std::uint32_t>(submatches_.size());
  }
  const bool labels = plan_.options.labels && kind == LineKind::selected;
  event_line_ = line.text;
  if (line.is_terminated) event_line_ += plan_.line_end();
  const bool is_split = owner.source.is_split;
  output::LineMark mark{static_cast<std::uint32_t>(block.text.size()), 0, line.number};
  mark.number = output::append_json_line(block.text,
                                         {kind == LineKind::selected,
                                          json_name(owner.source),
                                          {event_line_, is_text},
                                          line.number + 1,
                                          line.offset,
                                          labels ? &labeller().names_of_line(line.text) : nullptr},
                                         submatches_, !is_split);
  if (is_split) block.marks.push_back(mark);
}

// The whole line, or as much of it as --trim and --max-columns leave, with the first byte of `around` in it.
LinePrinter::Excerpt LinePrinter::excerpt(std::string_view line, const filter::Match& around) const {
  Excerpt shown{0, line.size(), false, false};
  if (plan_.options.trim) shown.begin = leading_space(line);
  const std::uint64_t most = plan_.options.max_columns;
  if (most == 0 || line.size() - shown.begin <= most) return shown;
  const std::size_t size = static_cast<std::size_t>(most);
  const std::size_t matched = std::min<std::size_t>(around.end - around.begin, size);
  const std::size_t lead = (size - matched) / 2;
  const std::size_t first = shown.begin;
  const std::size_t wanted = around.begin > first + lead ? around.begin - lead : first;
  shown.begin = std::min(wanted, line.size() - size);
  shown.end = shown.begin + size;
  while (shown.begin < around.begin && text::is_inside_character(line, shown.begin))
    ++shown.begin;
  while (shown.end > shown.begin + 1 && text::is_inside_character(line, shown.end))
    --shown.end;
  shown.cut_before = shown.begin > first;
  shown.cut_after = shown.end < line.size();
  return shown;
}

void LinePrinter::print_text(std::string_view line, const filter::Match& around, bool colored,
                             output::TextBuffer& out) {
  const Excerpt shown = excerpt(line, around);
  if (shown.cut_before) out.append(kCut);
  if (colored) {
    print_colored(line, shown, out);
  } else {
    plan_.style.append_text(out, line.substr(shown.begin, shown.end - shown.begin));
  }
  if (shown.cut_after) out.append(kCut);
  out.append(plan_.line_end());
}

void LinePrinter::print_colored(std::string_view line, const Excerpt& shown, output::TextBuffer& out) {
  filter::Match match{};
  matches_.clear();
  for (std::size_t from = 0; from < shown.end && next_match(line, from, match);)
    matches_.push_back(match);
  print_marked(line, matches_, shown, out);
}

void LinePrinter::print_marked(std::string_view line, const std::vector<filter::Match>& marked,
                               const Excerpt& shown, output::TextBuffer& out) {
  std::size_t done = shown.begin;
  for (const filter::Match& match : marked) {
    const std::size_t begin = std::clamp<std::size_t>(match.begin, done, shown.end);
    const std::size_t end = std::clamp<std::size_t>(match.end, begin, shown.end);
    if (begin == end) continue;
    plan_.style.append_text(out, line.substr(done, begin - done));
    plan_.style.append_match(out, line.substr(begin, end - begin));
    done = end;
  }
  plan_.style.append_text(out, line.substr(done, shown.end - done));
}

}  // namespace weir::pipeline
