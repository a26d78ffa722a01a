// Looking back in a file for the stamp that a range's first lines go with.
#pragma once

#include <cstdint>
#include <memory>

#include "input/source.hpp"
#include "pipeline/time_window.hpp"
#include "weir/coro.hpp"

namespace weir::pipeline {

// What the line before `line_begin` goes with: `none` when no line up to there has a stamp. Reads the lines
// before it, last to first, up to one that has, or to a place about which the source's trail knows. Lines
// longer than `max_line_bytes` do not count. `filter` outlives the call.
Coro<input::RecordTime> look_back(std::shared_ptr<input::Source> source, WindowFilter* filter,
                                  std::uint64_t line_begin, std::uint64_t max_line_bytes);

}  // namespace weir::pipeline
