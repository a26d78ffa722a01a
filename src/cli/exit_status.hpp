// Exit statuses, all of them.
#pragma once

#include <string_view>

namespace weir::cli {

inline constexpr int kExitSelected = 0;
inline constexpr int kExitNothing = 1;
inline constexpr int kExitError = 2;

// Writes to standard output; kExitSelected, or kExitError with a message.
int write_output(std::string_view text);

}  // namespace weir::cli
