// Which patterns match a line, against each pattern alone by PCRE2; and long lists of words, whose databases
// leave the words' boundaries to be looked at afterwards. WEIR_SEED repeats a case.
#include <gtest/gtest.h>

#include "selection.hpp"
#include "support/pattern_generator.hpp"
#include "support/seeds.hpp"

namespace weir::filter {
namespace {

using Generator = support::PatternGenerator;

PatternOptions random_options(Generator& generator) {
  PatternOptions options = generator.options();
  if (options.case_mode == CaseMode::smart) options.case_mode = CaseMode::insensitive;
  // Around the number from which on there is a database.
  const PatternOptions more = generator.options();
  while (options.syntax == more.syntax && options.patterns.size() < 5 + generator.below(30))
    options.patterns.push_back(more.patterns[generator.below(static_cast<unsigned>(more.patterns.size()))] +
                               (generator.chance(50) ? generator.literal() : ""));
  return options;
}

// False when PCRE2 refuses a pattern, or gives up.
bool check_seed(unsigned seed) {
  Generator generator(seed);
  const PatternOptions options = random_options(generator);
  const auto plan = make_plan(options);
  if (!plan) return false;
  const support::Pcre2Oracle::Options flags{options.syntax == Syntax::fixed,
                                            options.case_mode == CaseMode::insensitive, options.word,
                                            options.whole_line};
  std::vector<std::unique_ptr<support::Pcre2Oracle>> oracles;
  for (const std::string& pattern : options.patterns)
    oracles.push_back(std::make_unique<support::Pcre2Oracle>(std::vector<std::string>{pattern}, flags));
  const auto teller = plan.value()->make_pattern_teller();
  std::vector<std::uint32_t> told;
  for (const std::string& line :
       support::lines_of(generator.text(generator.chance(30)) + "\n\n" + generator.text(false))) {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < oracles.size(); ++i) {
      if (oracles[i]->selects(line)) expected.push_back(i);
      if (oracles[i]->gave_up()) return false;
    }
    teller->which(line, told);
    EXPECT_EQ(told, expected) << "seed " << seed << ", engine " << plan.value()->engine() << ", line <"
                              << testing::PrintToString(line) << ">, first pattern <"
                              << options.patterns.front() << "> of " << options.patterns.size();
  }
  return true;
}

TEST(PatternTeller, TellsWhatEachPatternAloneWould) {
  unsigned checked = 0;
  const bool counts = support::for_seeds(1500, [&](unsigned seed) { checked += check_seed(seed); });
  if (counts) {
    EXPECT_GT(checked, 750U);
  }
}

TEST(PatternTeller, KnowsThePatternOfAMatch) {
  PatternOptions options;
  options.patterns = {"b+", "ab?", "a", "\\bc"};
  const auto plan = make_plan(options);
  ASSERT_TRUE(plan);
  const auto teller = plan.value()->make_pattern_teller();
  const auto finder = plan.value()->make_match_finder();
  const std::string line = "abb c bc";
  std::vector<std::uint32_t> told;
  Match match{};
  for (std::size_t from = 0; finder->find(line, from, match); from = match.end)
    told.push_back(teller->of_match(line, from, match));
  EXPECT_EQ(told, (std::vector<std::uint32_t>{1, 0, 3, 0}));
}

TEST(PatternTeller, KnowsFixedStringsThatAreNoText) {
  PatternOptions options;
  options.syntax = Syntax::fixed;
  options.patterns = {"\xff", "a\xfe"};
  const auto plan = make_plan(options);
  ASSERT_TRUE(plan);
  std::vector<std::uint32_t> told;
  plan.value()->make_pattern_teller()->which("xa\xfe\xff", told);
  EXPECT_EQ(told, (std::vector<std::uint32_t>{0, 1}));
}

// Lists of words beside words, digits and characters beyond ASCII, in any case.
TEST(WordList, SelectsTheLinesOfPcre2) {
  for (unsigned seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    Generator generator(seed);
    PatternOptions options;
    options.word = true;
    options.case_mode = generator.chance(70) ? CaseMode::insensitive : CaseMode::sensitive;
    options.syntax = generator.chance(50) ? Syntax::fixed : Syntax::pcre2;
    while (options.patterns.size() < 16 + generator.below(40)) {
      const std::string word = generator.word() + (generator.chance(70) ? generator.word() : "");
      options.patterns.push_back(options.syntax == Syntax::fixed || !generator.chance(20)
                                     ? word
                                     : std::string("(?:ab|").append(word).append(")k"));
    }
    options.engine = generator.chance(50) ? EngineChoice::vectorscan : EngineChoice::automatic;
    const auto plan = make_plan(options);
    if (!plan) continue;
    const auto matcher = plan.value()->make_line_matcher();
    for (const std::string& text :
         {generator.text(true), generator.text(false), generator.text(false), generator.mostly_ascii()}) {
      const auto expected = oracle_ranges(options, options.case_mode == CaseMode::insensitive, text);
      if (!expected) continue;
      ASSERT_EQ(select(*matcher, text), *expected)
          << "seed " << seed << ", text " << testing::PrintToString(text);
    }
  }
}

// Beyond ASCII it holds more than the case partner of k.
TEST(Literals, AClassIsNotACaselessLetter) {
  PatternOptions options;
  options.patterns = {"[kK\\x{100}]"};
  const auto plan = make_plan(options);
  ASSERT_TRUE(plan);
  const auto matcher = plan.value()->make_line_matcher();
  EXPECT_EQ(select(*matcher, "\xc4\x80\nk\nx\n").size(), 2U);
}

}  // namespace
}  // namespace weir::filter
