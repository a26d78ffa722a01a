// Reading the bytes of a source as they are stored.
#pragma once

#include "input/source.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// As read(2), a negative errno for an error: at `offset` from a regular file, from anything else what comes
// next. The source outlives the call. `immediate` tells of a regular file whether the kernel had the bytes at
// hand.
Coro<int> read_source(const Source* source, char* into, std::uint32_t length, std::uint64_t offset,
                      bool* immediate);

}  // namespace weir::input
