// Strings and numbers as jq 1.6 writes them in JSON.
#pragma once

#include <string_view>

#include "base/text_buffer.hpp"

namespace weir::record {

// With quotes and escapes; `ascii`: \uXXXX for all that is not ASCII. `utf8` is valid.
void write_string(std::string_view utf8, bool ascii, base::TextBuffer& out);

// Whether write_string() would put something else than the bytes themselves between the quotes.
bool needs_escapes(std::string_view utf8, bool ascii) noexcept;

}  // namespace weir::record
