// From the text of a program to its tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

// Something wrong at a place of the program.
struct Complaint {
  std::string what;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// With the line that it is about, and a caret below the place.
std::string describe(const Complaint& complaint, std::string_view program);

// Sets `body`; what cannot be native becomes not_native nodes. `text` outlives the code.
std::optional<Complaint> parse_program(std::string_view text, Code& code, Node*& body);
// The definitions of a library.
std::optional<Complaint> parse_definitions(std::string_view text, Code& code,
                                           std::vector<Function*>& functions);

}  // namespace weir::transform::jq
