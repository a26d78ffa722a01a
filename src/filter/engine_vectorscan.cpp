// Vectorscan in block mode over whole chunks. It reports where matches end; the line around such an end is
// a candidate, and most often the answer:
//  - patterns of bytes alone (is_byte_exact) are decided by one database for all lines,
//  - else a chunk of pure ASCII is decided by the ASCII database,
//  - so is the rest of a chunk with few lines beyond ASCII, which PCRE2 takes,
//  - else a second database, made when first needed, finds candidates, and PCRE2 decides those of them that
//    hold characters beyond ASCII.
// Patterns that were simplified (look-around left out) have all their candidates decided by PCRE2.
//
// PCRE2 alone, within a bound of time, reads what comes before a database is worth making, and whole chunks
// where a trial found it faster: it stops at a line's first match, Vectorscan reports them all.
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "filter/candidates.hpp"
#include "filter/databases.hpp"
#include "filter/engine.hpp"
#include "filter/thread_time.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kFirstWindow = 16 * 1024;  // with a limit, so that little is scanned in vain
constexpr std::size_t kTrialSize = 16 * 1024;
constexpr std::size_t kScansBetweenTrials = 64;
constexpr std::size_t kTrialsLessOften = 8;  // times, after each that was abandoned
constexpr std::size_t kMaxOddPart = 32;      // one in so many bytes, for PCRE2 to take its lines at once
constexpr std::chrono::milliseconds kPatience{2};  // with PCRE2, for a small text or a trial

// Up to `size` bytes of whole lines from `from`, at least one line.
std::size_t window_end(std::string_view text, std::size_t from, std::size_t size) {
  if (size >= text.size() - from) return text.size();
  const std::size_t end = text::line_begin(text, from + size);
  return end > from ? end : std::min(text::line_end(text, from) + 1, text.size());
}

class VectorscanMatcher final : public LineMatcher {
 public:
  explicit VectorscanMatcher(std::shared_ptr<const Databases> databases)
      : databases_(std::move(databases)),
        pcre2_(pcre2_rules(databases_->query())),
        vectorscan_(databases_->query().regexes) {}

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
    return vectorscan_.undecided() + pcre2_.undecided_lines();
  }

 private:
  void scan(std::string_view text, std::size_t base, std::vector<Line>& lines) {
    if (!databases_->due(text.size())) {
      if (by_pcre2_within(kPatience, text, base, lines)) return;
      databases_->set_due();
    }
    if (trial_is_due(text.size())) {
      const std::size_t done = trial(text, base, lines);
      text.remove_prefix(done);
      base += done;
    }
    if (prefers_pcre2_) {
      const auto allowance = kPatience + std::chrono::nanoseconds(4 * text.size());
      if (by_pcre2_within(allowance, text, base, lines)) return;
      give_up_on_pcre2();
    }
    by_vectorscan(text, base, lines);
  }

  bool trial_is_due(std::size_t size) {
    if (databases_->query().forced || size < 4 * kTrialSize) return false;
    return ++scans_ % scans_between_trials_ == 2;  // not the first, which also warms things up
  }

  // Times both on neighbouring stretches; returns how much of the text they have read.
  std::size_t trial(std::string_view text, std::size_t base, std::vector<Line>& lines) {
    const std::size_t first = window_end(text, 0, kTrialSize);
    const std::size_t second = window_end(text, first, kTrialSize);
    if (second == first) return 0;
    pcre2_.prepare();
    const auto start = thread_time();
    if (!by_pcre2_within(kPatience, text.substr(0, first), base, lines)) {
      give_up_on_pcre2();
      return 0;
    }
    const auto middle = thread_time();
    by_vectorscan(text.substr(first, second - first), base + first, lines);
    const auto end = thread_time();
    const auto per_byte = [](std::chrono::nanoseconds time, std::size_t size) {
      return static_cast<double>(time.count()) / static_cast<double>(size);
    };
    prefers_pcre2_ = per_byte(middle - start, first) < per_byte(end - middle, second - first);
    return second;
  }

  void give_up_on_pcre2() {
    prefers_pcre2_ = false;
    scans_between_trials_ *= kTrialsLessOften;
  }

  bool by_pcre2_within(std::chrono::nanoseconds time, std::string_view text, std::size_t base,
                       std::vector<Line>& lines) {
    const std::size_t start = lines.size();
    if (!pcre2_.find_lines_within(time, text, lines)) {
      lines.resize(start);
      return false;
    }
    raise(lines, start, base);
    return true;
  }

  void by_vectorscan(std::string_view text, std::size_t base, std::vector<Line>& lines) {
    const bool plain = databases_->byte_exact() || text::is_ascii(text);
    const bool few_odd = !plain && find_odd_lines(text);
    const VectorscanDatabase& database = plain || few_odd ? databases_->first() : databases_->for_any_line();
    const OddLines odd = plain ? OddLines::none : few_odd ? OddLines::left_out : OddLines::checked;
    const std::size_t start = lines.size();
    if (database.refusal().empty() && vectorscan_.scan(database, text, base, odd, lines)) {
      if (few_odd) add_odd_lines(text, base, start, lines);
      return;
    }
    pcre2_.find_lines(text, SIZE_MAX, lines);
    raise(lines, start, base);
  }

  // Collects the lines with bytes beyond ASCII; false when they are too large a part of the text.
  bool find_odd_lines(std::string_view text) {
    odd_lines_.clear();
    std::size_t size = 0;
    for (std::size_t at = text::find_non_ascii(text, 0); at < text.size();
         at = text::find_non_ascii(text, at)) {
      const std::size_t begin = text::line_begin(text, at);
      at = text::line_end(text, at);
      odd_lines_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)});
      size += at - begin;
      if (size > text.size() / kMaxOddPart) return false;
    }
    return true;
  }

  void add_odd_lines(std::string_view text, std::size_t base, std::size_t start, std::vector<Line>& lines) {
    const std::size_t middle = lines.size();
    for (const Line line : odd_lines_)
      if (vectorscan_.matches(text.substr(line.begin, line.end - line.begin))) lines.push_back(line);
    raise(lines, middle, base);
    const auto at = [&](std::size_t index) { return lines.begin() + static_cast<std::ptrdiff_t>(index); };
    std::inplace_merge(at(start), at(middle), lines.end(), [](Line a, Line b) { return a.begin < b.begin; });
  }

  static void raise(std::vector<Line>& lines, std::size_t start, std::size_t base) {
    for (std::size_t i = start; i < lines.size(); ++i) {
      lines[i].begin += static_cast<std::uint32_t>(base);
      lines[i].end += static_cast<std::uint32_t>(base);
    }
  }

  std::shared_ptr<const Databases> databases_;
  CandidateMatcher pcre2_;
  VectorscanScanner vectorscan_;
  std::vector<Line> odd_lines_;
  std::size_t scans_ = 0;
  std::size_t scans_between_trials_ = kScansBetweenTrials;
  bool prefers_pcre2_ = false;
};

std::string why_not(const Query& query) {
  for (const PatternQuery& pattern : query.patterns) {
    if (!pattern.tree) return "syntax that is left to PCRE2";
    if (pattern.tree->back_reference) return "a back-reference";
  }
  return vectorscan_refusal();
}

bool is_simplified(const PatternQuery& pattern) {
  return pattern.tree && pattern.tree->superset;
}

}  // namespace

Offer offer_vectorscan(const Query& query) {
  if (query.null_lines) return Offer::refuse("lines end with NUL");
  if (std::string why = why_not(query); !why.empty()) return Offer::refuse(std::move(why));
  auto databases = std::make_shared<const Databases>(query);
  if (query.forced && !databases->first().refusal().empty())
    return Offer::refuse(databases->first().refusal());
  std::string verification = "candidate lines that are not ASCII, by PCRE2";
  if (databases->byte_exact()) verification = "none";
  if (std::any_of(query.patterns.begin(), query.patterns.end(), is_simplified))
    verification = "every candidate line, by PCRE2";
  Offer offer;
  offer.engine = "vectorscan";
  offer.make = [databases] { return std::make_unique<VectorscanMatcher>(databases); };
  offer.explain = {"why: one database for " + std::to_string(query.patterns.size()) + " pattern(s)",
                   "verification: " + verification};
  offer.late_refusal = [databases] { return databases->first().refusal(); };
  offer.databases = databases;
  return offer;
}

}  // namespace weir::filter
