// The options of `weir monitor`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "weir/error.hpp"
#include "weir/monitor.hpp"

namespace CLI {
class App;
}

namespace weir::cli {

// What the user typed, before it is understood.
struct MonitorArguments {
  std::vector<std::string> positionals;  // [PID|SOCKET] [where ID|cancel ID]
  std::optional<std::string> task;
  std::optional<std::string> interval;
  bool json = false;
  bool once = false;
};

struct MonitorRequest {
  enum class What : std::uint8_t { tasks, chain, cancel };

  std::string target;  // "": the only one there is
  What what = What::tasks;
  TaskKey task;
  std::chrono::milliseconds interval{1000};
  bool json = false;
  bool once = false;
};

void add_monitor_options(Command& app, MonitorArguments& arguments);

Result<MonitorRequest> to_monitor_request(const MonitorArguments& arguments);

}  // namespace weir::cli
