// Short patterns by arithmetic on bit streams: as fast as the text can be read, whatever is in it. It decides
// lines of ASCII; PCRE2 takes the others, and once they are many, the engine that would have been next.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "filter/bit_scanner.hpp"
#include "filter/candidates.hpp"
#include "filter/engine.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

// Bytes in lines that are not ASCII, beyond which it takes too long to give each of them to PCRE2.
std::size_t max_odd_bytes(std::string_view text) {
  return 4096 + text.size() / 32;
}

class BitstreamMatcher final : public LineMatcher {
 public:
  BitstreamMatcher(std::shared_ptr<const BitProgram> program, std::shared_ptr<const RegexSet> regexes,
                   std::unique_ptr<LineMatcher> next)
      : program_(std::move(program)),
        scanner_(*program_),
        regexes_(std::move(regexes)),
        next_(std::move(next)) {}

  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override {
    if (limit == 0) return 0;
    target_ = limit > SIZE_MAX - lines.size() ? SIZE_MAX : lines.size() + limit;
    decided_ = 0;
    odd_bytes_ = 0;
    scanner_.restart();
    const std::size_t places = text.size() + (text.ends_with('\n') ? 0 : 1);
    BitScanner::Words events;
    for (std::size_t at = 0; at < places; at += BitScanner::kWindow) {
      if (!scanner_.scan(text, at, events)) continue;
      take(text, at, places, events, lines);
      if (lines.size() >= target_) return std::min(decided_, text.size());
      if (odd_bytes_ > max_odd_bytes(text)) return hand_over(text, lines);
    }
    return text.size();
  }

  std::uint64_t undecided_lines() const noexcept override {
    return (runner_ ? runner_->undecided() : 0) + next_->undecided_lines();
  }

 private:
  void take(std::string_view text, std::size_t at, std::size_t places, const BitScanner::Words& events,
            std::vector<Line>& lines) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      for (std::uint64_t bits = events[i]; bits != 0; bits &= bits - 1) {
        const std::size_t place = at + i * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
        if (place < decided_) continue;
        if (place >= places) return;
        decide(text, place, lines);
        if (lines.size() >= target_ || odd_bytes_ > max_odd_bytes(text)) return;
      }
    }
  }

  void decide(std::string_view text, std::size_t place, std::vector<Line>& lines) {
    const std::size_t begin = text::line_begin(text, place);
    const std::size_t end = text::line_end(text, place);
    decided_ = end + 1;
    const std::string_view line = text.substr(begin, end - begin);
    if (!text::is_ascii(line)) {
      odd_bytes_ += line.size();
      if (!runner_) runner_ = std::make_unique<RegexRunner>(regexes_);
      if (!runner_->matches(line)) return;
    }
    lines.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }

  std::size_t hand_over(std::string_view text, std::vector<Line>& lines) {
    const std::size_t start = lines.size();
    const std::size_t base = std::min(decided_, text.size());
    const std::size_t done = next_->find_lines(text.substr(base), target_ - start, lines);
    for (std::size_t i = start; i < lines.size(); ++i) {
      lines[i].begin += static_cast<std::uint32_t>(base);
      lines[i].end += static_cast<std::uint32_t>(base);
    }
    return base + done;
  }

  std::shared_ptr<const BitProgram> program_;
  BitScanner scanner_;
  std::shared_ptr<const RegexSet> regexes_;
  std::unique_ptr<LineMatcher> next_;
  std::unique_ptr<RegexRunner> runner_;  // made when first needed
  std::size_t target_ = 0;               // what lines.size() may reach
  std::size_t decided_ = 0;              // lines before this offset are; may lie behind the text's last line
  std::size_t odd_bytes_ = 0;
};

std::string why_not(const Query& query) {
  for (const PatternQuery& pattern : query.patterns) {
    if (!pattern.tree) return "syntax that is left to PCRE2";
    if (pattern.tree->superset) return "look-around, atomic groups or back-references";
  }
  return {};
}

std::vector<const Tree*> trees_of(const Query& query) {
  std::vector<const Tree*> trees;
  for (const PatternQuery& pattern : query.patterns)
    trees.push_back(&*pattern.tree);
  return trees;
}

}  // namespace

Offer offer_bitstream(const Query& query) {
  if (query.null_lines) return Offer::refuse("lines end with NUL");
  if (std::string why = why_not(query); !why.empty()) return Offer::refuse(std::move(why));
  auto made = make_bit_program(trees_of(query), query.boundary);
  if (!made) return Offer::refuse("too long for bit streams, or repeats a group without limit");
  const auto program = std::make_shared<const BitProgram>(std::move(*made));
  Offer next = query.forced ? offer_pcre2(query) : offer_vectorscan(query);
  if (!next.refusal.empty()) next = offer_pcre2(query);
  Offer offer;
  offer.engine = "bitstream";
  offer.make = [program, regexes = query.regexes, next = next.make] {
    return std::make_unique<BitstreamMatcher>(program, regexes, next());
  };
  offer.explain = {"why: " + std::to_string(program->instructions.size()) + " operations on streams of " +
                       std::to_string(program->classes.size()) + " character class(es)",
                   "verification: lines that are not ASCII, by PCRE2, or by " + std::string(next.engine) +
                       " where they are many"};
  return offer;
}

}  // namespace weir::filter
