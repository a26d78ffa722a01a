// Reading the bytes of a source as they are stored.
#pragma once

#include <memory>

#include "input/source.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// As read(2), a negative errno for an error: at `offset` from a regular file, from anything else what comes
// next. `immediate` tells of a regular file whether the kernel had the bytes at hand.
Coro<int> read_source(std::shared_ptr<const Source> source, char* into, std::uint32_t length,
                      std::uint64_t offset, bool* immediate);

}  // namespace weir::input
