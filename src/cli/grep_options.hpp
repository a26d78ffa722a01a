// The options of `weir grep`: their names, help and values, and what they mean for GrepOptions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/error.hpp"
#include "weir/grep.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace weir::cli {

// What the user typed, before it is understood.
struct GrepArguments {
  std::vector<std::string> patterns;       // -e
  std::vector<std::string> pattern_files;  // -f
  std::vector<std::string> and_patterns;
  std::vector<std::string> not_patterns;
  std::optional<std::string> record_start;
  std::string record = "line";
  bool multiline = false;
  bool multiline_dot_all = false;
  std::vector<std::string> globs;
  std::vector<std::string> iglobs;
  std::vector<std::string> types;
  std::vector<std::string> types_not;
  std::vector<std::string> type_definitions;
  std::vector<std::string> positionals;
  std::optional<std::string> files_from;
  std::string sort = "path";
  std::string sort_option;
  bool sort_reversed = false;
  std::string color = "auto";
  std::vector<std::string> colors;
  std::string hyperlink_format;
  std::string binary = "text";
  std::string encoding = "auto";
  std::string io = "auto";
  std::string engine = "auto";
  std::optional<std::string> jobs;
  std::optional<std::string> memory;
  std::optional<std::string> max_line;
  std::optional<std::string> max_count;
  std::optional<std::string> limit;
  std::optional<std::string> chunk_bytes;
  std::optional<std::string> after_context;
  std::optional<std::string> before_context;
  std::optional<std::string> context;
  std::optional<std::string> max_columns;
  std::optional<std::string> replacement;
  std::optional<std::string> max_depth;
  std::optional<std::string> max_file_bytes;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> time_format;
  std::string time_zone = "local";
  // Where one flag undoes another the last one counts.
  GrepSyntax syntax = GrepSyntax::perl;
  GrepCase case_mode = GrepCase::sensitive;
  GrepNames names = GrepNames::automatic;
  GrepLineEnd line_end = GrepLineEnd::newline;
  GrepBuffering buffering = GrepBuffering::automatic;
  std::optional<GrepOutput> listing;  // files_with_matches or files_without_match
  std::optional<std::string> context_separator = "--";
  bool zero_counts = true;
  bool heading = false;
  bool hidden = true;
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
  bool null = false;
  bool no_messages = false;
  bool text = false;
  bool no_decompress = false;
  bool follow = false;
  bool files = false;
  bool ignore_files = false;
  bool type_list = false;
  bool one_file_system = false;
  bool unsorted = false;
  bool stats = false;
  bool explain = false;
  bool debug = false;
  bool no_config = false;
  bool is_incomplete = false;  // options that were asked for could not be read: never a full success
};

// Adds the options to `app`, which keeps references into `arguments`.
void add_grep_options(CLI::App& app, GrepArguments& arguments);

// What the parser says, in words that the user knows.
std::string usage_text(const CLI::ParseError& error);

// bad_argument for values that do not parse, io for a pattern file that cannot be read.
Result<GrepOptions> to_grep_options(const GrepArguments& arguments);

}  // namespace weir::cli
