// The two engines that look at nothing but line ends.
#include <algorithm>

#include "filter/engine.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

class NoLines final : public LineMatcher {
 public:
  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>&) override {
    return limit == 0 ? 0 : text.size();
  }
};

class EveryLine final : public LineMatcher {
 public:
  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override {
    std::size_t from = 0;
    for (; limit > 0 && from < text.size(); --limit) {
      const std::size_t end = text::line_end(text, from);
      lines.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(end)});
      from = std::min(end + 1, text.size());
    }
    return from;
  }
};

}  // namespace

Offer offer_nothing(const Query& query) {
  const bool no_literal = query.literals && query.literals->empty();
  if (!query.patterns.empty() && !no_literal) return Offer::refuse("there is something to look for");
  return {"nothing", [] { return std::make_unique<NoLines>(); }, {"why: no line can match"}, {}};
}

Offer offer_every_line(const Query& query) {
  const bool all = query.boundary == Boundary::none &&
                   std::any_of(query.patterns.begin(), query.patterns.end(), [](const PatternQuery& pattern) {
                     return pattern.tree && always_matches(*pattern.tree);
                   });
  if (!all) return Offer::refuse("not every line matches");
  return {"every line",
          [] { return std::make_unique<EveryLine>(); },
          {"why: a pattern matches the empty text anywhere"},
          {}};
}

}  // namespace weir::filter
