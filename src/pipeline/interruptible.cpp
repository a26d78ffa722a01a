#include "pipeline/interruptible.hpp"

#include <chrono>
#include <utility>

namespace weir::pipeline {

void run_interruptible(Loop& loop, Coro<void> work, const GrepOptions& options, GrepSummary& summary) {
  try {
    if (!options.handle_signals) {
      loop.run_until_complete(std::move(work), "grep");
      return;
    }
    const detail::SignalScope signals(loop, std::chrono::seconds(2));
    try {
      loop.run_until_complete(std::move(work), "grep");
    } catch (...) {
      summary.signal = signals.caught();
      throw;
    }
  } catch (const Cancelled&) {
  }
}

}  // namespace weir::pipeline
