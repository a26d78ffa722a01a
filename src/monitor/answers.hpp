// What a process says of itself. Any thread, but that of a loop: these wait for the loops.
#pragma once

#include "weir/monitor.hpp"

namespace weir::monitor {

ProcessReport report_self();

// An Error of the kind bad_argument for a task that is not there.
Result<TaskReport> report_task(const TaskKey& key);
Result<TaskReport> cancel_task(const TaskKey& key);

std::string own_command();

}  // namespace weir::monitor
