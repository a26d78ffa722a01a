// Further conditions on the lines that the patterns select (and_patterns, not_patterns).
//
// They look at candidate lines only. Neighbouring candidates are handed on as one piece of text, so that a
// condition on nearly every line is as fast as a search of its own.
#include <algorithm>
#include <utility>

#include "filter/engine.hpp"

namespace weir::filter {
namespace {

// Candidates asked for at a time when few lines are wanted; doubled each time.
constexpr std::size_t kFirstBatch = 16;
constexpr std::size_t kAll = ~std::size_t{0};

// Met by a line that `plan` selects; with `excludes`, by one that it does not.
struct Condition {
  std::shared_ptr<const Plan> plan;
  bool excludes = false;
};

// Selects the lines of `main` that meet all conditions.
class ConditionMatcher final : public LineMatcher {
 public:
  explicit ConditionMatcher(std::vector<Check> checks)
      : main_(std::move(checks.front().matcher)), checks_(std::move(checks)) {
    checks_.erase(checks_.begin());
  }

  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override {
    std::size_t done = 0;
    for (std::size_t batch = kFirstBatch; limit > 0 && done < text.size(); batch *= 2) {
      const std::string_view rest = text.substr(done);
      candidates_.clear();
      const std::size_t examined = main_->find_lines(rest, std::max(batch, limit), candidates_);
      for (const Check& check : checks_)
        keep(check, rest);
      candidates_.resize(std::min(candidates_.size(), limit));
      for (const Line line : candidates_)
        lines.push_back({moved(line.begin, done), moved(line.end, done)});
      limit -= candidates_.size();
      if (limit == 0) return std::min(lines.back().end + std::size_t{1}, text.size());
      done += examined;
    }
    return done;
  }

  std::uint64_t undecided_lines() const noexcept override {
    std::uint64_t count = main_->undecided_lines();
    for (const Check& check : checks_)
      count += check.matcher->undecided_lines();
    return count;
  }

 private:
  static std::uint32_t moved(std::uint32_t offset, std::size_t by) {
    return offset + static_cast<std::uint32_t>(by);
  }

  // Drops the candidates that do not meet the condition, one run of neighbours after the other.
  void keep(const Check& check, std::string_view text) {
    auto out = candidates_.begin();
    for (auto first = candidates_.begin(); first != candidates_.end();) {
      const auto last = std::adjacent_find(first, candidates_.end(), [](const Line& line, const Line& next) {
        return line.end + std::size_t{1} != next.begin;
      });
      const auto behind = last == candidates_.end() ? last : last + 1;
      const std::size_t begin = first->begin;
      matches_.clear();
      check.matcher->find_lines(text.substr(begin, (behind - 1)->end + std::size_t{1} - begin), kAll,
                                matches_);
      auto match = matches_.begin();
      for (; first != behind; ++first) {
        const bool matches = match != matches_.end() && match->begin + begin == first->begin;
        if (matches) ++match;
        if (matches != check.excludes) *out++ = *first;
      }
    }
    candidates_.erase(out, candidates_.end());
  }

  std::unique_ptr<LineMatcher> main_;
  std::vector<Check> checks_;
  std::vector<Line> candidates_;
  std::vector<Line> matches_;
};

class ConditionPlan final : public Plan {
 public:
  ConditionPlan(std::shared_ptr<const Plan> main, std::vector<Condition> conditions)
      : main_(std::move(main)), conditions_(std::move(conditions)) {}

  std::unique_ptr<LineMatcher> make_line_matcher() const override {
    return std::make_unique<ConditionMatcher>(make_checks());
  }

  std::vector<Check> make_checks() const override {
    std::vector<Check> checks = main_->make_checks();
    for (const Condition& condition : conditions_)
      checks.push_back({condition.plan->make_line_matcher(), condition.excludes});
    return checks;
  }

  std::unique_ptr<MatchFinder> make_match_finder(bool with_groups) const override {
    return main_->make_match_finder(with_groups);
  }

  std::unique_ptr<PatternTeller> make_pattern_teller() const override { return main_->make_pattern_teller(); }

  std::string_view engine() const override { return main_->engine(); }

  // The lines of a condition stand behind "and " or "not "; why it did not get another engine is left out.
  std::vector<std::string> explain() const override {
    std::vector<std::string> lines = main_->explain();
    for (const Condition& condition : conditions_) {
      for (const std::string& line : condition.plan->explain())
        if (!line.starts_with("not: ")) lines.push_back((condition.excludes ? "not " : "and ") + line);
    }
    return lines;
  }

 private:
  std::shared_ptr<const Plan> main_;
  std::vector<Condition> conditions_;
};

// As in a list of patterns, a newline separates alternatives.
void split_alternatives(std::string_view text, std::vector<std::string>& patterns) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    patterns.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  patterns.emplace_back(text);
}

// One for each of `and_patterns`, then one for all `not_patterns`: a line with any of them is out.
std::vector<PatternOptions> condition_options(const PatternOptions& options) {
  PatternOptions empty = options;
  empty.patterns.clear();
  empty.engine = EngineChoice::automatic;
  std::vector<PatternOptions> all(options.and_patterns.size(), empty);
  for (std::size_t i = 0; i < all.size(); ++i)
    split_alternatives(options.and_patterns[i], all[i].patterns);
  if (options.not_patterns.empty()) return all;
  all.push_back(std::move(empty));
  for (const std::string& pattern : options.not_patterns)
    split_alternatives(pattern, all.back().patterns);
  return all;
}

Result<std::shared_ptr<const Plan>> make_whole_plan(const PatternOptions& options, PatternError* where) {
  auto main = make_pattern_plan(options, where);
  if (!main || (options.and_patterns.empty() && options.not_patterns.empty())) return main;
  std::vector<Condition> conditions;
  for (const PatternOptions& one : condition_options(options)) {
    auto plan = make_pattern_plan(one, where);
    if (!plan) return plan;
    conditions.push_back({std::move(plan).value(), conditions.size() == options.and_patterns.size()});
  }
  std::shared_ptr<const Plan> plan =
      std::make_shared<const ConditionPlan>(std::move(main).value(), std::move(conditions));
  return plan;
}

}  // namespace

std::vector<Check> Plan::make_checks() const {
  std::vector<Check> checks;
  checks.push_back({make_line_matcher(), false});
  return checks;
}

Result<std::shared_ptr<const Plan>> make_plan(const PatternOptions& options, PatternError* where) {
  auto plan = make_whole_plan(options, where);
  if (!plan || !options.crlf || options.null_lines) return plan;
  return without_returns(std::move(plan).value());
}

}  // namespace weir::filter
