// Random jq programs and JSON records, as trees that can be cut down to what a failure needs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/seeds.hpp"

namespace weir::transform::jq::random {

// A program: text pieces with expressions between them.
struct Program {
  std::vector<std::string> pieces{""};
  std::vector<Program> children = {};
  bool is_bare = true;  // needs no parentheses, or goes without them

  std::string text() const;
};

// A JSON value as text. Keys are literals with their quotes.
struct Json {
  char kind = 's';          // s scalar, a array, o object
  std::string scalar = {};  // its text
  std::vector<std::pair<std::string, Json>> members = {};

  std::string text() const;
};

Program random_program(support::Random& random, int depth);
// An object with the fields that programs look for, or now and then something else altogether.
Json random_record(support::Random& random);

// The smallest case around, by greedy cuts, for which `fails` still holds.
void shrink(Program& program, Json& record, const std::function<bool(const Program&, const Json&)>& fails);

}  // namespace weir::transform::jq::random
