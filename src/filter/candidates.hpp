// The line loop of all engines that look for literals first: find a candidate line, decide it, go on
// behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "filter/regex_set.hpp"
#include "filter/scan.hpp"

namespace weir::filter {

struct CandidateRules {
  std::shared_ptr<const Scan> scan;         // null: every line is a candidate
  std::shared_ptr<const RegexSet> regexes;  // decides candidates that need it
  bool verify = false;                      // every candidate needs it
  bool null_lines = false;                  // as PatternOptions::null_lines
  bool folds_beyond_ascii = false;          // lines with U+017F or U+212A are candidates too
};

struct Query;

// PCRE2 on the lines that hold a literal every match needs, or on all; also for engines that must leave some
// text to it.
CandidateRules pcre2_rules(const Query& query);

class CandidateMatcher final : public LineMatcher {
 public:
  explicit CandidateMatcher(CandidateRules rules);

  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override;
  std::uint64_t undecided_lines() const noexcept override;

  // The same for a whole text, but gives up and returns false when it takes longer than `time` or a line
  // needs much backtracking; what `lines` got until then is of no use.
  bool find_lines_within(std::chrono::nanoseconds time, std::string_view text, std::vector<Line>& lines);

  // Compiles what is compiled late.
  void prepare();

 private:
  std::size_t find_plain(std::string_view text, std::size_t from, std::size_t target,
                         std::vector<Line>& lines);
  std::size_t find_folded(std::string_view text, std::size_t target, std::vector<Line>& lines);
  bool decide(std::string_view line);

  CandidateRules rules_;
  std::unique_ptr<Scan> long_s_;
  std::unique_ptr<Scan> kelvin_;
  std::string traded_;                   // the line to decide, where lines end with NUL
  std::unique_ptr<RegexRunner> runner_;  // made when first needed
  std::chrono::nanoseconds deadline_{};  // of thread_time()
  unsigned decisions_ = 0;
  bool bounded_ = false;
  bool abandoned_ = false;
};

}  // namespace weir::filter
