// Bit streams: what programs are made of, and matches wherever they may lie in words and windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "filter/bit_program.hpp"
#include "filter/bit_scanner.hpp"
#include "selection.hpp"

namespace weir::filter {
namespace {

std::optional<BitProgram> program_of(std::string_view pattern, Boundary boundary = Boundary::none) {
  ClassCache classes;
  const auto tree = parse(pattern, false, classes);
  return tree ? make_bit_program({&*tree}, boundary) : std::nullopt;
}

TEST(BitProgram, TakesStepsOverCharactersAndLeavesTheRest) {
  for (const char* pattern :
       {"a", "[a-f]{3}x", "\\d{1,3}\\.\\d{1,3}", "a+b*c?d", "(ab|cd){2}e", "^a$", "\\bx\\B", "é"})
    EXPECT_TRUE(program_of(pattern)) << pattern;
  for (const char* pattern : {"x(ab)+c", "a.{100}b", "(a*)\\1", "(((){60000}){60000}){60000}", "x{60}|y{60}"})
    EXPECT_FALSE(program_of(pattern)) << pattern;
}

TEST(BitProgram, SharesClassesAndDropsLooseEnds) {
  const auto program = program_of("[0-9]+x[0-9]x\\d+");
  ASSERT_TRUE(program);
  EXPECT_EQ(program->classes.size(), 2U);
  EXPECT_FALSE(program->classes[0]['\n']);
}

TEST(BitScanner, FindsMatchesAtEveryPlaceOfAWindow) {
  PatternOptions options;
  options.engine = EngineChoice::bitstream;
  for (const char* pattern :
       {"[a-z]_\\d{5,}\\s+\\w", "b_[^k]*7  q", "\\bcab_", "^cab", "q$", "^cab.*\\wq?$"}) {
    options.patterns = {pattern};
    const auto plan = make_plan(options);
    ASSERT_TRUE(plan.ok());
    const auto matcher = plan.value()->make_line_matcher();
    for (std::size_t lead = BitScanner::kWindow - 80; lead < BitScanner::kWindow + 70; ++lead) {
      for (const char* tail : {"", "\n", "\nlast ", "\n\n"}) {
        const std::string text = std::string(lead, '-') + "\ncab_1234567  q" + tail;
        ASSERT_EQ(lines_of(text, select(*matcher, text)), std::vector<std::string>{"cab_1234567  q"})
            << pattern << " behind " << lead << " bytes, before " << testing::PrintToString(tail);
      }
    }
  }
}

TEST(BitScanner, CarriesLongRunsOverManyWindows) {
  PatternOptions options;
  options.engine = EngineChoice::bitstream;
  options.patterns = {"<[a-z]+>", "^ *\\.$"};
  const auto plan = make_plan(options);
  ASSERT_TRUE(plan.ok());
  const auto matcher = plan.value()->make_line_matcher();
  for (const std::size_t length : {1UL, 63UL, 64UL, 65UL, 2047UL, 2048UL, 2049UL, 10'000UL}) {
    const std::string run(length, 'k');
    const std::string spaces(length, ' ');
    const std::string text =
        "<" + run + "\n>\n<" + run + ">\n<" + run + " >\n" + spaces + ".\n" + spaces + ",\n.";
    ASSERT_EQ(lines_of(text, select(*matcher, text)),
              (std::vector<std::string>{"<" + run + ">", spaces + ".", "."}));
  }
}

}  // namespace
}  // namespace weir::filter
