// Time that the calling thread has spent computing: unlike the clock on the wall it does not run while
// other threads have the core. A reading is a system call.
#pragma once

#include <time.h>

#include <chrono>

namespace weir::filter {

inline std::chrono::nanoseconds thread_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace weir::filter
