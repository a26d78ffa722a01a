// The stream of lines that the benchmark logs are made of: syslog, nginx, application and JSON lines
// of one shop, ASCII, about 137 bytes a line. What the benchmark rows search for is rare or frequent
// by design:
//   "kernel panic"                 1 line in 100 000
//   "checkout"                     1 line in 10
//   [a-z]+_\d{5,}\s+\w+            1 line in 100
//   a dotted IP address            about 15 lines in 100
//   "timeout", "refused"           about 5 and 4 lines in 1000
#pragma once

#include <string>

#include "generator/event.hpp"

namespace weir::bench {

class MixedLines {
 public:
  explicit MixedLines(std::uint64_t seed);
  /// Appends one line with its '\n'.
  void append(std::string& out);

 private:
  samples::Event next_event();

  samples::Rng rng_;
  std::uint64_t time_ms_;
};

}  // namespace weir::bench
