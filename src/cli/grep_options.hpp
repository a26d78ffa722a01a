// The options of `weir grep`: their names, help and values, and what they mean for GrepOptions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/scan_options.hpp"
#include "weir/error.hpp"
#include "weir/grep.hpp"

namespace weir::cli {

// What the user typed, before it is understood.
struct GrepArguments : ScanArguments {
  std::vector<std::string> patterns;       // -e
  std::vector<std::string> pattern_files;  // -f
  std::vector<std::string> and_patterns;
  std::vector<std::string> not_patterns;
  std::optional<std::string> where;
  std::optional<std::string> from;
  std::optional<std::string> record_start;
  std::string record = "line";
  bool multiline = false;
  bool multiline_dot_all = false;
  std::vector<std::string> colors;
  std::string hyperlink_format;
  std::string engine = "auto";
  std::optional<std::string> max_count;
  std::optional<std::string> limit;
  std::optional<std::string> after_context;
  std::optional<std::string> before_context;
  std::optional<std::string> context;
  std::optional<std::string> max_columns;
  std::optional<std::string> replacement;
  // Where one flag undoes another the last one counts.
  GrepSyntax syntax = GrepSyntax::perl;
  GrepCase case_mode = GrepCase::sensitive;
  GrepNames names = GrepNames::automatic;
  GrepLineEnd line_end = GrepLineEnd::newline;
  std::optional<GrepOutput> listing;  // files_with_matches or files_without_match
  std::optional<std::string> context_separator = "--";
  bool zero_counts = true;
  bool heading = false;
  bool invert = false;
  bool word = false;
  bool whole_line = false;
  bool count = false;
  bool count_matches = false;
  bool count_by_pattern = false;
  bool label = false;
  bool total = false;
  bool passthru = false;
  bool column = false;
  bool vimgrep = false;
  bool trim = false;
  bool json = false;
  bool only_matching = false;
  bool quiet = false;
  bool line_number = false;
  bool byte_offset = false;
  bool is_incomplete = false;  // options that were asked for could not be read: never a full success
};

// Adds the options to `app`, which keeps references into `arguments`.
void add_grep_options(Command& app, GrepArguments& arguments);

// bad_argument for values that do not parse, io for a pattern file that cannot be read.
Result<GrepOptions> to_grep_options(const GrepArguments& arguments);

}  // namespace weir::cli
