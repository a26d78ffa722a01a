// The grammar of random jq programs: what an expression of each type may be made of.
//
// Types are letters: n number, s string, b boolean, o object, l array of numbers, w array of strings, e array
// of objects, a any array, x anything, p a path. {t} is an expression of type t; {t/c} is one whose input,
// its
// `.`, has type c. Names: $+ binds a variable, which is $* in the same production; $? uses one in scope, or a
// literal. {K} a key, {N} a small number, {S} a string literal, {T} a regex that matches no empty string, {E}
// any regex, {G} flags, {F} a format, {D} a time format.
#pragma once

#include <span>

namespace weir::transform::jq::random {

struct Production {
  char type;
  int weight;
  const char* pattern;
};

std::span<const Production> productions();

}  // namespace weir::transform::jq::random
