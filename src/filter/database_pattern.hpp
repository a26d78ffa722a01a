// Trees as patterns for a Vectorscan database that scans bytes of many lines at once.
//
// Every set is spelled out in bytes, without '\n', so that nothing reaches over a line's end and nothing
// depends on how Vectorscan reads a class.
#pragma once

#include <cstdint>
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
  // Not 0: the text stands for occurrences with anything around them, so many characters each; whoever scans
  // looks at what is beside them.
  std::uint32_t word_width = 0;
  bool folds = false;  // characters that only fold into ASCII were left out: lines that hold one may match
};

// nullopt: no line of this alphabet can match. `bare_words`: what must be a word is left without its boundary
// where word_width can make up for that. A database of many is then made of literals, in a fraction of the
// time.
std::optional<DatabasePattern> database_pattern(const Tree& tree, Boundary boundary, Alphabet alphabet,
                                                bool bare_words = false);

// True when bytes say all: a line's characters beyond ASCII cannot change whether `tree` selects it.
bool is_byte_exact(const Tree& tree, Boundary boundary);

}  // namespace weir::filter
