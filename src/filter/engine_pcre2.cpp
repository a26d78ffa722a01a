// PCRE2 line by line, on the lines that hold a literal every match needs, where there is one.
#include <algorithm>

#include "filter/candidates.hpp"
#include "filter/engine.hpp"
#include "text/null_lines.hpp"

namespace weir::filter {
namespace {

// Below about eight bits, most lines would be candidates.
constexpr double kMinRarity = 8.0;

}  // namespace

std::vector<Literal> prefilter_literals(const Query& query) {
  std::vector<Literal> all;
  for (const PatternQuery& pattern : query.patterns) {
    if (!pattern.tree) return {};
    auto literals = required_literals(pattern.tree->root);
    if (literals.empty() || all.size() + literals.size() > 32) return {};
    all.insert(all.end(), literals.begin(), literals.end());
  }
  for (Literal& literal : all)
    if (query.null_lines) text::trade_newlines_and_nuls(literal.bytes);
  const bool usable = std::none_of(all.begin(), all.end(), [](const Literal& literal) {
    return literal.bytes.empty() || literal.bytes.find('\n') != std::string::npos;
  });
  if (!usable || rarity(all) < kMinRarity) return {};
  return without_redundant(std::move(all));
}

CandidateRules pcre2_rules(const Query& query) {
  CandidateRules rules;
  rules.regexes = query.regexes;
  rules.null_lines = query.null_lines;
  rules.verify = true;
  const auto literals = prefilter_literals(query);
  if (!literals.empty()) rules.scan = make_scan(literals, Boundary::none);
  if (rules.scan) rules.folds_beyond_ascii = any_folds_beyond_ascii(literals);
  return rules;
}

Offer offer_pcre2(const Query& query) {
  if (query.bytes_only) return Offer::refuse("a fixed string is no UTF-8");
  const CandidateRules rules = pcre2_rules(query);
  return {"pcre2",
          [rules] { return std::make_unique<CandidateMatcher>(rules); },
          {"prefilter: " +
               (rules.scan ? describe(prefilter_literals(query), query.null_lines) : std::string("none")),
           std::string("verification: every candidate line, PCRE2 ") +
               (query.regexes->uses_jit() ? "JIT" : "interpreter")},
          {}};
}

}  // namespace weir::filter
