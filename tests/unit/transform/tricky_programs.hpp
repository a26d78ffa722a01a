// Programs whose answers are easily got wrong, by subject, each with a record. What is right, libjq says.
#pragma once

#include <span>

namespace weir::transform::jq::random {

struct TrickyProgram {
  const char* program;
  const char* record = "null";
};

std::span<const TrickyProgram> tricky_programs();

}  // namespace weir::transform::jq::random
