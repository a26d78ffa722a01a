// `weir grep`: from parsed arguments to an exit status.
#pragma once

#include "cli/grep_options.hpp"

namespace weir::cli {

// As grep: 0 something was selected, 1 nothing, 2 an error (0 under -q once something was selected). A run
// stopped by a signal ends the process with that signal.
int run_grep(const GrepArguments& arguments);

}  // namespace weir::cli
