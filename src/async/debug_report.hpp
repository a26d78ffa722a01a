// What debug mode says, and when. All of these do nothing while it is off.
#pragma once

#include <string>

#include "async/observer.hpp"
#include "weir/debug.hpp"

namespace weir::detail {

// One line, to whoever listens.
void report(const std::string& line);

// What a step takes before it is slow; Duration::max() without debug mode.
Duration slow_step_limit() noexcept;

// At the end of a step: `ended` as it was then. `task` is null for a callback, and otherwise still alive.
void report_step(const LoopObserver& observer, const LoopObserver::View& ended, const TaskBase* task);

// Locks that this thread took and that a task keeps while it waits.
void report_held_locks(const TaskBase& task, std::source_location suspended_at);

// Every task that `loop` has: "task 1.2 'x' WHAT: spawned at ...; waits for ... at ...". Its own thread.
void report_pending(const Loop& loop, const std::string& what);

// All tasks of all loops, before the process ends without joining them. Any thread; waits at most 200 ms for
// the loops of other threads.
void report_all_pending(const std::string& what);

// For signal handlers: true if somebody lists what is pending and then ends the process with `status`.
bool list_pending_and_exit(int status) noexcept;
// The status that was asked for, or -1.
int wanted_exit() noexcept;

}  // namespace weir::detail
