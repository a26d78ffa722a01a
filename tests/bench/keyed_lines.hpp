// The stream of lines that keyed.log is made of: what services with tracing write, a dozen fields key=value
// whose names are words joined by '_', about 230 bytes a line. One line in 100 tells of a restarted worker,
// which [a-z]+_\d{5,}\s+\w+ finds; each '_' is where it may begin to.
#pragma once

#include <string>

#include "generator/event.hpp"

namespace weir::bench {

class KeyedLines {
 public:
  explicit KeyedLines(std::uint64_t seed);
  /// Appends one line with its '\n'.
  void append(std::string& out);

 private:
  void append_message(std::string& out);

  samples::Rng rng_;
  std::uint64_t time_ms_;
};

}  // namespace weir::bench
