// The options of `weir jq`: their names, help and values, and what they mean for JqOptions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan_options.hpp"
#include "weir/error.hpp"
#include "weir/jq.hpp"

namespace weir::cli {

// What is given to a program by name.
struct NamedValue {
  enum class Kind : std::uint8_t { text, json, json_file, text_file };

  Kind kind = Kind::text;
  std::string name;
  std::string value;  // or the path of the file
};

// What positional arguments are, from one of them on.
struct PositionalMode {
  enum class Kind : std::uint8_t { paths, texts, json };

  Kind kind = Kind::paths;
  std::size_t begin = 0;  // the first one that it is about
};

// What the user typed, before it is understood.
struct JqArguments : ScanArguments {
  std::vector<NamedValue> named;       // as given
  std::vector<PositionalMode> modes;   // the same
  std::vector<std::string> libraries;  // -L
  bool from_file = false;
  std::string from = "auto";
  std::string to = "json";
  std::string malformed = "skip";
  std::string reject_file;
  std::optional<std::string> timeout;
  // How outputs are laid out: the last one of -c, --tab and --indent counts.
  std::optional<std::string> indent;
  bool tabs = false;
  bool array = false;
  bool null_input = false;
  bool slurp = false;
  bool raw_input = false;
  bool stream = false;
  bool seq = false;
  bool raw_output = false;
  bool join_output = false;
  bool ascii = false;
  bool sort_keys = false;
  bool color_output = false;
  bool monochrome = false;
  bool exit_status = false;
  bool no_raw_filter = false;
};

// Adds the options to `app`, which keeps references into `arguments`.
void add_jq_options(Command& app, JqArguments& arguments);

// bad_argument for values that do not parse, io for files that cannot be read.
Result<JqOptions> to_jq_options(const JqArguments& arguments);

}  // namespace weir::cli
