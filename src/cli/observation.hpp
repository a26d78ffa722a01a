// Debug mode and monitor of a run, for --debug, --monitor and what the environment asks for.
#pragma once

#include <optional>

#include "cli/scan_options.hpp"
#include "cli/terminal.hpp"
#include "weir/debug.hpp"
#include "weir/monitor.hpp"

namespace weir::cli {

class Observation {
 public:
  // Reports go to `errors`, which must outlive this, and so does why there can be no monitor.
  Observation(const ScanArguments& arguments, ErrorOutput& errors);

 private:
  std::optional<DebugMode> debug_;
  std::optional<Monitor> monitor_;
};

}  // namespace weir::cli
