// grep(): scan files and streams for lines that match patterns; the whole of `weir grep` as a call.
//
// Blocks the calling thread, which becomes the first of `jobs` shards. Output goes to a file descriptor, byte
// for byte the same on every run, whatever the number of shards; messages go to a callback. One call a
// process at a time when signals are handled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/error.hpp"

namespace weir {

// perl: as PCRE2 has it; basic and extended: POSIX, with GNU's additions; fixed: no syntax at all.
enum class GrepSyntax { perl, basic, extended, fixed };
enum class GrepCase { sensitive, insensitive, smart };
enum class GrepOutput {
  lines,
  only_matching,
  count,          // selected lines
  count_matches,  // matches in them
  files_with_matches,
  files_without_match,
  quiet
};
enum class GrepNames { automatic, always, never };  // automatic: when there is more than one input
enum class GrepSort { path, modified, accessed, created };
enum class GrepBinary { text, skip };  // skip: leave out files with a NUL in their first 64 KiB

// SGR parameters, as in GREP_COLORS; an empty one prints plain.
struct GrepColors {
  std::string match = "01;31";
  std::string file_name = "35";
  std::string line_number = "32";
  std::string byte_offset = "32";
  std::string separator = "36";
};

struct GrepOptions {
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  // What to look for. Any pattern may match; "" matches every line, none at all matches nothing.
  std::vector<std::string> patterns;
  std::vector<std::string> and_patterns;  // a line must match all of these too
  std::vector<std::string> not_patterns;  // ... and none of these
  GrepSyntax syntax = GrepSyntax::perl;
  GrepCase case_mode = GrepCase::sensitive;
  bool word = false;
  bool whole_line = false;
  bool invert = false;
  std::string engine = "auto";  // "literal", "bitstream", "vectorscan", "pcre2" force one, for tests

  // Where. No path and no list: the current directory, or standard input if that is a file, pipe or socket.
  std::vector<std::string> paths;
  std::string files_from;        // a file with one path a line, "-" for standard input
  bool files_from_null = false;  // ... or NUL-terminated paths
  // Choose among what is in directories; what is named itself is always scanned.
  std::vector<std::string> globs;             // include, or exclude with '!'
  std::vector<std::string> iglobs;            // ... in any case of the letters; they come behind `globs`
  std::vector<std::string> types;             // files of any of these, if there are some; "all" is any type
  std::vector<std::string> types_not;         // ... and of none of these
  std::vector<std::string> type_definitions;  // add to the known types: "name:glob", "name:include:other"
  bool ignore_files = false;                  // leave out what .gitignore and .ignore files say
  bool hidden = true;                         // names that begin with a dot
  bool follow_links = false;                  // symbolic links
  bool one_file_system = false;               // only directories on the file system of the one named
  std::uint64_t max_depth = kNoLimit;         // 1: only what is right in a directory named; 0: nothing
  std::uint64_t max_file_bytes = kNoLimit;    // larger files are left out
  // The order of the files: as named and by name in directories, or oldest first. All but the plain order by
  // path collect the names of all files before the first is scanned.
  GrepSort sort = GrepSort::path;
  bool sort_reversed = false;
  GrepBinary binary = GrepBinary::text;
  bool decompress = true;  // scan what is in compressed files and archives, known by their first bytes

  // What to print.
  GrepOutput output = GrepOutput::lines;
  GrepNames names = GrepNames::automatic;
  bool line_numbers = false;
  bool byte_offsets = false;
  bool null_after_names = false;
  bool color = false;
  GrepColors colors;
  bool escape_controls = false;        // write control bytes as \xHH: for terminals
  std::uint64_t max_count = kNoLimit;  // selected lines a file
  bool total = false;                  // after the counts of the files their sum, as that of a file "total"
  bool zero_counts = true;             // counts of 0 are printed too
  std::uint64_t before_context = 0;    // lines shown before and after each selected one
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
  int output_fd = 1;

  // How.
  int jobs = 0;                              // shards; 0 = one a core
  std::uint64_t memory_bytes = 64U << 20;    // budget for data read and not yet written
  std::uint64_t max_line_bytes = 64U << 20;  // longer lines are reported and skipped
  std::string io;                            // as RunOptions::io
  std::uint32_t chunk_bytes = 256U << 10;    // bytes a read; small ones serve tests
  bool silent_file_errors = false;           // -s
  bool handle_signals = true;
  std::function<void(std::string_view)> message;   // finished lines for stderr; may be empty
  std::function<void(std::string_view)> progress;  // a line for a terminal, "" to clear it; may be empty
};

struct GrepSummary {
  bool any_selected = false;
  bool any_error = false;
  int signal = 0;  // the run was stopped by this signal
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  // counted only when `count_lines` or line numbers asked for it
  std::uint64_t selected_lines = 0;
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
