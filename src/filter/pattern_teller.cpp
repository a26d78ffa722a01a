// Which of many patterns match a line. A database of all of them names candidates, PCRE2 decides those that
// it cannot; a few patterns are asked one by one.
#include <algorithm>
#include <numeric>
#include <utility>

#include "filter/databases.hpp"
#include "filter/engine.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kFewPatterns = 8;

bool is_posix(Syntax syntax) {
  return syntax == Syntax::posix_basic || syntax == Syntax::posix_extended;
}

class DatabaseTeller final : public PatternTeller {
 public:
  explicit DatabaseTeller(std::shared_ptr<const TellerParts> parts)
      : parts_(std::move(parts)), runner_(query().regexes), scanner_(query().regexes) {
    all_.resize(query().patterns.size());
    std::iota(all_.begin(), all_.end(), 0U);
  }

  void which(std::string_view line, std::vector<std::uint32_t>& patterns) override {
    patterns.clear();
    if (!parts_->databases || line.empty() || !by_database(line, patterns)) {
      patterns.clear();
      ask(line, all_, patterns);
    }
  }

  std::uint32_t of_match(std::string_view line, std::size_t from, Match match) override {
    which(line, of_line_);
    for (const std::uint32_t pattern : of_line_)
      if (finds(line, from, pattern, match)) return pattern;
    for (const std::uint32_t pattern : all_)
      if (finds(line, from, pattern, match)) return pattern;
    return of_line_.empty() ? 0 : of_line_.front();
  }

 private:
  const Query& query() const { return parts_->query; }

  void ask(std::string_view line, const std::vector<std::uint32_t>& candidates,
           std::vector<std::uint32_t>& patterns) {
    for (const std::uint32_t pattern : candidates)
      if (matches(line, pattern)) patterns.push_back(pattern);
  }

  bool by_database(std::string_view line, std::vector<std::uint32_t>& patterns) {
    const Databases& databases = *parts_->databases;
    const bool plain = databases.byte_exact() || text::is_ascii(line);
    const VectorscanDatabase& database = plain ? databases.first() : databases.for_any_line();
    if (!database.refusal().empty() || !scanner_.scan_line(database, line, hits_)) return false;
    for (const std::uint32_t hit : hits_) {
      if (hit == database.patterns()) return false;  // any may match
      const std::uint32_t pattern = parts_->in_database.empty() ? hit : parts_->in_database[hit];
      if ((plain && database.is_exact(hit)) || matches(line, pattern)) patterns.push_back(pattern);
    }
    ask(line, parts_->others, patterns);
    std::sort(patterns.begin(), patterns.end());
    return true;
  }

  // A fixed string that is no UTF-8 is beyond PCRE2.
  bool bytes_only(std::uint32_t pattern) const {
    return !query().patterns[pattern].tree && is_fixed(pattern);
  }
  bool is_fixed(std::uint32_t pattern) const { return query().patterns[pattern].fixed; }

  bool matches(std::string_view line, std::uint32_t pattern) {
    Match match{};
    if (bytes_only(pattern)) return find_bytes(line, 0, pattern, match);
    return runner_.matches_alone(line, pattern);
  }

  bool find_bytes(std::string_view line, std::size_t from, std::uint32_t pattern, Match& match) const {
    const std::string& bytes = query().patterns[pattern].source;
    const bool whole = query().boundary == Boundary::line;
    const std::size_t at =
        whole ? (from == 0 && line == bytes ? 0 : std::string_view::npos) : line.find(bytes, from);
    if (at == std::string_view::npos) return false;
    match = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + bytes.size())};
    return true;
  }

  bool finds(std::string_view line, std::size_t from, std::uint32_t pattern, Match wanted) {
    Match match{};
    const bool longest = is_posix(query().syntax);
    const bool found = bytes_only(pattern) ? find_bytes(line, from, pattern, match)
                                           : runner_.find_alone(line, from, pattern, longest, match);
    return found && match.begin == wanted.begin && match.end == wanted.end;
  }

  std::shared_ptr<const TellerParts> parts_;
  RegexRunner runner_;
  VectorscanScanner scanner_;
  std::vector<std::uint32_t> all_;
  std::vector<std::uint32_t> hits_;
  std::vector<std::uint32_t> of_line_;
};

// A pattern that would make every line a candidate spoils the database for all.
bool suits_database(const PatternQuery& pattern, Boundary boundary) {
  if (!pattern.tree || pattern.tree->back_reference) return false;
  for (const Alphabet alphabet : {Alphabet::ascii, Alphabet::bytes}) {
    const auto printed = database_pattern(*pattern.tree, boundary, alphabet);
    if (printed && !printed->exact && printed->maybe_empty) return false;
  }
  return true;
}

}  // namespace

std::shared_ptr<const TellerParts> make_teller_parts(const Query& query,
                                                     std::shared_ptr<const Databases> databases) {
  auto parts = std::make_shared<TellerParts>();
  parts->query = query;
  if (query.patterns.size() <= kFewPatterns || !vectorscan_refusal().empty()) return parts;
  if (databases && databases->first().refusal().empty()) {
    parts->databases = std::move(databases);
    return parts;
  }
  Query suitable = query;
  suitable.patterns.clear();
  for (std::uint32_t i = 0; i < query.patterns.size(); ++i) {
    const bool suits = suits_database(query.patterns[i], query.boundary);
    if (suits) suitable.patterns.push_back(query.patterns[i]);
    (suits ? parts->in_database : parts->others).push_back(i);
  }
  parts->databases = std::make_shared<const Databases>(suitable);
  return parts;
}

std::unique_ptr<PatternTeller> make_pattern_teller(std::shared_ptr<const TellerParts> parts) {
  return std::make_unique<DatabaseTeller>(std::move(parts));
}

}  // namespace weir::filter
