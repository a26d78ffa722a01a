#include "pipeline/interruptible.hpp"

#include <sys/resource.h>

#include <chrono>
#include <utility>

namespace weir::pipeline {

bool run_interruptible(Loop& loop, Coro<void> work, const ScanOptions& options,
                       base::Diagnostics& diagnostics, int& signal) {
  try {
    if (!options.handle_signals) {
      loop.run_until_complete(std::move(work), "scan");
      return true;
    }
    const detail::SignalScope signals(loop, std::chrono::seconds(2));
    try {
      loop.run_until_complete(std::move(work), "scan");
      return true;
    } catch (...) {
      signal = signals.caught();
      throw;
    }
  } catch (const Cancelled&) {
    if (signal == 0) diagnostics.error("the run was cancelled: what it printed is not all");
    return false;
  }
}

std::uint64_t peak_memory_bytes() {
  struct ::rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace weir::pipeline
