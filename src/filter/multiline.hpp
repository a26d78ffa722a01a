// Matches that reach over several lines (-U).
//
// PCRE2 is applied to text as a whole, with PCRE2_MULTILINE and PCRE2_ALT_CIRCUMFLEX, so that ^ and $ stand
// for begins and ends of lines. Only \G has no meaning of its own: it is where a search happened to begin.
// Where more text may follow, partial matching tells how much of the text is decided.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"

namespace weir::filter {

// A match in a text of several lines: [begin, end).
struct Span {
  std::size_t begin;
  std::size_t end;
};

class RegexSet;

// `dot_all`: a dot matches '\n' too. Errors as those of make_plan().
Result<std::shared_ptr<const RegexSet>> make_multiline_set(const PatternOptions& options, bool dot_all,
                                                           PatternError* where = nullptr);

// Belongs to one thread.
class MultilineMatcher {
 public:
  explicit MultilineMatcher(std::shared_ptr<const RegexSet> set);
  ~MultilineMatcher();

  // Appends the matches of `text` that begin at or behind `from`, in order, empty ones too. `text` begins
  // where a line begins; what is before `from` was decided earlier and may only be looked back at. Returns
  // where the first undecided byte is: text.size() with `is_end`, which says that nothing follows.
  std::size_t find(std::string_view text, std::size_t from, bool is_end, std::vector<Span>& spans);

  // Bytes before a place that must be kept for looking back from it.
  std::size_t lookbehind() const noexcept { return lookbehind_; }
  // Times that PCRE2 gave up; there, nothing matched.
  std::uint64_t undecided() const noexcept { return undecided_; }

 private:
  struct Workspace;
  struct Subject;
  enum class Outcome { none, match, partial };
  std::size_t find_in(const Subject& subject, std::size_t& from, std::size_t end, std::vector<Span>& spans);
  Outcome find_next(const Subject& subject, std::size_t from, Span& span);
  int match(const void* code, const Subject& subject, std::size_t from);

  std::shared_ptr<const RegexSet> set_;
  std::unique_ptr<Workspace> workspace_;
  std::size_t lookbehind_ = 1;
  std::uint64_t undecided_ = 0;
};

// Gives the matches that were found in a text, line by line.
class SpanFinder final : public MatchFinder {
 public:
  // Both live as long as lines of `text` are looked at.
  void use(std::string_view text, const std::vector<Span>& spans) noexcept {
    text_ = text;
    spans_ = &spans;
  }

  // `line` is a part of the text; anything else holds no match.
  bool find(std::string_view line, std::size_t from, Match& match) override;
  std::string_view group(std::string_view line, std::size_t from, const std::string& name) override;

 private:
  std::string_view text_;
  const std::vector<Span>* spans_ = nullptr;
  Match last_{};
};

}  // namespace weir::filter
