// What the process takes of the machine's memory.
#pragma once

#include <cstddef>

namespace weir::base {

// Bytes of it that are in memory now; 0 where the system does not say. Costs some microseconds.
std::size_t resident_bytes() noexcept;

}  // namespace weir::base
