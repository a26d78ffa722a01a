#include "cli/observation.hpp"

#include <system_error>

namespace weir::cli {

Observation::Observation(const ScanArguments& arguments, ErrorOutput& errors) {
  if (arguments.debug || DebugMode::is_wanted_by_environment()) {
    DebugOptions options = DebugMode::options_from_environment();
    options.report = [&errors](const std::string& line) {
      errors.message("weir: debug: " + printable(line) + "\n");
    };
    debug_.emplace(std::move(options));
  }
  if (!arguments.monitor && !Monitor::is_wanted_by_environment()) return;
  try {
    monitor_.emplace();
  } catch (const std::system_error& error) {
    errors.message("weir: " + printable(error.what()) + "\n");
  }
}

}  // namespace weir::cli
