// Lines that are hard on text tools: many scripts, and bytes that are not text at all.
#pragma once

#include <string>

#include "generator/event.hpp"

namespace weir::samples {

/// Valid UTF-8: invented names and places in several scripts, combining marks, emoji, and letters
/// whose upper and lower case differ in length.
void append_utf8(std::string& out, const Event& event, Rng& rng);
/// Half of the lines hold invalid UTF-8, NUL bytes, Latin-1 or terminal control sequences.
void append_damaged(std::string& out, const Event& event, Rng& rng);

}  // namespace weir::samples
