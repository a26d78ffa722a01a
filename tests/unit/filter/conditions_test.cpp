// Conditions on lines: what is selected must be what PCRE2 says about each pattern, line by line.
// WEIR_SOAK=seconds runs longer, WEIR_SEED starts elsewhere; a failure prints the seed that repeats it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "selection.hpp"
#include "support/pattern_generator.hpp"

namespace weir::filter {
namespace {

using Strings = std::vector<std::string>;

Strings selected(const PatternOptions& options, std::string_view text, std::size_t limit = kNoLimit) {
  const auto plan = make_plan(options);
  if (!plan) return {"refused"};
  return lines_of(text, select(*plan.value()->make_line_matcher(), text, limit));
}

constexpr std::string_view kText = "error db\nerror net\nwarn db\n\nerror db retry\nfine\nError DB";

TEST(Conditions, AllOfTheOnesAndNoneOfTheOthers) {
  PatternOptions options;
  options.patterns = {"error", "warn"};
  options.and_patterns = {"db"};
  EXPECT_EQ(selected(options, kText), (Strings{"error db", "warn db", "error db retry"}));
  options.not_patterns = {"retry", "^w"};
  EXPECT_EQ(selected(options, kText), (Strings{"error db"}));
  options.and_patterns.clear();
  EXPECT_EQ(selected(options, kText), (Strings{"error db", "error net"}));
  options.patterns = {""};
  EXPECT_EQ(selected(options, kText), (Strings{"error db", "error net", "", "fine", "Error DB"}));
  options.and_patterns = {"db\nnet", "r"};
  EXPECT_EQ(selected(options, kText), (Strings{"error db", "error net"}));
  options.not_patterns = {""};
  EXPECT_EQ(selected(options, kText), Strings{});
}

TEST(Conditions, AreReadAsThePatternsAre) {
  PatternOptions options;
  options.patterns = {"e"};
  options.and_patterns = {"DB"};
  options.case_mode = CaseMode::insensitive;
  EXPECT_EQ(selected(options, kText), (Strings{"error db", "error db retry", "Error DB"}));
  options.case_mode = CaseMode::smart;
  EXPECT_EQ(selected(options, kText), (Strings{"Error DB"}));
  options.case_mode = CaseMode::sensitive;
  options.and_patterns = {"db|net"};
  options.syntax = Syntax::fixed;
  EXPECT_EQ(selected(options, kText), Strings{});
  options.syntax = Syntax::posix_basic;
  options.not_patterns = {"db\\|x"};
  options.and_patterns = {"r*o"};
  EXPECT_EQ(selected(options, kText), (Strings{"error net"}));
}

TEST(Conditions, TellWhichPatternIsWrong) {
  PatternOptions options;
  options.patterns = {"a"};
  options.and_patterns = {"b"};
  options.not_patterns = {"c", "d("};
  PatternError where;
  ASSERT_FALSE(make_plan(options, &where));
  EXPECT_EQ(where.pattern, "d(");
  EXPECT_EQ(where.offset, 2U);
}

TEST(Conditions, MatchesAreThoseOfThePatterns) {
  PatternOptions options;
  options.patterns = {"a+"};
  options.and_patterns = {"b"};
  const auto plan = make_plan(options);
  Match match{};
  ASSERT_TRUE(plan.value()->make_match_finder()->find("baa", 0, match));
  EXPECT_EQ(match.begin, 1U);
  EXPECT_EQ(match.end, 3U);
}

// The lines of `a` that, as `wanted`, are or are not among those of `b`.
Ranges restricted(const Ranges& a, const Ranges& b, bool wanted) {
  Ranges result;
  for (const auto& range : a)
    if ((std::find(b.begin(), b.end(), range) != b.end()) == wanted) result.push_back(range);
  return result;
}

// nullopt when PCRE2 refuses a pattern or gives up on a line.
std::optional<Ranges> expected_lines(const PatternOptions& options, std::string_view text) {
  const bool caseless = options.case_mode == CaseMode::insensitive;
  auto lines = oracle_ranges(options, caseless, text);
  PatternOptions one = options;
  for (const std::string& pattern : options.and_patterns) {
    one.patterns = {pattern};
    const auto matching = oracle_ranges(one, caseless, text);
    if (!lines || !matching) return std::nullopt;
    lines = restricted(*lines, *matching, true);
  }
  for (const std::string& pattern : options.not_patterns) {
    one.patterns = {pattern};
    const auto matching = oracle_ranges(one, caseless, text);
    if (!lines || !matching) return std::nullopt;
    lines = restricted(*lines, *matching, false);
  }
  return lines;
}

// Patterns of one generated set that are fit for the other sets' options.
Strings some_patterns(support::PatternGenerator& generator, unsigned most) {
  Strings patterns;
  for (unsigned count = generator.below(most + 1); count > 0; --count) {
    PatternOptions options = generator.options();
    options.patterns.resize(1);
    options.syntax = Syntax::pcre2;
    if (options.patterns[0].find('\n') == std::string::npos && make_plan(options))
      patterns.push_back(options.patterns[0]);
  }
  return patterns;
}

void check_seed(unsigned seed, std::size_t& checks) {
  support::PatternGenerator generator(seed);
  PatternOptions options = generator.options();
  if (generator.chance(20)) options.patterns = {""};
  if (options.case_mode == CaseMode::smart) options.case_mode = CaseMode::insensitive;
  options.and_patterns = some_patterns(generator, 2);
  options.not_patterns = some_patterns(generator, 2);
  const std::string texts[] = {generator.text(true), generator.text(false)};
  const std::size_t limit = 1 + generator.below(4);
  const auto plan = make_plan(options);
  if (!plan) return;
  const auto matcher = plan.value()->make_line_matcher();
  for (const std::string& text : texts) {
    const auto expected = expected_lines(options, text);
    if (!expected) continue;
    ++checks;
    ASSERT_EQ(select(*matcher, text), *expected) << "seed " << seed;
    ASSERT_EQ(select(*matcher, text, limit), *expected) << "seed " << seed << " limit " << limit;
  }
}

TEST(Conditions, RandomOnesAgreeWithPcre2) {
  const char* soak = std::getenv("WEIR_SOAK");
  const char* from = std::getenv("WEIR_SEED");
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(soak != nullptr ? std::atoi(soak) : 0);
  auto seed = static_cast<unsigned>(from != nullptr ? std::atoi(from) : 1);
  std::size_t checks = 0;
  unsigned done = 0;
  for (; done < 1000 || std::chrono::steady_clock::now() < end; ++done, ++seed) {
    ASSERT_NO_FATAL_FAILURE(check_seed(seed, checks));
  }
  std::printf("%zu texts, last seed %u\n", checks, seed - 1);
  EXPECT_GT(checks, std::size_t{done});
}

}  // namespace
}  // namespace weir::filter
