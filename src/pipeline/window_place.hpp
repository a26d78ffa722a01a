// Where in a file the lines of a window can be, found by looking at few of its lines.
#pragma once

#include <cstdint>
#include <memory>

#include "input/source.hpp"
#include "pipeline/time_window.hpp"
#include "weir/coro.hpp"

namespace weir::pipeline {

// Lines of the window begin in [begin, end) only; both are starts of lines. `end` is Unit::kToEnd when they
// reach to the end of the file.
struct WindowPlace {
  std::uint64_t begin = 0;
  std::uint64_t end = input::Unit::kToEnd;
  std::uint64_t bytes_read = 0;
  bool is_sorted = true;  // else nothing was found: all of the file is to be read
};

// Halves the file, whose lines are about in order of time. Guaranteed: no line of the window is left out if
// no line of the file is older by more than 30 seconds, or by more than four times what was seen between the
// lines that were looked at, than a line before it. Where more than two hours of disorder are seen, or no
// stamps, the file counts as not sorted.
Coro<WindowPlace> find_window(std::shared_ptr<input::Source> source, const TimeWindow* window);

}  // namespace weir::pipeline
