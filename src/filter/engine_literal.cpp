// One literal: vector search for its two rarest bytes.
#include "filter/candidates.hpp"
#include "filter/engine.hpp"

namespace weir::filter {

Offer offer_literal(const Query& query) {
  if (!query.literals || query.literals->size() != 1) return Offer::refuse("not one plain literal");
  const Literal& literal = query.literals->front();
  if (literal.bytes.empty()) return Offer::refuse("the literal is empty");
  CandidateRules rules;
  rules.scan = make_literal_scan(literal, query.boundary);
  rules.regexes = query.regexes;
  rules.null_lines = query.null_lines;
  rules.folds_beyond_ascii = literal.folds_beyond_ascii();
  return {"literal",
          [rules] { return std::make_unique<CandidateMatcher>(rules); },
          {"why: the pattern is one literal, " + describe(*query.literals, query.null_lines)},
          {}};
}

}  // namespace weir::filter
