// Where in a selected line the matches are.
#include <algorithm>
#include <string>
#include <utility>

#include "filter/engine.hpp"

namespace weir::filter {
namespace {

class LiteralFinder final : public MatchFinder {
 public:
  LiteralFinder(std::vector<std::string> literals, bool whole_line)
      : literals_(std::move(literals)), whole_line_(whole_line) {}

  bool find(std::string_view line, std::size_t from, Match& match) override {
    bool found = false;
    for (const std::string& literal : literals_) {
      const std::size_t at = position(line, from, literal);
      if (at == std::string_view::npos || (found && at >= match.begin)) continue;
      match = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + literal.size())};
      found = true;
    }
    last_ = match;
    return found;
  }

  std::string_view group(std::string_view line, std::size_t, const std::string& name) override {
    return name == "0" ? line.substr(last_.begin, last_.end - last_.begin) : std::string_view();
  }

 private:
  std::size_t position(std::string_view line, std::size_t from, const std::string& literal) const {
    if (!whole_line_) return line.find(literal, from);
    return from == 0 && line == literal ? 0 : std::string_view::npos;
  }

  std::vector<std::string> literals_;
  bool whole_line_;
  Match last_{};
};

class RegexFinder final : public MatchFinder {
 public:
  RegexFinder(std::shared_ptr<const RegexSet> regexes, bool longest)
      : runner_(std::move(regexes)), longest_(longest) {}

  bool find(std::string_view line, std::size_t from, Match& match) override {
    const bool found = longest_ ? runner_.find_longest(line, from, match) : runner_.find(line, from, match);
    if (found) last_ = match;
    return found;
  }

  std::string_view group(std::string_view line, std::size_t from, const std::string& name) override {
    if (name == "0") return line.substr(last_.begin, last_.end - last_.begin);
    return runner_.group(line, from, name);
  }

 private:
  RegexRunner runner_;
  bool longest_;
  Match last_{};
};

}  // namespace

std::unique_ptr<MatchFinder> make_literal_finder(std::vector<std::string> literals, bool whole_line) {
  return std::make_unique<LiteralFinder>(std::move(literals), whole_line);
}

std::unique_ptr<MatchFinder> make_regex_finder(std::shared_ptr<const RegexSet> regexes, bool longest) {
  return std::make_unique<RegexFinder>(std::move(regexes), longest);
}

}  // namespace weir::filter
