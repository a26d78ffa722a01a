// Vectorscan in block mode over whole chunks. It reports where matches end; the line around such an end is
// a candidate, and most often the answer:
//  - a pattern of bytes alone (is_byte_exact) is decided by the one database for all lines,
//  - else a chunk of pure ASCII is decided by the ASCII database,
//  - else a second database, made when first needed, finds candidates, and PCRE2 decides those of them that
//    hold characters beyond ASCII.
// Patterns that were simplified (look-around left out) have all their candidates decided by PCRE2.
#include <hs/hs.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>

#include "filter/candidates.hpp"
#include "filter/database_pattern.hpp"
#include "filter/engine.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kFirstWindow = 16 * 1024;  // with a limit, so that little is scanned in vain

struct DatabaseFree {
  void operator()(hs_database_t* database) const noexcept { hs_free_database(database); }
};
struct ScratchFree {
  void operator()(hs_scratch_t* scratch) const noexcept { hs_free_scratch(scratch); }
};
using DatabasePtr = std::unique_ptr<hs_database_t, DatabaseFree>;
using ScratchPtr = std::unique_ptr<hs_scratch_t, ScratchFree>;

struct Database {
  DatabasePtr handle;       // null: no line matches
  std::vector<bool> exact;  // by pattern: on ASCII lines a hit is a match
  std::string refusal;      // Vectorscan's words; then the rest is unusable
};

DatabasePtr compile(const std::vector<DatabasePattern>& patterns, const std::vector<unsigned>& ids,
                    std::string& refusal) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags;
  for (const DatabasePattern& pattern : patterns) {
    texts.push_back(pattern.text.c_str());
    flags.push_back(HS_FLAG_MULTILINE | HS_FLAG_DOTALL | (pattern.maybe_empty ? HS_FLAG_ALLOWEMPTY : 0u));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t result =
      hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error);
  if (result == HS_SUCCESS) return DatabasePtr(database);
  refusal = error != nullptr ? error->message : "compile error " + std::to_string(result);
  hs_free_compile_error(error);
  return nullptr;
}

std::optional<DatabasePattern> pattern_for(const PatternQuery& query, Boundary boundary, Alphabet alphabet) {
  if (query.tree) return database_pattern(*query.tree, boundary, alphabet);
  return database_pattern(query.literals->front().bytes, boundary);
}

Database make_database(const Query& query, Alphabet alphabet) {
  Database database;
  std::vector<DatabasePattern> patterns;
  std::vector<unsigned> ids;
  database.exact.assign(query.patterns.size(), true);
  for (std::size_t i = 0; i < query.patterns.size(); ++i) {
    auto pattern = pattern_for(query.patterns[i], query.boundary, alphabet);
    if (!pattern) continue;
    if (!pattern->exact && pattern->maybe_empty && database.refusal.empty())
      database.refusal = "every line would be a candidate";
    database.exact[i] = pattern->exact;
    patterns.push_back(std::move(*pattern));
    ids.push_back(static_cast<unsigned>(i));
  }
  if (!patterns.empty() && database.refusal.empty())
    database.handle = compile(patterns, ids, database.refusal);
  return database;
}

// What the threads share.
class Databases {
 public:
  explicit Databases(const Query& query)
      : query_(query), byte_exact_(bytes_decide(query)), first_(make_database(query, first_alphabet())) {}

  const Query& query() const { return query_; }
  bool byte_exact() const { return byte_exact_; }
  const Database& first() const { return first_; }

  const Database& for_any_line() const {
    std::call_once(once_, [this] { any_line_ = make_database(query_, Alphabet::bytes); });
    return any_line_;
  }

 private:
  static bool bytes_decide(const Query& query) {
    return std::all_of(query.patterns.begin(), query.patterns.end(), [&](const PatternQuery& pattern) {
      return !pattern.tree || is_byte_exact(*pattern.tree, query.boundary);
    });
  }
  Alphabet first_alphabet() const { return byte_exact_ ? Alphabet::bytes : Alphabet::ascii; }

  Query query_;
  bool byte_exact_;
  Database first_;
  mutable std::once_flag once_;
  mutable Database any_line_;
};

// PCRE2 is compiled only if a line must be decided by it.
struct LazyRunner {
  std::shared_ptr<const RegexSet> regexes;
  std::unique_ptr<RegexRunner> made;

  RegexRunner& get() {
    if (!made) made = std::make_unique<RegexRunner>(regexes);
    return *made;
  }
};

// One hs_scan: turns hits into lines. Hits come nearly, not quite, in order of their ends.
class Collector {
 public:
  struct Settings {
    const Database& database;
    bool ascii;  // lines need no look for characters beyond ASCII
  };

  Collector(std::string_view text, std::size_t base, Settings settings, LazyRunner& runner,
            std::vector<Line>& lines)
      : text_(text), base_(base), settings_(settings), runner_(runner), lines_(lines), start_(lines.size()) {}

  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* self) {
    return static_cast<Collector*>(self)->hit(id, static_cast<std::size_t>(to));
  }

  // After the scan: lines in order, each once.
  void finish() {
    if (failure_) std::rethrow_exception(failure_);
    if (in_order_) return;
    const auto first = lines_.begin() + static_cast<std::ptrdiff_t>(start_);
    std::sort(first, lines_.end(), [](Line a, Line b) { return a.begin < b.begin; });
    lines_.erase(std::unique(first, lines_.end(), [](Line a, Line b) { return a.begin == b.begin; }),
                 lines_.end());
  }

 private:
  int hit(unsigned id, std::size_t to) {
    if (any_ && to <= end_ && to >= begin_) {
      if (accepted_ || id == rejected_id_) return 0;
    } else {
      if (to == text_.size() && to > 0 && text_[to - 1] == '\n') return 0;  // behind the last line
      if (any_ && to < begin_) in_order_ = false;
      begin_ = text::line_begin(text_, to);
      end_ = text::line_end(text_, to);
      any_ = true;
      accepted_ = false;
    }
    // No exception may cross the library's frames.
    try {
      accepted_ = decide(id);
      if (accepted_)
        lines_.push_back(
            {static_cast<std::uint32_t>(base_ + begin_), static_cast<std::uint32_t>(base_ + end_)});
    } catch (...) {
      failure_ = std::current_exception();
      return 1;
    }
    rejected_id_ = id;
    return 0;
  }

  bool decide(unsigned id) {
    const std::string_view line = text_.substr(begin_, end_ - begin_);
    if (settings_.database.exact[id] && (settings_.ascii || text::is_ascii(line))) return true;
    return runner_.get().matches(line, id);
  }

  std::string_view text_;
  std::size_t base_;
  Settings settings_;
  LazyRunner& runner_;
  std::vector<Line>& lines_;
  std::size_t start_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  unsigned rejected_id_ = 0;
  bool any_ = false;
  bool accepted_ = false;
  bool in_order_ = true;
  std::exception_ptr failure_;
};

class VectorscanMatcher final : public LineMatcher {
 public:
  VectorscanMatcher(std::shared_ptr<const Databases> databases, std::unique_ptr<LineMatcher> pcre2)
      : databases_(std::move(databases)),
        pcre2_(std::move(pcre2)),
        runner_{databases_->query().regexes, nullptr} {}

  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override {
    if (limit == 0) return 0;
    const std::size_t start = lines.size();
    std::size_t window = limit < text.size() / 64 ? kFirstWindow : text.size();
    for (std::size_t from = 0; from < text.size(); window *= 4) {
      const std::size_t end = window_end(text, from, window);
      scan(text.substr(from, end - from), from, lines);
      from = end;
      if (lines.size() - start < limit) continue;
      lines.resize(start + limit);
      return std::min<std::size_t>(lines.back().end + std::size_t{1}, text.size());
    }
    return text.size();
  }

  std::uint64_t undecided_lines() const noexcept override {
    return (runner_.made ? runner_.made->undecided() : 0) + pcre2_->undecided_lines();
  }

 private:
  static std::size_t window_end(std::string_view text, std::size_t from, std::size_t window) {
    if (window >= text.size() - from) return text.size();
    const std::size_t end = text::line_begin(text, from + window);
    return end > from ? end : std::min(text::line_end(text, from) + 1, text.size());
  }

  void scan(std::string_view text, std::size_t base, std::vector<Line>& lines) {
    const bool ascii = databases_->byte_exact() || text::is_ascii(text);
    const Database& database = ascii ? databases_->first() : databases_->for_any_line();
    const std::size_t start = lines.size();
    if (database.refusal.empty()) {
      if (!database.handle) return;
      Collector collector(text, base, {database, ascii}, runner_, lines);
      if (run(*database.handle, text, collector)) return collector.finish();
      lines.resize(start);
    }
    pcre2_->find_lines(text, SIZE_MAX, lines);
    for (std::size_t i = start; i < lines.size(); ++i) {
      lines[i].begin += static_cast<std::uint32_t>(base);
      lines[i].end += static_cast<std::uint32_t>(base);
    }
  }

  // False when Vectorscan fails, which leaves the text to PCRE2.
  bool run(const hs_database_t& database, std::string_view text, Collector& collector) {
    if (last_database_ != &database) {
      hs_scratch_t* scratch = scratch_.release();
      const hs_error_t result = hs_alloc_scratch(&database, &scratch);
      scratch_.reset(scratch);
      if (result != HS_SUCCESS) return false;
      last_database_ = &database;
    }
    const hs_error_t result = hs_scan(&database, text.data(), static_cast<unsigned>(text.size()), 0,
                                      scratch_.get(), &Collector::on_match, &collector);
    return result == HS_SUCCESS || result == HS_SCAN_TERMINATED;
  }

  std::shared_ptr<const Databases> databases_;
  std::unique_ptr<LineMatcher> pcre2_;
  LazyRunner runner_;
  ScratchPtr scratch_;
  const hs_database_t* last_database_ = nullptr;
};

// Vectorscan 5.4.7 to 5.4.12 loses matches on x86 and Arm (its issues 317, 358 and 382): a vector search for
// pairs of bytes overlooks a pair that lies across two vectors. Hyperscan, up to 5.4.2, does not.
bool loses_matches() {
  const std::string_view version(hs_version());
  constexpr std::string_view kBroken[] = {"5.4.7 ", "5.4.8 ", "5.4.9 ", "5.4.10 ", "5.4.11 ", "5.4.12 "};
  return std::any_of(std::begin(kBroken), std::end(kBroken),
                     [&](std::string_view broken) { return version.starts_with(broken); });
}

std::string why_not(const Query& query) {
  if (loses_matches()) return std::string("this Vectorscan loses matches: ") + hs_version();
  if (hs_valid_platform() != HS_SUCCESS) return "Vectorscan does not run on this machine";
  for (const PatternQuery& pattern : query.patterns) {
    const bool bytes =
        pattern.literals && pattern.literals->size() == 1 && !pattern.literals->front().caseless;
    if (!pattern.tree && !bytes) return "syntax that is left to PCRE2";
    if (pattern.tree && pattern.tree->back_reference) return "a back-reference";
  }
  return {};
}

}  // namespace

Offer offer_vectorscan(const Query& query) {
  if (std::string why = why_not(query); !why.empty()) return Offer::refuse(std::move(why));
  auto databases = std::make_shared<const Databases>(query);
  if (!databases->first().refusal.empty()) return Offer::refuse("Vectorscan: " + databases->first().refusal);
  const auto& exact = databases->first().exact;
  std::string verification = "none";
  if (std::find(exact.begin(), exact.end(), false) != exact.end()) {
    verification = "every candidate line, by PCRE2";
  } else if (!databases->byte_exact()) {
    verification = "candidate lines that are not ASCII, by PCRE2";
  }
  const auto make_pcre2 = pcre2_matchers(query);
  return {"vectorscan",
          [databases, make_pcre2] { return std::make_unique<VectorscanMatcher>(databases, make_pcre2()); },
          {"why: one database for " + std::to_string(query.patterns.size()) + " pattern(s)",
           "verification: " + verification},
          {}};
}

}  // namespace weir::filter
