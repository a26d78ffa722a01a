#include "filter/candidates.hpp"

#include <algorithm>
#include <utility>

#include "filter/thread_time.hpp"
#include "text/newlines.hpp"
#include "text/null_lines.hpp"

namespace weir::filter {
namespace {

Line make_line(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace

CandidateMatcher::CandidateMatcher(CandidateRules rules) : rules_(std::move(rules)) {
  if (!rules_.folds_beyond_ascii) return;
  long_s_ = make_literal_scan({"\xC5\xBF"}, Boundary::none);
  kelvin_ = make_literal_scan({"\xE2\x84\xAA"}, Boundary::none);
}

std::uint64_t CandidateMatcher::undecided_lines() const noexcept {
  return runner_ ? runner_->undecided() : 0;
}

void CandidateMatcher::prepare() {
  if (!runner_) runner_ = std::make_unique<RegexRunner>(rules_.regexes);
}

bool CandidateMatcher::decide(std::string_view line) {
  prepare();
  if (rules_.null_lines) {
    traded_ = line;
    text::trade_newlines_and_nuls(traded_);
    line = traded_;
  }
  if (!bounded_) return runner_->matches(line);
  const bool late = ++decisions_ % 64 == 0 && thread_time() > deadline_;
  const auto matches = late ? std::nullopt : runner_->matches_easily(line);
  abandoned_ = abandoned_ || !matches;
  return matches.value_or(false);
}

bool CandidateMatcher::find_lines_within(std::chrono::nanoseconds time, std::string_view text,
                                         std::vector<Line>& lines) {
  deadline_ = thread_time() + time;
  bounded_ = true;
  find_lines(text, SIZE_MAX, lines);
  bounded_ = false;
  return !std::exchange(abandoned_, false);
}

std::size_t CandidateMatcher::find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) {
  if (limit == 0) return 0;
  const std::size_t target = limit > SIZE_MAX - lines.size() ? SIZE_MAX : lines.size() + limit;
  if (!rules_.folds_beyond_ascii || text::is_ascii(text)) return find_plain(text, 0, target, lines);
  return find_folded(text, target, lines);
}

// Stretches without the two odd characters go the fast way; each line that holds one is decided by PCRE2.
std::size_t CandidateMatcher::find_folded(std::string_view text, std::size_t target,
                                          std::vector<Line>& lines) {
  std::size_t from = 0;
  std::size_t long_s = 0;
  std::size_t kelvin = 0;
  while (from < text.size() && !abandoned_) {
    // Each is searched again only when passed: a text full of one is not scanned over for the other.
    if (long_s <= from) long_s = std::min(long_s_->next(text, from).at, text.size());
    if (kelvin <= from) kelvin = std::min(kelvin_->next(text, from).at, text.size());
    const std::size_t odd = std::min(long_s, kelvin);
    const std::size_t stretch_end = odd == text.size() ? odd : text::line_begin(text, odd);
    const std::size_t done = find_plain(text.substr(0, stretch_end), from, target, lines);
    if (lines.size() >= target) return done;
    if (odd == text.size()) break;
    const std::size_t end = text::line_end(text, odd);
    from = std::min(end + 1, text.size());
    if (!decide(text.substr(stretch_end, end - stretch_end))) continue;
    lines.push_back(make_line(stretch_end, end));
    if (lines.size() >= target) return from;
  }
  return text.size();
}

std::size_t CandidateMatcher::find_plain(std::string_view text, std::size_t from, std::size_t target,
                                         std::vector<Line>& lines) {
  while (from < text.size() && !abandoned_) {
    Occurrence hit{from, false};
    if (rules_.scan) {
      hit = rules_.scan->next(text, from);
      if (hit.at == Occurrence::kNone) break;
    }
    const std::size_t begin = rules_.scan ? text::line_begin(text, hit.at) : from;
    const std::size_t end = text::line_end(text, hit.at);
    from = std::min(end + 1, text.size());
    const bool selected = (hit.certain && !rules_.verify) || decide(text.substr(begin, end - begin));
    if (!selected) continue;
    lines.push_back(make_line(begin, end));
    if (lines.size() >= target) return from;
  }
  return text.size();
}

}  // namespace weir::filter
