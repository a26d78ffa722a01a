// What the planner asks of an engine, and what an engine offers. One file an engine, one row each in
// the planner's table.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "filter/literals.hpp"
#include "filter/regex_set.hpp"
#include "filter/syntax.hpp"

namespace weir::filter {

struct PatternQuery {
  std::string source;                            // as the user wrote it
  std::optional<Tree> tree;                      // nullopt: only PCRE2 understands it
  std::optional<std::vector<Literal>> literals;  // it selects the lines that hold one of these
  bool fixed = false;                            // -F
  std::string translation = {};                  // of POSIX syntax
};

struct Query {
  std::vector<PatternQuery> patterns;
  std::optional<std::vector<Literal>> literals;  // of all patterns; those with '\n' are dropped
  std::shared_ptr<const RegexSet> regexes;
  Boundary boundary = Boundary::none;
  bool caseless = false;
  bool null_lines = false;  // as PatternOptions::null_lines; `literals` are as they stand in the text
  bool bytes_only = false;  // holds a fixed string that is no UTF-8, beyond PCRE2
  Syntax syntax = Syntax::pcre2;
  bool forced = false;  // one engine was asked for: no detours
};

class Databases;

struct Offer {
  std::string_view engine;
  std::function<std::unique_ptr<LineMatcher>()> make;
  std::vector<std::string> explain;  // "key: value"
  std::string refusal;               // why not; then nothing else is set

  // Finds out, for an engine that prepares itself late, why it leaves the work to PCRE2 after all; "" if not.
  std::function<std::string()> late_refusal = {};

  // What it scans with, for those who ask about the patterns of single lines.
  std::shared_ptr<const Databases> databases = nullptr;

  static Offer refuse(std::string why) { return {{}, {}, {}, std::move(why)}; }
};

Offer offer_nothing(const Query& query);
Offer offer_every_line(const Query& query);
Offer offer_literal(const Query& query);
Offer offer_literals(const Query& query);
Offer offer_bitstream(const Query& query);
Offer offer_vectorscan(const Query& query);
Offer offer_pcre2(const Query& query);

// make_plan() without further conditions.
Result<std::shared_ptr<const Plan>> make_pattern_plan(const PatternOptions& options, PatternError* where);

// `plan` applied to lines without the '\r' that they may end with.
std::shared_ptr<const Plan> without_returns(std::shared_ptr<const Plan> plan);

// "`error`, `warn` (any case)" for --explain, as the user gave them; long lists are cut.
std::string describe(const std::vector<Literal>& literals, bool null_lines);

// The best literals that every selected line must hold one of, as they stand in the text; empty when they
// would be too common to help.
std::vector<Literal> prefilter_literals(const Query& query);

// What the tellers of all threads share.
struct TellerParts {
  Query query;
  std::shared_ptr<const Databases> databases;  // of the patterns `in_database`; null: PCRE2 is asked for each
  std::vector<std::uint32_t> in_database;      // in its order; empty: all
  std::vector<std::uint32_t> others;           // to be asked for one by one
};
// `databases`: of all patterns, if an engine has made them.
std::shared_ptr<const TellerParts> make_teller_parts(const Query& query,
                                                     std::shared_ptr<const Databases> databases);
std::unique_ptr<PatternTeller> make_pattern_teller(std::shared_ptr<const TellerParts> parts);

// Finds matches inside lines, for all engines.
std::unique_ptr<MatchFinder> make_literal_finder(std::vector<std::string> literals, bool whole_line);
std::unique_ptr<MatchFinder> make_regex_finder(std::shared_ptr<const RegexSet> regexes, bool longest);

}  // namespace weir::filter
