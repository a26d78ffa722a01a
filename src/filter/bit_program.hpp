// A regular expression as arithmetic on bit streams, one bit a byte of text: a class of bytes is a stream of
// the places where its members stand, the state of the match is a stream of cursors, and one step of the
// pattern moves all cursors of a word at once. What the text holds does not change how long it takes.
//
// After R. Cameron et al., "Bitwise Data Parallelism in Regular Expression Matching" (PACT 2014).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "filter/regex_set.hpp"
#include "filter/syntax.hpp"

namespace weir::filter {

// Registers are streams; every instruction but a skip writes one of its own. A bit of a cursor stream stands
// for the place before its byte.
struct BitProgram {
  enum class Op : std::uint8_t {
    members,        // where bytes of class a stand
    ones,           // everywhere
    step,           // behind the places that are in both a and b
    star,           // a, and behind any run of b that begins at a
    both,           // a and b
    either,         // a or b
    one_of,         // a or b, not both
    complement,     // not a
    skip_if_empty,  // where a is empty, target is too, and the next b instructions change nothing
  };
  struct Instruction {
    Op op;
    std::uint8_t target = 0;
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    bool carries_in = false;  // step: as if a and b held the place before the text
  };

  std::vector<AsciiSet> classes;  // without '\n', but for the class of '\n' itself
  std::vector<Instruction> instructions;
  std::size_t registers = 0;
  std::uint8_t result = 0;  // cursors behind matches, none of them behind the line of its match
};

// Decides lines of ASCII, exactly: those that one of `patterns` selects. nullopt for what needs more than
// steps over characters, or too many of them.
std::optional<BitProgram> make_bit_program(const std::vector<const Tree*>& patterns, Boundary boundary);

}  // namespace weir::filter
