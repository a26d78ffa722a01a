// Replacement: the text that -r puts in place of matches, `$1`, `$name`, `${name}` standing for groups and
// `$$` for a dollar. Immutable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"

namespace weir::pipeline {

// A line with its matches replaced, and where in it the replacements stand.
struct ReplacedLine {
  std::string text;
  std::vector<filter::Match> replaced;
};

class Replacement {
 public:
  explicit Replacement(std::string_view source);

  // Appends what stands for the match that `finder` has just found in `line` from `from`.
  void expand(filter::MatchFinder& finder, std::string_view line, std::size_t from, std::string& out) const;

  // All matches of the line, empty ones too, unless they touch the match before.
  void replace_all(filter::MatchFinder& finder, std::string_view line, ReplacedLine& out) const;

 private:
  struct Piece {
    std::string text;
    bool is_group;
  };

  void add_text(std::string_view text);

  std::vector<Piece> pieces_;
};

}  // namespace weir::pipeline
