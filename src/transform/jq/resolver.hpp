// Names become what they mean: variables slots, calls functions, builtins, or forms of their own.
#pragma once

#include <string>
#include <vector>

#include "transform/jq/parser.hpp"
#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

// What is wrong, and what keeps the program from running natively (the first of it; "" if nothing).
struct Resolution {
  std::vector<Complaint> complaints;
  std::string reason;
};

// `names` are those of the named arguments, in the order of code.arguments.
Resolution resolve(Code& code, Node* body, const std::vector<std::string>& names);

// Finds out which nodes have one output at most, and which are fields of the input.
void analyze(Code& code);

// The texts that a record must contain for the program to have anything to say about it.
void find_required(Code& code);

}  // namespace weir::transform::jq
