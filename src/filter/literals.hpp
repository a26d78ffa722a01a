// Byte strings that a tree stands for, or that every line it selects must hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/syntax.hpp"

namespace weir::filter {

// `caseless`: ASCII letters in either case, and, where the literal holds k or s, U+212A and U+017F.
struct Literal {
  std::string bytes;  // lower case when caseless
  bool caseless = false;

  bool folds_beyond_ascii() const { return caseless && bytes.find_first_of("ks") != std::string::npos; }
  bool operator==(const Literal&) const = default;
};

// The finite set of texts that `node` matches, when there are at most `limit`; zero-width parts refuse.
std::optional<std::vector<Literal>> expand(const Node& node, std::size_t limit);

// Literals of which a line must hold at least one to be selected: the rarest such set. Empty when none is
// known.
std::vector<Literal> required_literals(const Node& node);

// How rare the rarest stretch of the set's most common member is, about -log2 of its chance at one position.
double rarity(const std::vector<Literal>& literals);

bool any_folds_beyond_ascii(const std::vector<Literal>& literals);

// Drops every literal that holds another one.
std::vector<Literal> without_redundant(std::vector<Literal> literals);

}  // namespace weir::filter
