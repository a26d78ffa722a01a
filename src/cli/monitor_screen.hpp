// The list of tasks on a terminal, drawn anew in its place until the user has seen enough.
#pragma once

#include <chrono>
#include <string>

namespace weir::cli {

// Until q, Ctrl-C, or the end of the process. Returns an exit status; the terminal is as it was before.
int watch_process(const std::string& path, std::chrono::milliseconds interval);

}  // namespace weir::cli
