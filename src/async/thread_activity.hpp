// What a thread of this process is doing, as the kernel sees it.
#pragma once

#include <sys/types.h>

#include <string>

namespace weir::detail {

// "is computing", "sleeps", "reads", "waits for a thread lock that it holds already: ..."; empty when the
// kernel does not tell. Read from /proc, so what it says may be past already.
std::string thread_activity(::pid_t thread);

}  // namespace weir::detail
