// A JSON object inside of other text.
#pragma once

#include <string_view>

#include "parse/record_filler.hpp"

namespace weir::parse {

// Where the object that begins with the '{' at `begin` ends, behind its bracket; npos when it does not. What
// is between is not checked.
std::size_t end_of_object(std::string_view text, std::size_t begin) noexcept;

// Adds the members of the object that all of `text` is. False, and nothing is added, when it is none.
bool add_object(std::string_view text, RecordFiller& fields);

}  // namespace weir::parse
