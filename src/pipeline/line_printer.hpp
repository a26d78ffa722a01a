// LinePrinter: turns one line into its output: name, number, column and offset in front, colours, excerpt.
// One for each shard.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/filter.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "output/json_lines.hpp"
#include "output/line_style.hpp"
#include "pipeline/replacement.hpp"
#include "pipeline/scan_plan.hpp"

namespace weir::pipeline {

// A line of a unit: its text without its end (and as it stands in its chunk, see text/null_lines.hpp), its
// number from 0 within the unit, its offset in the source.
struct LineView {
  std::string_view text;
  std::uint64_t number;
  std::uint64_t offset;
  bool is_terminated = true;  // its end follows
  bool continues = false;     // the record, or match, that the line before is of
};

// Whether a selected line is not the first of the record that holds it. Without `heads`, the records in
// order, each line is one.
inline bool continues(const std::vector<filter::Line>& heads, const filter::Line& line) {
  const auto begins_before = [](const filter::Line& head, const filter::Line& other) {
    return head.begin < other.begin;
  };
  return !heads.empty() && !std::binary_search(heads.begin(), heads.end(), line, begins_before);
}

// Whose lines they are; fills the names when the first line is printed.
struct LineOwner {
  explicit LineOwner(const input::Source& source_) : source(source_) {}

  const input::Source& source;
  bool is_ready = false;
  std::string selected_prefix;
  std::string context_prefix;
  std::vector<output::LinkPiece> link;  // opened in front of each line
};

// The name of a source in JSON events.
output::JsonData json_name(const input::Source& source);

class LinePrinter {
 public:
  // `finder`, when given, knows the matches and outlives the printer.
  explicit LinePrinter(const ScanPlan& plan, filter::MatchFinder* finder = nullptr)
      : plan_(plan), finder_(finder) {}

  // A selected line, or with -o its matches.
  void print_selected(const LineView& view, LineOwner& owner, output::Block& block);
  void print_context(const LineView& view, LineOwner& owner, output::Block& block);

  // Matches in a selected line, as -o would print them.
  std::uint64_t count_matches(std::string_view text);

  // The labels of a line, as indices into the plan's.
  const std::vector<std::uint32_t>& labels_of(std::string_view line) {
    return labeller().of_line(restored(line));
  }

  // Matches in the selected lines of JSON events since the last call.
  std::uint64_t take_matches() noexcept { return std::exchange(json_matches_, 0); }

 private:
  // A stretch of a line that is shown, and whether text was left out on either side.
  struct Excerpt {
    std::size_t begin;
    std::size_t end;
    bool cut_before;
    bool cut_after;
  };

  LineView restored(LineView line);
  std::string_view restored(std::string_view text);
  bool next_match(std::string_view line, std::size_t& from, filter::Match& match);
  bool first_match(std::string_view line, filter::Match& match);
  void print_matches(const LineView& line, output::LineKind kind, LineOwner& owner, output::Block& block);
  void print_for_each_match(const LineView& line, LineOwner& owner, output::Block& block);
  void note(const LineView& line, output::LineKind kind, const LineOwner& owner, output::Block& block) const;
  void print_event(const LineView& line, output::LineKind kind, LineOwner& owner, output::Block& block);
  void print_head(const LineView& line, output::LineKind kind, std::uint64_t column, LineOwner& owner,
                  output::Block& block);
  void print_text(std::string_view line, const filter::Match& around, bool colored, output::TextBuffer& out);
  void print_replaced(std::string_view line, output::TextBuffer& out);
  void append_match(std::string_view line, const filter::Match& match, output::TextBuffer& out);
  void print_marked(std::string_view line, const std::vector<filter::Match>& marked, const Excerpt& shown,
                    output::TextBuffer& out);
  void print_colored(std::string_view line, const Excerpt& shown, output::TextBuffer& out);
  Excerpt excerpt(std::string_view line, const filter::Match& around) const;
  filter::MatchFinder& finder();
  Labeller& labeller();

  const ScanPlan& plan_;
  filter::MatchFinder* finder_;
  std::unique_ptr<filter::MatchFinder> own_finder_;
  std::unique_ptr<Labeller> labeller_;
  std::string_view label_;         // for the line that is printed next
  std::size_t searched_from_ = 0;  // where the search for the last match began
  std::vector<filter::Match> matches_;
  ReplacedLine replaced_;
  std::vector<output::JsonSubmatch> submatches_;
  std::string restored_;  // the line at hand, where lines end with NUL
  std::string event_line_;
  std::uint64_t json_matches_ = 0;
};

}  // namespace weir::pipeline
