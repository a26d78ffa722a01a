// `weir monitor`: looks at the tasks of another process that runs on libweir.
#pragma once

#include "cli/monitor_options.hpp"

namespace weir::cli {

int run_monitor(const MonitorArguments& arguments);

}  // namespace weir::cli
