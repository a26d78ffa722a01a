// Runs work on this thread's loop until it ends, or a signal or a cancellation ends it.
#pragma once

#include "weir/coro.hpp"
#include "weir/grep.hpp"
#include "weir/run.hpp"

namespace weir::pipeline {

// `summary.signal` says which signal it was, if signals are to be handled.
void run_interruptible(Loop& loop, Coro<void> work, const GrepOptions& options, GrepSummary& summary);

}  // namespace weir::pipeline
