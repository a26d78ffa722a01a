// Exit statuses, all of them, and how a run ends.
#pragma once

#include <string_view>

namespace weir::cli {

inline constexpr int kExitSelected = 0;
inline constexpr int kExitNothing = 1;  // jq -e: the last output is false or null
inline constexpr int kExitError = 2;
inline constexpr int kExitNoProgram = 3;      // jq: it does not compile
inline constexpr int kExitNoOutput = 4;       // jq -e
inline constexpr int kExitProgramFailed = 5;  // jq: on a record

// Writes to standard output; kExitSelected, or kExitError with a message.
int write_output(std::string_view text);

// Ends as the signal would have, so that the parent sees it.
void end_by_signal(int signal);

}  // namespace weir::cli
