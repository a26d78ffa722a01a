// Labels: the names by which patterns are told apart in the output. Patterns with the same name share a
// label; one without a name has its number, from 1.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "weir/grep.hpp"

namespace weir::pipeline {

struct Labels {
  explicit Labels(const GrepOptions& options);

  std::vector<std::string> names;         // in the order of their first pattern
  std::vector<std::uint32_t> of_pattern;  // which of them
};

// Finds the labels of lines. One for each shard.
class Labeller {
 public:
  Labeller(const Labels& labels, const filter::Plan& plan)
      : labels_(labels), teller_(plan.make_pattern_teller()) {}

  // Each once, in order; good until the next call.
  const std::vector<std::uint32_t>& of_line(std::string_view line);
  // "one,two".
  const std::string& text_of_line(std::string_view line);
  // Of a match that filter::MatchFinder::find() has found from `from` on.
  const std::string& text_of_match(std::string_view line, std::size_t from, filter::Match match);
  const std::vector<std::string_view>& names_of_line(std::string_view line);

 private:
  const Labels& labels_;
  std::unique_ptr<filter::PatternTeller> teller_;
  std::vector<std::uint32_t> found_;
  std::string text_;
  std::vector<std::string_view> names_;
};

}  // namespace weir::pipeline
