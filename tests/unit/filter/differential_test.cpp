// Random patterns over random text: every engine must select the lines that PCRE2 selects, line by line.
// WEIR_SOAK=seconds runs longer; a failure prints the seed that repeats it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "selection.hpp"
#include "support/pattern_generator.hpp"

namespace weir::filter {
namespace {

using Generator = support::PatternGenerator;

std::string describe_case(const PatternOptions& options, std::string_view text) {
  std::string out;
  for (const std::string& pattern : options.patterns)
    out += "pattern <" + pattern + ">\n";
  out += options.syntax == Syntax::fixed ? "-F " : "";
  out += options.case_mode == CaseMode::insensitive ? "-i "
         : options.case_mode == CaseMode::smart     ? "-S "
                                                    : "";
  out += options.word ? "-w " : "";
  out += options.whole_line ? "-x " : "";
  return out + "\ntext <" + testing::PrintToString(std::string(text)) + ">";
}

struct Tally {
  std::size_t patterns = 0;
  std::size_t checks = 0;
  std::map<std::string, std::size_t> engines;
};

// Smart case is resolved by whichever of the two readings the plan took; both are checked elsewhere.
void check_seed(unsigned seed, Tally& tally) {
  Generator generator(seed);
  PatternOptions options = generator.options();
  if (options.case_mode == CaseMode::smart) options.case_mode = CaseMode::insensitive;
  const bool caseless = options.case_mode == CaseMode::insensitive;
  const auto automatic = make_plan(options);
  if (!automatic) return;  // PCRE2 refuses the pattern
  std::string texts[] = {generator.text(true), generator.text(false), generator.text(false),
                         generator.text(false), ""};
  if (generator.chance(10)) texts[4] = generator.mostly_ascii();
  const std::size_t limit = 1 + generator.below(3);
  ++tally.patterns;
  for (const EngineChoice engine : {EngineChoice::automatic, EngineChoice::literal, EngineChoice::bitstream,
                                    EngineChoice::vectorscan, EngineChoice::pcre2}) {
    options.engine = engine;
    const auto plan = make_plan(options);
    if (!plan) continue;
    ++tally.engines[std::string(plan.value()->engine())];
    const auto matcher = plan.value()->make_line_matcher();
    for (const std::string& text : texts) {
      const std::optional<Ranges> expected = oracle_ranges(options, caseless, text);
      if (!expected) continue;
      ++tally.checks;
      ASSERT_EQ(select(*matcher, text), *expected)
          << "seed " << seed << " engine " << plan.value()->engine() << "\n"
          << describe_case(options, text);
      ASSERT_EQ(select(*matcher, text, limit), *expected)
          << "seed " << seed << " limit " << limit << " engine " << plan.value()->engine() << "\n"
          << describe_case(options, text);
    }
  }
}

// Lines that may end with "\r\n" select as they do without the '\r'.
void check_crlf_seed(unsigned seed) {
  Generator generator(seed);
  PatternOptions options = generator.options();
  if (options.case_mode == CaseMode::smart) options.case_mode = CaseMode::insensitive;
  options.crlf = true;
  const auto plan = make_plan(options);
  if (!plan) return;
  const auto matcher = plan.value()->make_line_matcher();
  std::string text;
  std::string bare;
  std::vector<std::size_t> dropped;  // places in `bare`
  for (const char c :
       generator.chance(10) ? generator.mostly_ascii() : generator.text(generator.chance(50))) {
    const bool had_return = c == '\n' && text.ends_with('\r');
    if (had_return) bare.pop_back();
    const bool gets_return = c == '\n' && !had_return && generator.chance(50);
    if (gets_return) text += '\r';
    if (had_return || gets_return) dropped.push_back(bare.size());
    text += c;
    bare += c;
  }
  if (text.ends_with('\r')) {
    bare.back() = '\n';
    dropped.push_back(bare.size() - 1);
  }
  const auto expected_bare = oracle_ranges(options, options.case_mode == CaseMode::insensitive, bare);
  if (!expected_bare) return;
  Ranges expected;
  for (const auto& [begin, end] : *expected_bare) {
    const auto before = std::lower_bound(dropped.begin(), dropped.end(), begin) - dropped.begin();
    const auto until = std::upper_bound(dropped.begin(), dropped.end(), end) - dropped.begin();
    expected.emplace_back(begin + static_cast<std::size_t>(before), end + static_cast<std::size_t>(until));
  }
  for (const std::size_t limit : {kNoLimit, std::size_t{1 + generator.below(3)}}) {
    ASSERT_EQ(select(*matcher, text, limit), expected)
        << "seed " << seed << " limit " << limit << " engine " << plan.value()->engine() << "\n"
        << describe_case(options, text);
  }
}

TEST(Differential, CrlfSelectsTheLinesOfPcre2WithoutTheirReturns) {
  const char* from = std::getenv("WEIR_SEED");
  auto seed = static_cast<unsigned>(from != nullptr ? std::atoi(from) : 1);
  for (unsigned done = 0; done < 4000; ++done, ++seed) {
    ASSERT_NO_FATAL_FAILURE(check_crlf_seed(seed));
  }
}

TEST(Differential, EveryEngineSelectsTheLinesOfPcre2) {
  const char* soak = std::getenv("WEIR_SOAK");
  const char* from = std::getenv("WEIR_SEED");
  const auto seconds = std::chrono::seconds(soak != nullptr ? std::atoi(soak) : 0);
  const auto end = std::chrono::steady_clock::now() + seconds;
  auto seed = static_cast<unsigned>(from != nullptr ? std::atoi(from) : 1);
  Tally tally;
  for (unsigned done = 0; done < 4000 || std::chrono::steady_clock::now() < end; ++done, ++seed) {
    ASSERT_NO_FATAL_FAILURE(check_seed(seed, tally));
  }
  for (const auto& [engine, count] : tally.engines)
    std::printf("%s: %zu plans\n", engine.c_str(), count);
  std::printf("%zu pattern sets, %zu texts, last seed %u\n", tally.patterns, tally.checks, seed - 1);
  PatternOptions simple;
  simple.patterns = {"[a-c]_[0-9]{5}"};
  simple.engine = EngineChoice::vectorscan;
  const bool has_vectorscan = make_plan(simple).ok();
  if (!has_vectorscan) std::printf("Vectorscan is not usable here and was not tested\n");
  for (const std::string engine : {"literal", "literals", "bitstream", "vectorscan", "pcre2", "every line"})
    if (has_vectorscan || engine != "vectorscan") {
      EXPECT_GT(tally.engines[engine], 50U) << engine << " is hardly tested";
    }
}

}  // namespace
}  // namespace weir::filter
