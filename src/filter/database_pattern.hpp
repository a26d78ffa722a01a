// Trees as patterns for a Vectorscan database that scans bytes of many lines at once.
//
// Every set is spelled out in bytes, without '\n', so that nothing reaches over a line's end and nothing
// depends on how Vectorscan reads a class.
#pragma once

#include <optional>
#include <string>

#include "filter/regex_set.hpp"
#include "filter/syntax.hpp"

namespace weir::filter {

enum class Alphabet {
  ascii,  // for lines of ASCII: selects exactly the tree's lines
  bytes,  // for any line: selects the tree's lines and perhaps more that hold non-ASCII bytes
};

struct DatabasePattern {
  std::string text;
  bool exact = true;         // on ASCII lines
  bool maybe_empty = false;  // may match without a character
};

// nullopt: no line of this alphabet can match.
std::optional<DatabasePattern> database_pattern(const Tree& tree, Boundary boundary, Alphabet alphabet);

// True when bytes say all: a line's characters beyond ASCII cannot change whether `tree` selects it.
bool is_byte_exact(const Tree& tree, Boundary boundary);

}  // namespace weir::filter
