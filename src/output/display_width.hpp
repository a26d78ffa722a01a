// How many columns of a terminal a text takes.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::output {

// Of valid UTF-8 without control characters. Marks that combine take none, wide characters of East Asia and
// emoji two; no locale is asked.
std::size_t display_width(std::string_view utf8) noexcept;

}  // namespace weir::output
