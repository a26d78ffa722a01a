// grep(): scan files and streams for lines that match patterns; the whole of `weir grep` as a call.
//
//   weir::GrepOptions options;
//   options.patterns = {"timeout|refused"};
//   options.paths = {"/var/log"};
//   options.line_numbers = true;
//   const weir::Result<weir::GrepSummary> summary = weir::grep(options);
//   if (!summary) std::fprintf(stderr, "%s\n", summary.error().what.c_str());
//
// Output goes to a file descriptor, byte for byte the same on every run, whatever the number of shards;
// messages go to a callback.
//
// Ownership: the options are only read, and must stay as they are until the call returns; so must the
// descriptor that it writes to, which stays open.
// Threads: blocks the calling thread, which becomes the first of `jobs` shards. One call a process at a time
// when signals are handled.
// Cancellation: SIGINT and SIGTERM end it, with what is finished written; GrepSummary::signal tells.
// Errors: a Result; what goes wrong with single files is reported through `message` and any_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/error.hpp"
#include "weir/scan_options.hpp"

namespace weir {

// perl: as PCRE2 has it; basic and extended: POSIX, with GNU's additions; fixed: no syntax at all.
enum class GrepSyntax { perl, basic, extended, fixed };
enum class GrepCase { sensitive, insensitive, smart };
enum class GrepOutput {
  lines,
  only_matching,
  count,             // selected lines
  count_matches,     // matches in them
  count_by_pattern,  // selected lines that match each pattern
  files_with_matches,
  files_without_match,
  quiet
};
enum class GrepNames { automatic, always, never };  // automatic: when there is more than one input
// What ends a line. crlf: '\n', and a '\r' before it is part of the end when lines are matched, not when they
// are printed; null: NUL, in the output too.
enum class GrepLineEnd { newline, crlf, null };

// SGR parameters, as in GREP_COLORS; an empty one prints plain.
struct GrepColors {
  std::string match = "01;31";
  std::string file_name = "35";
  std::string line_number = "32";
  std::string column = "32";
  std::string byte_offset = "32";
  std::string label = "33";
  std::string separator = "36";
};

struct GrepOptions : ScanOptions {
  // What to look for. Any pattern may match; "" matches every line, none at all matches nothing.
  std::vector<std::string> patterns;
  // What `labels` and count_by_pattern call them: letters, digits and "_.-"; "" or none: their number,
  // from 1. Patterns of the same name are one. Neither goes with `invert`.
  std::vector<std::string> pattern_names;
  std::vector<std::string> and_patterns;  // a line must match all of these too
  std::vector<std::string> not_patterns;  // ... and none of these
  GrepSyntax syntax = GrepSyntax::perl;
  GrepCase case_mode = GrepCase::sensitive;
  // A line is selected when also the record in it meets this condition in the language of jq: it gives
  // something that is neither false nor null. What is no record, or makes the condition fail, does not. Not
  // together with multiline, records of several lines, null or labels. bad_pattern when it does not compile,
  // bad_argument when it needs what only jq() has.
  std::optional<std::string> where;
  std::string from = "auto";  // what the lines are, as JqOptions::from
  bool word = false;
  bool whole_line = false;
  bool invert = false;
  // Matches may reach over several lines, and all those lines are selected; they are counted by matches. Not
  // together with conditions, a replacement or records.
  bool multiline = false;
  bool multiline_dot_all = false;  // ... and a dot matches a newline
  // Records of several lines: each line that matches starts one. A record is selected when one of its lines
  // matches; it is shown whole, counted as one, and meets and_patterns and not_patterns as a whole.
  std::optional<std::string> record_start;
  // The same, where a time stamp begins a line; in a source without one in its first 64 KiB, each line that
  // is neither blank nor indented and does not go on with a stack trace. Not together with record_start.
  bool record_auto = false;
  GrepLineEnd line_end = GrepLineEnd::newline;
  std::string engine = "auto";  // "literal", "bitstream", "vectorscan", "pcre2" force one, for tests

  // What to print.
  GrepOutput output = GrepOutput::lines;
  GrepNames names = GrepNames::automatic;
  bool line_numbers = false;
  bool byte_offsets = false;
  bool labels =
      false;  // in front of the text the names of the patterns that match the line, or are the match
  bool null_after_names = false;
  bool color = false;
  GrepColors colors;
  std::string hyperlink_format;  // with `color`, where names lead: "file", "vscode", "x://{path}:{line}"
  bool escape_controls = false;  // write control bytes as \xHH: for terminals
  std::uint64_t max_count = kNoLimit;  // selected lines a file
  // Selected lines in all, or files where they are listed. There the run ends; its output is the beginning
  // of what it would be without, and its counts are those of the lines up to there.
  std::uint64_t limit = kNoLimit;
  bool total = false;                // after the counts of the files their sum, as that of a file "total"
  bool zero_counts = true;           // counts of 0 are printed too
  std::uint64_t before_context = 0;  // lines shown before and after each selected one
  std::uint64_t after_context = 0;
  bool groups = false;    // lines that do not follow each other are kept apart, even without context
  bool passthru = false;  // all lines are shown
  // Between groups of lines that do not follow each other; nothing: no line between them.
  std::optional<std::string> context_separator = "--";
  bool columns = false;         // where in its line the first match begins, bytes, from 1
  bool line_per_match = false;  // a line with several matches is shown for each
  std::optional<std::string>
      replacement;  // shown in place of matches; $1, $name, ${name}: groups, $$: a dollar
  // Events as `rg --json` gives them in place of lines, counts (begin and end alone) or lists.
  bool json = false;
  bool trim = false;              // without white space at the start of lines
  std::uint64_t max_columns = 0;  // bytes of a line shown, around its first match; 0: all
  bool heading = false;           // names stand above the lines of a file, not in front of each
};

struct GrepSummary {
  bool any_selected = false;
  bool any_error = false;
  int signal = 0;  // the run was stopped by this signal
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t mapped_bytes = 0;  // of them: read through mappings
  std::uint64_t lines = 0;         // counted only when `count_lines` or line numbers asked for it
  std::uint64_t selected_lines = 0;
  std::uint64_t skipped_bytes = 0;   // not read: outside the window of time
  std::uint64_t searched_bytes = 0;  // read to find that window
  std::uint64_t unsorted_files = 0;  // searched for it in vain: their lines are in no order of time
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;  // of the process
  std::uint64_t peak_budget_bytes = 0;  // of the budget
  std::uint64_t peak_reads_in_flight = 0;
  std::string engine;
  std::string io;
};

// The formats of compressed files and archives that this build can read, separated by spaces.
std::string grep_codecs();

// How the scan would be done, one "key: value" a line. bad_pattern or bad_argument on a bad option.
Result<std::string> explain_grep(const GrepOptions& options);

// bad_pattern (the message carries pattern and caret, several lines), bad_argument, unsupported. What goes
// wrong with single files is reported through `message` and any_error.
Result<GrepSummary> grep(const GrepOptions& options, bool count_lines = false);

// Writes the names of the files that grep() would scan, in its order, and opens none of them, so that what
// `binary` leaves out is among them. Needs no pattern. No path and no list: the current directory.
// any_selected: there was a file; GrepOutput::quiet stops at the first.
Result<GrepSummary> list_files(const GrepOptions& options);

// The known types of files with those of `type_definitions`, one "name: glob, glob" a line.
Result<std::string> list_file_types(const GrepOptions& options);

}  // namespace weir
