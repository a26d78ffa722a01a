// Colours as users write them: GREP_COLORS, which grep has too, and --colors, which ripgrep has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/error.hpp"
#include "weir/grep.hpp"

namespace weir::cli {

// The parts of GREP_COLORS that weir has; what it does not understand is ignored, as by grep.
void apply_grep_colors(GrepColors& colors);

// "TYPE:none", "TYPE:fg:COLOUR", "TYPE:bg:COLOUR" or "TYPE:style:STYLE", one after the other, on top of what
// is there. bad_argument on the first that is none of these.
std::optional<Error> apply_colors(const std::vector<std::string>& specs, GrepColors& colors);

}  // namespace weir::cli
