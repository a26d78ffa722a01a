// A few literals: vector search by fingerprints.
#include "filter/candidates.hpp"
#include "filter/engine.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kMaxLiterals = 64;
constexpr std::size_t kManyLiterals = 1000;  // so many will not shrink to few

}  // namespace

Offer offer_literals(const Query& query) {
  if (!query.literals) return Offer::refuse("not plain literals only");
  auto literals = *query.literals;
  // With a boundary a longer literal may stand where a shorter one in it does not.
  if (query.boundary == Boundary::none && literals.size() <= kManyLiterals)
    literals = without_redundant(std::move(literals));
  const bool few = literals.size() <= kMaxLiterals;
  if (!few && !query.bytes_only) return Offer::refuse("too many literals for fingerprints");
  CandidateRules rules;
  rules.folds_beyond_ascii = any_folds_beyond_ascii(literals);
  if (few) rules.scan = make_scan(literals, query.boundary);
  if (!rules.scan && query.bytes_only) rules.scan = make_each_literal_scan(literals, query.boundary);
  if (!rules.scan) return Offer::refuse("the literals' fingerprints would be too common");
  rules.regexes = query.regexes;
  rules.null_lines = query.null_lines;
  return {"literals",
          [rules] { return std::make_unique<CandidateMatcher>(rules); },
          {"why: the patterns are literals: " + describe(literals, query.null_lines)},
          {}};
}

}  // namespace weir::filter
