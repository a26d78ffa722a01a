// What a pattern means, as a tree: the part of PCRE2's syntax that the fast engines understand.
//
// The tree describes the lines a pattern selects, not where it matches: greedy and lazy repeats are one
// thing, captures are plain groups. parse() is given patterns that PCRE2 has accepted, and answers
// nullopt for all it is not sure of; such patterns are left to PCRE2.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::filter {

using AsciiSet = std::bitset<128>;

// One character out of a set. A single code point from 0x80 up that only matches itself is kept as such;
// of any other set only the ASCII part is known, and whether there may be more (U+212A and U+017F, or any).
struct CharSet {
  AsciiSet ascii;
  bool non_ascii = false;   // may hold code points from 0x80 up
  bool folded = false;      // ... but no others than the case partners of k and s
  char32_t code_point = 0;  // != 0: exactly this one, >= 0x80
};

struct Node {
  enum class Kind {
    empty,
    set,
    concat,
    alternate,
    repeat,
    line_begin,  // ^
    line_end,    // $
    text_begin,  // \A, which differs from ^ next to bytes that are no UTF-8, as \z does from $
    text_end,    // \z and \Z
    word_boundary,
    not_word_boundary,
    anything,  // a back-reference: any text, even none
  };
  static constexpr std::uint32_t kNoLimit = UINT32_MAX;

  Kind kind = Kind::empty;
  CharSet set{};                 // set
  std::uint32_t min = 0;         // repeat
  std::uint32_t max = 0;         // repeat; kNoLimit: unbounded
  std::vector<Node> parts = {};  // concat, alternate, repeat (one)
};

struct Tree {
  Node root;
  bool superset =
      false;  // look-around, atomic groups or the like were left out: selects these lines or fewer
  bool back_reference = false;  // implies superset
};

// ASCII members of bracket classes, by their text; they are asked from PCRE2 once.
using ClassCache = std::map<std::string, AsciiSet, std::less<>>;

std::optional<Tree> parse(std::string_view pattern, bool caseless, ClassCache& cache);

// The tree of `text` as plain characters; nullopt when it is not UTF-8.
std::optional<Tree> parse_fixed(std::string_view text, bool caseless);

// True when every line is selected, whatever it holds.
bool always_matches(const Tree& tree);

// The tree without what does not change the choice of lines: repeats at either end shrink to their
// minimum (`[a-z]+_\d+` selects the lines of `[a-z]_\d`). Only right where nothing surrounds the pattern.
Node without_loose_ends(const Node& root);

}  // namespace weir::filter
