// The planner: checks and reads the patterns, then takes the first engine of the table that offers to do it.
#include <algorithm>
#include <mutex>
#include <utility>

#include "filter/engine.hpp"
#include "filter/multiline.hpp"
#include "filter/posix_syntax.hpp"
#include "text/null_lines.hpp"
#include "text/utf8.hpp"

namespace weir::filter {
namespace {

struct EngineRow {
  EngineChoice choice;  // automatic: part of every choice
  Offer (*offer)(const Query&);
};

constexpr EngineRow kEngines[] = {
    {EngineChoice::automatic, offer_nothing},   {EngineChoice::automatic, offer_every_line},
    {EngineChoice::literal, offer_literal},     {EngineChoice::literal, offer_literals},
    {EngineChoice::bitstream, offer_bitstream}, {EngineChoice::vectorscan, offer_vectorscan},
    {EngineChoice::pcre2, offer_pcre2},
};

constexpr std::size_t kMaxLiterals = 64;

// What smart case looks at: the pattern without escapes, names, verbs and option letters.
std::string literal_letters(std::string_view pattern) {
  std::string letters;
  std::size_t at = 0;
  const auto skip_to = [&](char closer) {
    const std::size_t end = pattern.find(closer, at);
    at = end == std::string_view::npos ? pattern.size() : end + 1;
  };
  const auto rest_starts = [&](std::string_view what) { return pattern.substr(at).starts_with(what); };
  while (at < pattern.size()) {
    if (rest_starts("\\Q")) {
      const std::size_t end = std::min(pattern.find("\\E", at), pattern.size());
      letters += pattern.substr(at + 2, end - at - 2);
      at = end;
    } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      const char letter = pattern[at + 1];
      at += 2;
      if (at < pattern.size() && pattern[at] == '{' &&
          std::string_view("pPxoNgk").find(letter) != std::string_view::npos) {
        skip_to('}');
      } else if (letter == 'p' || letter == 'P' || letter == 'c') {
        ++at;
      } else if (letter == 'k' && (rest_starts("<") || rest_starts("'"))) {
        ++at;
        skip_to(pattern[at - 1] == '<' ? '>' : '\'');
      }
    } else if (rest_starts("(*")) {
      skip_to(')');
    } else if (rest_starts("(?<=") || rest_starts("(?<!")) {
      at += 4;
    } else if (rest_starts("(?P<") || rest_starts("(?<")) {
      skip_to('>');
    } else if (rest_starts("(?'")) {
      at += 3;
      skip_to('\'');
    } else if (rest_starts("(?")) {
      at += 2;
      while (at < pattern.size() && std::string_view(":)=!>|").find(pattern[at]) == std::string_view::npos)
        ++at;
    } else {
      letters += pattern[at++];
    }
  }
  return letters;
}

// Whether PCRE2 gets a pattern as it is given, escaped or translated.
bool is_posix(Syntax syntax) {
  return syntax == Syntax::posix_basic || syntax == Syntax::posix_extended;
}

// `texts` are in PCRE2's syntax, or fixed strings as they are.
bool is_caseless(const PatternOptions& options, const std::vector<std::string>& texts) {
  if (options.case_mode != CaseMode::smart) return options.case_mode == CaseMode::insensitive;
  return std::none_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return has_upper_case(options.syntax == Syntax::fixed ? text : literal_letters(text));
  });
}

PatternQuery read_fixed(const std::string& source, bool caseless) {
  PatternQuery pattern{source, parse_fixed(source, caseless), std::nullopt, true, {}};
  if (!caseless) pattern.literals = {{source, false}};
  return pattern;
}

void find_literals(PatternQuery& pattern, Boundary boundary) {
  if (!pattern.tree || pattern.tree->superset || pattern.literals) return;
  const Node& root = pattern.tree->root;
  pattern.literals = expand(boundary == Boundary::none ? without_loose_ends(root) : root, kMaxLiterals);
}

// All patterns' literals, as they stand in the text; those that hold a line's end are in no line.
std::optional<std::vector<Literal>> all_literals(const Query& query) {
  std::vector<Literal> all;
  for (const PatternQuery& pattern : query.patterns) {
    if (!pattern.literals) return std::nullopt;
    for (Literal literal : *pattern.literals) {
      if (query.null_lines) text::trade_newlines_and_nuls(literal.bytes);
      if (literal.bytes.find('\n') == std::string::npos) all.push_back(std::move(literal));
    }
  }
  return all;
}

// No alternatives, and at most one repeat, of one character: what it takes first is the longest.
bool has_one_match(const Node& node, int& repeats) {
  if (node.kind == Node::Kind::alternate || node.kind == Node::Kind::anything) return false;
  if (node.kind == Node::Kind::repeat) return ++repeats == 1 && node.parts.front().kind == Node::Kind::set;
  return std::all_of(node.parts.begin(), node.parts.end(),
                     [&repeats](const Node& part) { return has_one_match(part, repeats); });
}

class EnginePlan final : public Plan {
 public:
  EnginePlan(Query query, Offer offer, std::vector<std::string> refusals)
      : query_(std::move(query)), offer_(std::move(offer)), refusals_(std::move(refusals)) {}

  std::unique_ptr<LineMatcher> make_line_matcher() const override { return offer_.make(); }

  std::unique_ptr<MatchFinder> make_match_finder(bool with_groups) const override {
    auto literals = plain_literals();
    const bool any_groups = with_groups && !query_.bytes_only &&
                            !std::all_of(query_.patterns.begin(), query_.patterns.end(),
                                         [](const PatternQuery& pattern) { return pattern.fixed; });
    if (literals && !any_groups)
      return make_literal_finder(std::move(*literals), query_.boundary == Boundary::line);
    return make_regex_finder(query_.regexes, is_posix(query_.syntax) && has_choice());
  }

  std::unique_ptr<PatternTeller> make_pattern_teller() const override {
    std::call_once(teller_once_, [this] { teller_parts_ = make_teller_parts(query_, offer_.databases); });
    return filter::make_pattern_teller(teller_parts_);
  }

  // Vector scans and automata look at bytes one by one and clamp what they find; PCRE2, which trusts UTF-8
  // that was checked, gets copies of lines.
  bool bears_changes() const override { return true; }

  std::string_view engine() const override { return late_refusal().empty() ? offer_.engine : "pcre2"; }

  std::vector<std::string> explain() const override {
    std::vector<std::string> lines;
    if (is_posix(query_.syntax))
      lines.push_back(query_.syntax == Syntax::posix_basic ? "syntax: posix-basic"
                                                           : "syntax: posix-extended");
    for (const PatternQuery& pattern : query_.patterns) {
      lines.push_back("pattern: " + pattern.source);
      if (is_posix(query_.syntax)) lines.push_back("translation: " + pattern.translation);
    }
    lines.push_back("engine: " + std::string(engine()));
    if (const std::string refusal = late_refusal(); refusal.empty()) {
      lines.insert(lines.end(), offer_.explain.begin(), offer_.explain.end());
    } else {
      lines.push_back("not: " + refusal);
    }
    for (const std::string& refusal : refusals_)
      lines.push_back("not: " + refusal);
    return lines;
  }

 private:
  std::string late_refusal() const { return offer_.late_refusal ? offer_.late_refusal() : std::string(); }

  // Patterns that are each one literal, few enough, or not expressible in PCRE2 at all.
  std::optional<std::vector<std::string>> plain_literals() const {
    if (query_.boundary == Boundary::word || query_.patterns.empty()) return std::nullopt;
    std::vector<std::string> literals;
    bool only_bytes = false;
    for (const PatternQuery& pattern : query_.patterns) {
      const bool plain =
          pattern.literals && pattern.literals->size() == 1 && !pattern.literals->front().caseless;
      if (!plain) return std::nullopt;
      // A loose end that the choice of lines does not need is part of the match all the same.
      if (!pattern.fixed && expand(pattern.tree->root, 1) != pattern.literals) return std::nullopt;
      only_bytes = only_bytes || !pattern.tree;
      literals.push_back(pattern.literals->front().bytes);
    }
    if (literals.size() > 4 && !only_bytes) return std::nullopt;
    if (literals.size() > 1 && is_posix(query_.syntax)) return std::nullopt;  // the longest counts
    return literals;
  }

  // False when all matches at one place are PCRE2's first one.
  bool has_choice() const {
    if (query_.patterns.size() != 1) return !query_.patterns.empty();
    const auto& tree = query_.patterns.front().tree;
    int repeats = 0;
    return !tree || !has_one_match(tree->root, repeats);
  }

  Query query_;
  Offer offer_;
  std::vector<std::string> refusals_;
  mutable std::once_flag teller_once_;
  mutable std::shared_ptr<const TellerParts> teller_parts_;
};

Error pattern_error(PatternError error, PatternError* where) {
  Error result(ErrorCode::bad_pattern,
               error.message + " at byte " + std::to_string(error.offset) + " of '" + error.pattern + "'");
  if (where != nullptr) *where = std::move(error);
  return result;
}

// -F with bytes that are no UTF-8 is beyond PCRE2: it works where bytes alone decide.
bool bytes_suffice(const PatternOptions& options, const std::string& pattern, bool caseless) {
  return options.syntax == Syntax::fixed && !caseless && (!options.word || options.whole_line) &&
         !text::is_utf8(pattern);
}

// POSIX patterns in PCRE2's syntax, others as they are.
std::optional<PatternError> translate(const PatternOptions& options, bool caseless,
                                      std::vector<std::string>& texts) {
  texts.clear();
  for (const std::string& source : options.patterns) {
    std::string text = source;
    if (is_posix(options.syntax) && text::is_utf8(source)) {
      if (auto error = translate_posix(source, options.syntax == Syntax::posix_extended, caseless, text))
        return error;
    }
    texts.push_back(std::move(text));
  }
  return std::nullopt;
}

// With the pattern as the user wrote it; a place in the translation means nothing to him.
std::optional<PatternError> check(const std::string& source, const std::string& text, bool caseless) {
  auto error = check_pattern(text, caseless);
  if (error && text != source) *error = {source, 0, error->message};
  return error;
}

std::optional<PatternError> read_patterns(const PatternOptions& options, std::vector<std::string> texts,
                                          Query& query, std::vector<SourcePattern>& sources) {
  ClassCache classes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& source = options.patterns[i];
    const bool bytes_only = bytes_suffice(options, source, query.caseless);
    PatternQuery pattern;
    std::string text = std::move(texts[i]);
    if (options.syntax == Syntax::fixed) {
      if (!bytes_only && !text::is_utf8(source)) {
        if (auto error = check_pattern(source, query.caseless)) return error;
      }
      pattern = read_fixed(source, query.caseless);
      text = escape_pattern(source);
    } else {
      if (auto error = check(source, text, query.caseless)) return error;
      pattern = {source, parse(text, query.caseless, classes), std::nullopt, false, text};
    }
    find_literals(pattern, query.boundary);
    query.bytes_only = query.bytes_only || bytes_only;
    sources.push_back({std::move(text), pattern.tree.has_value(), bytes_only});
    query.patterns.push_back(std::move(pattern));
  }
  return std::nullopt;
}

// Look-around needs PCRE2 for each candidate anyway: a rare literal finds fewer of them, faster.
bool prefers_pcre2(const Query& query) {
  const bool simplified = std::any_of(query.patterns.begin(), query.patterns.end(),
                                      [](const PatternQuery& p) { return p.tree && p.tree->superset; });
  return simplified && !prefilter_literals(query).empty();
}

// What the patterns mean, in `query`, and as PCRE2 gets them, in `sources`.
std::optional<PatternError> read_query(const PatternOptions& options, Query& query,
                                       std::vector<SourcePattern>& sources) {
  std::vector<std::string> texts;
  const bool may_ignore_case = options.case_mode != CaseMode::sensitive;
  if (auto error = translate(options, may_ignore_case, texts)) return error;
  query.syntax = options.syntax;
  query.boundary = options.whole_line ? Boundary::line : options.word ? Boundary::word : Boundary::none;
  query.caseless = is_caseless(options, texts);
  if (may_ignore_case && !query.caseless) translate(options, false, texts);
  query.null_lines = options.null_lines;
  query.forced = options.engine != EngineChoice::automatic;
  return read_patterns(options, std::move(texts), query, sources);
}

}  // namespace

std::string describe(const std::vector<Literal>& literals, bool null_lines) {
  std::string text;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (i == 8) return text + " and " + std::to_string(literals.size() - i) + " more";
    text += i == 0 ? "`" : ", `";
    for (const char c : literals[i].bytes) {
      if (c != '\0' && c != '\n') text += c;
      if (c == '\0') text += null_lines ? "\\n" : "\\0";
      if (c == '\n') text += null_lines ? "\\0" : "\\n";
    }
    text += literals[i].caseless ? "` (any case)" : "`";
  }
  return text;
}

Result<std::shared_ptr<const RegexSet>> make_multiline_set(const PatternOptions& options, bool dot_all,
                                                           PatternError* where) {
  Query query;
  std::vector<SourcePattern> sources;
  if (auto error = read_query(options, query, sources)) return pattern_error(std::move(*error), where);
  if (query.bytes_only)
    return Error(ErrorCode::unsupported, "fixed strings over several lines must be UTF-8");
  const RegexModes modes{query.caseless, false, dot_all, true};
  auto set = std::make_shared<const RegexSet>(std::move(sources), query.boundary, modes);
  if (const auto& error = set->compile()) return pattern_error(*error, where);
  return std::shared_ptr<const RegexSet>(std::move(set));
}

Result<std::shared_ptr<const Plan>> make_pattern_plan(const PatternOptions& options, PatternError* where) {
  Query query;
  std::vector<SourcePattern> sources;
  if (auto error = read_query(options, query, sources)) return pattern_error(std::move(*error), where);
  query.literals = all_literals(query);
  const RegexModes modes{query.caseless, query.null_lines, query.null_lines && is_posix(options.syntax)};
  query.regexes = std::make_shared<const RegexSet>(std::move(sources), query.boundary, modes);

  std::vector<std::string> refusals;
  const bool pcre2_first = options.engine == EngineChoice::automatic && prefers_pcre2(query);
  for (const EngineRow& row : kEngines) {
    const bool wanted = row.choice == EngineChoice::automatic || options.engine == EngineChoice::automatic ||
                        row.choice == options.engine;
    if (!wanted || (pcre2_first && row.choice == EngineChoice::vectorscan)) continue;
    if (row.choice == EngineChoice::pcre2) {
      if (const auto& error = query.regexes->compile()) return pattern_error(*error, where);
    }
    Offer offer = row.offer(query);
    if (offer.refusal.empty()) {
      std::shared_ptr<const Plan> plan =
          std::make_shared<const EnginePlan>(std::move(query), std::move(offer), std::move(refusals));
      return plan;
    }
    refusals.push_back(std::move(offer.refusal));
  }
  return Error(ErrorCode::unsupported, "the engine asked for cannot do this: " +
                                           (refusals.empty() ? std::string("no engine") : refusals.back()));
}

}  // namespace weir::filter
