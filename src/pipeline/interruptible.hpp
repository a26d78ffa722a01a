// Runs work on this thread's loop until it ends, or a signal or a cancellation ends it.
#pragma once

#include "base/diagnostics.hpp"
#include "weir/coro.hpp"
#include "weir/grep.hpp"
#include "weir/run.hpp"

namespace weir::pipeline {

// False: it did not come to its end. Then `signal` says which signal ended it, if signals are to be handled;
// that it was cancelled without one is told.
bool run_interruptible(Loop& loop, Coro<void> work, const ScanOptions& options,
                       base::Diagnostics& diagnostics, int& signal);

// The most that the process has used so far.
std::uint64_t peak_memory_bytes();

}  // namespace weir::pipeline
