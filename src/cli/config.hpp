// The configuration file: options of `weir grep` that come in front of those of the command line.
//
// It is the file that WEIR_CONFIG names, or else weir/config in $XDG_CONFIG_HOME or ~/.config. A line is one
// argument, without the white space around it and without any quoting; an option's value follows '=' or is
// the next line. Empty lines and those that begin with '#' mean nothing. It is for `weir grep`; a line
// "[grep]" may stand in front of the options, so that those of other commands can have parts of their own one
// day.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/error.hpp"

namespace weir::cli {

struct Config {
  std::vector<std::string> arguments;     // none when there is no file
  std::optional<std::string> unreadable;  // why the file could not be read, and which one
};

// The options for `weir grep`. bad_argument, bad_pattern or unsupported with file and line when one of them
// would be refused on the command line, or is none.
Result<Config> read_config();

}  // namespace weir::cli
