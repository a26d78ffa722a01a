// The options that `weir grep` and `weir jq` have in common, and what they mean for ScanOptions.
//
// They are declared in groups, so that each command can put its own options where they belong in its help.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/value_reader.hpp"
#include "weir/error.hpp"
#include "weir/scan_options.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace weir::cli {

// What the user typed, before it is understood.
struct ScanArguments {
  std::vector<std::string> positionals;
  std::optional<std::string> files_from;
  std::vector<std::string> globs;
  std::vector<std::string> iglobs;
  std::vector<std::string> types;
  std::vector<std::string> types_not;
  std::vector<std::string> type_definitions;
  std::optional<std::string> max_depth;
  std::optional<std::string> max_file_bytes;
  std::string sort = "path";
  std::string sort_option;
  bool sort_reversed = false;
  std::string binary = "text";
  std::string encoding = "auto";
  std::optional<std::string> max_line;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> time_format;
  std::string time_zone;
  std::string color = "auto";
  GrepBuffering buffering = GrepBuffering::automatic;
  std::optional<std::string> jobs;
  std::optional<std::string> memory;
  std::string io = "auto";
  Mapping mapping = Mapping::automatic;
  std::optional<std::string> chunk_bytes;
  bool null = false;
  bool type_list = false;
  bool ignore_files = false;
  bool hidden = true;
  bool follow = false;
  bool one_file_system = false;
  bool files = false;
  bool text = false;
  bool no_decompress = false;
  bool unsorted = false;
  bool no_messages = false;
  bool no_config = false;
  bool stats = false;
  bool explain = false;
  bool debug = false;
  bool monitor = false;
};

// jq has other uses for -L, -a, -j and -s.
enum class ShortNames : std::uint8_t { all, but_those_of_jq };

void add_input_options(Command& app, ScanArguments& arguments, ShortNames names);
void add_time_options(Command& app, ScanArguments& arguments);
void add_color_option(Command& app, ScanArguments& arguments);
void add_writing_options(Command& app, ScanArguments& arguments, ShortNames names);
void add_run_options(Command& app, ScanArguments& arguments, ShortNames names);

// What the parser says, in words that the user knows.
std::string usage_text(const CLI::ParseError& error);

// All but the paths. `values` keeps the first value that does not parse.
void apply_scan_arguments(const ScanArguments& arguments, ScanOptions& options, ValueReader& values);

}  // namespace weir::cli
