#include "pipeline/interruptible.hpp"

#include <sys/resource.h>

#include <chrono>
#include <utility>

namespace weir::pipeline {

void run_interruptible(Loop& loop, Coro<void> work, const ScanOptions& options, int& signal) {
  try {
    if (!options.handle_signals) {
      loop.run_until_complete(std::move(work), "scan");
      return;
    }
    const detail::SignalScope signals(loop, std::chrono::seconds(2));
    try {
      loop.run_until_complete(std::move(work), "scan");
    } catch (...) {
      signal = signals.caught();
      throw;
    }
  } catch (const Cancelled&) {
  }
}

std::uint64_t peak_memory_bytes() {
  struct ::rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace weir::pipeline
