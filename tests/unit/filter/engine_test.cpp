// Plans: which engine is taken, which lines are selected and where the matches are, case by case.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "selection.hpp"

namespace weir::filter {
namespace {

using Strings = std::vector<std::string>;

constexpr EngineChoice kChoices[] = {EngineChoice::automatic, EngineChoice::literal, EngineChoice::bitstream,
                                     EngineChoice::vectorscan, EngineChoice::pcre2};

PatternOptions patterns(Strings list) {
  PatternOptions options;
  options.patterns = std::move(list);
  return options;
}

std::shared_ptr<const Plan> plan_of(const PatternOptions& options) {
  auto plan = make_plan(options);
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().what);
  return plan.ok() ? plan.value() : nullptr;
}

bool has_vectorscan() {
  PatternOptions options = patterns({"[ab]c\\d"});
  options.engine = EngineChoice::vectorscan;
  return make_plan(options).ok();
}

// By every engine that takes the patterns.
void expect_lines(PatternOptions options, const std::string& text, const Strings& expected) {
  for (const EngineChoice choice : kChoices) {
    options.engine = choice;
    const auto plan = make_plan(options);
    if (!plan && choice != EngineChoice::automatic) continue;
    ASSERT_TRUE(plan.ok()) << plan.error().what;
    const auto matcher = plan.value()->make_line_matcher();
    EXPECT_EQ(lines_of(text, select(*matcher, text)), expected)
        << plan.value()->engine() << " " << options.patterns.front();
    EXPECT_EQ(lines_of(text, select(*matcher, text, 1)), expected)
        << plan.value()->engine() << " one at a time";
    EXPECT_EQ(matcher->undecided_lines(), 0U);
  }
}

std::string engine_for(PatternOptions options) {
  return std::string(plan_of(options)->engine());
}

TEST(Planner, TakesTheCheapestEngine) {
  EXPECT_EQ(engine_for(patterns({})), "nothing");
  EXPECT_EQ(engine_for(patterns({"a\\nb"})), "nothing");
  EXPECT_EQ(engine_for(patterns({""})), "every line");
  EXPECT_EQ(engine_for(patterns({"x", "a*"})), "every line");
  EXPECT_EQ(engine_for(patterns({"error"})), "literal");
  EXPECT_EQ(engine_for(patterns({".*error.*"})), "literal");
  EXPECT_EQ(engine_for(patterns({"error|warn|fatal"})), "literals");
  EXPECT_EQ(engine_for(patterns({"error", "warn"})), "literals");
  EXPECT_EQ(engine_for(patterns({"(get|put)_(user|group)"})), "literals");
  EXPECT_EQ(engine_for(patterns({"(\\w+) \\1"})), "pcre2");
  EXPECT_EQ(engine_for(patterns({"timeout(?! of)"})), "pcre2");
  EXPECT_EQ(engine_for(patterns({"[a-z]+_\\d{5,}\\s+\\w+"})), "bitstream");
  EXPECT_EQ(engine_for(patterns({"^ERROR"})), "bitstream");
  if (has_vectorscan()) {
    EXPECT_EQ(engine_for(patterns({"x(ab)+c"})), "vectorscan");
    EXPECT_EQ(engine_for(patterns({"a.{100}b"})), "vectorscan");
  }
}

TEST(Planner, AForcedEngineThatCannotDoItIsAnError) {
  PatternOptions options = patterns({"a\\d"});
  options.engine = EngineChoice::literal;
  const auto plan = make_plan(options);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::unsupported);
}

TEST(Planner, SaysWhichPatternIsWrongAndWhere) {
  PatternError where;
  PatternOptions options = patterns({"fine", "a(b"});
  options.word = true;
  const auto plan = make_plan(options, &where);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::bad_pattern);
  EXPECT_EQ(where.pattern, "a(b");
  EXPECT_EQ(where.offset, 3U);
  EXPECT_NE(where.message.find("parenthesis"), std::string::npos) << where.message;
}

TEST(Planner, ExplainsItself) {
  const auto lines = plan_of(patterns({"timeout(?! of)"}))->explain();
  const auto holds = [&](const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  EXPECT_TRUE(holds("pattern: timeout(?! of)"));
  EXPECT_TRUE(holds("engine: pcre2"));
  EXPECT_TRUE(holds("prefilter: `timeout`"));
}

TEST(Lines, EndsOfTextAndLine) {
  expect_lines(patterns({"b"}), "", {});
  expect_lines(patterns({"b"}), "\n\n", {});
  expect_lines(patterns({"b"}), "b", {"b"});
  expect_lines(patterns({"b"}), "a\nb", {"b"});
  expect_lines(patterns({"b"}), "b\n\nab\nc\nb\n", {"b", "ab", "b"});
  expect_lines(patterns({"^$"}), "a\n\nb\n\n", {"", ""});
  expect_lines(patterns({"$"}), "a\n\nb\n", {"a", "", "b"});
  expect_lines(patterns({"^\\s*$"}), "a\n \t\n\nb\n", {" \t", ""});
  expect_lines(patterns({"a$"}), "a\na\r\nba", {"a", "ba"});
  expect_lines(patterns({"\\d\\s\\d"}), "1\n2 3\n4", {"2 3"});
  expect_lines(patterns({"[^a]b"}), "a\nb\nxb", {"xb"});
  expect_lines(patterns({""}), "a\n\nb", {"a", "", "b"});
}

TEST(Lines, BytesThatAreNoTextDoNotHideTheRest) {
  using namespace std::string_literals;
  expect_lines(patterns({"b.*c"}),
               "a\0b\0c\n\xff"
               "bc\n\xff\n"s,
               {"a\0b\0c"s,
                "\xff"
                "bc"});
  expect_lines(patterns({".*\\r"}), "x\x80\ry\n", {"x\x80\ry"});
  expect_lines(patterns({"a\\x00b"}), "a\0b\nab\n"s, {"a\0b"s});
  expect_lines(patterns({"a.b"}),
               "a\xff"
               "b\naéb\na\xc3"
               "b\n",
               {"aéb"});
}

TEST(Lines, CaselessMeansUnicode) {
  PatternOptions options = patterns({"task"});
  options.case_mode = CaseMode::insensitive;
  const std::string text = "TASK\ntaſk\nTAS\u212A\nta\u212A\nx\n";
  expect_lines(options, text, {"TASK", "taſk", "TAS\u212A"});
  options.patterns = {"task", "mask|desk"};
  expect_lines(options, text + "deſ\u212A\n", {"TASK", "taſk", "TAS\u212A", "deſ\u212A"});
  options.patterns = {"É\\d"};
  expect_lines(options, "é1\nÉ2\ne3\n", {"é1", "É2"});
}

TEST(Lines, WordNeedsNoWordCharacterOnEitherSide) {
  PatternOptions options = patterns({"foo"});
  options.word = true;
  expect_lines(options, "foo\nafoo\na foo.\nfoo_\nfoofoo foo\néfoo\n\u00a0foo\n",
               {"foo", "a foo.", "foofoo foo", "\u00a0foo"});
  options.patterns = {"-foo"};
  expect_lines(options, "-foo\na-foo\n --foo\n", {"-foo", " --foo"});
  options.patterns = {"foo", "foobar"};
  expect_lines(options, "foobar\nfoobarx\n", {"foobar"});
  options.patterns = {"\\d*"};
  expect_lines(options, "a\n\na b\n12\n.\n", {"", "12", "."});
}

TEST(Lines, WholeLine) {
  PatternOptions options = patterns({"foo", "ba+r"});
  options.whole_line = true;
  expect_lines(options, "foo\nfoo \nbaar\nbaarr\nxfoo\n", {"foo", "baar"});
  options.patterns = {"a|ab"};
  expect_lines(options, "ab\nabc\n", {"ab"});
  options.patterns = {""};
  expect_lines(options, "a\n\n", {""});
}

TEST(Lines, WrappingSurvivesOddPatterns) {
  PatternOptions options = patterns({"(*CRLF)foo"});
  options.word = true;
  expect_lines(options, "foo\nfoox\n", {"foo"});
  options.patterns = {"\\Qfoo("};
  expect_lines(options, "foo( \nfoo\n", {"foo( "});
  options.patterns = {"(?x)f oo #comment"};
  expect_lines(options, "foo\nfoox\n", {"foo"});
  options.patterns = {"\\Qa\\"};
  expect_lines(options, "a\\\nab\n", {"a\\"});
  options.patterns = {"(?x)f oo #comment", "(*UTF)bar", "(?<n>x)\\k<n>", "(?<m>y)\\k<m>"};
  expect_lines(options, "foo\nbar\nxx\nyy\nxy\n", {"foo", "bar", "xx", "yy"});
}

TEST(Lines, FixedStringsAreBytes) {
  PatternOptions options = patterns({"a.b(", "$^"});
  options.syntax = Syntax::fixed;
  expect_lines(options, "a.b(\naxb(\nx$^\n", {"a.b(", "x$^"});
  options.patterns = {"\xff\xfe"};
  expect_lines(options, "x\xff\xfe\n\xff\n", {"x\xff\xfe"});
  options.patterns = {"\xff\xfe", "abc"};
  expect_lines(options, "x\xff\xfe\nxabc\n\xff\n", {"x\xff\xfe", "xabc"});
  options.whole_line = true;
  expect_lines(options, "\xff\xfe\nx\xff\xfe\nabc\nabcd\n", {"\xff\xfe", "abc"});
  options.whole_line = false;
  options.patterns = {"\xff", " ", "e", "a", "t", "n", "i", "r"};  // too common for fingerprints
  expect_lines(options, "UU\xff\nUU\nUeU\nU U\n", {"UU\xff", "UeU", "U U"});
  options.case_mode = CaseMode::insensitive;
  EXPECT_FALSE(make_plan(options).ok()) << "no case without characters";
}

TEST(SmartCase, LooksAtLiteralLettersOnly) {
  const auto ignores_case = [](Strings list, bool fixed = false) {
    PatternOptions options = patterns(std::move(list));
    options.case_mode = CaseMode::smart;
    options.syntax = fixed ? Syntax::fixed : Syntax::pcre2;
    const std::string text = "ABC DEF\n";
    return !select(*plan_of(options)->make_line_matcher(), text).empty();
  };
  EXPECT_TRUE(ignores_case({"abc"}));
  EXPECT_TRUE(ignores_case({"abc\\W\\S"}));
  EXPECT_TRUE(ignores_case({"(?P<Name>abc)"}));
  EXPECT_TRUE(ignores_case({"\\p{Lu}bc"}));
  EXPECT_FALSE(ignores_case({"Abc"}));
  EXPECT_FALSE(ignores_case({"abc", "X"}));
  EXPECT_FALSE(ignores_case({"[X]|abc"}));
  EXPECT_FALSE(ignores_case({"abc|É"}));
  EXPECT_FALSE(ignores_case({"\\QX\\E|abc"}));
  EXPECT_TRUE(ignores_case({"abc"}, true));
  EXPECT_FALSE(ignores_case({"aBC"}, true));
}

TEST(Lines, ThousandsOfPatterns) {
  PatternOptions options;
  for (int i = 0; i < 3000; ++i)
    options.patterns.push_back("job_" + std::to_string(i * 7 + 100000) + "!");
  const std::string text = "x job_100014! y\njob_100015!\njob_" + std::to_string(2999 * 7 + 100000) + "!\n";
  const Strings expected = {"x job_100014! y", "job_" + std::to_string(2999 * 7 + 100000) + "!"};
  options.syntax = Syntax::fixed;
  expect_lines(options, text, expected);
  options.syntax = Syntax::pcre2;
  for (std::string& pattern : options.patterns)
    pattern += "?";
  expect_lines(options, text, expected);
}

TEST(Lines, APatternThatBacktracksWithoutEndDoesNotStall) {
  if (!has_vectorscan()) GTEST_SKIP() << "this Vectorscan is not usable";
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::string(200, 'a') + (i % 100 == 7 ? "!\n" : "\n");
  const auto start = std::chrono::steady_clock::now();
  const auto matcher = plan_of(patterns({"(a+a?)+!"}))->make_line_matcher();
  EXPECT_EQ(select(*matcher, text).size(), 20U);
  EXPECT_EQ(matcher->undecided_lines(), 0U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(Lines, TheEngineMayChangeInMidstreamWithoutALineLost) {
  for (const int odd_one_in : {3, 200}) {
    std::string text;
    for (int i = 0; i < 4000; ++i)
      text +=
          "line " + std::to_string(i) + " of words and more words" + (i % odd_one_in == 0 ? " é\n" : "\n");
    for (const char* pattern : {"\\w+ \\w+", "\\d", "[x-z]\\d", "9 of", "of (?!words)", "[^a-z]3[^a-z]",
                                "9 ([a-z]+ )+wo", "(x\\d)*9 o"}) {
      const PatternOptions options = patterns({pattern});
      const Ranges expected = *oracle_ranges(options, false, text);
      const auto plan = plan_of(options);
      const auto matcher = plan->make_line_matcher();
      for (int round = 0; round < 70; ++round)
        ASSERT_EQ(select(*matcher, text), expected) << pattern << " round " << round;
    }
  }
}

TEST(Lines, AreCountedWhenPcre2GivesUp) {
  const auto matcher = plan_of(patterns({"(*LIMIT_MATCH=50)(a+a?)+!"}))->make_line_matcher();
  const std::string text = "aaaaaaaaaaaaaaaaaaaaaaaab!\nx\na!\n";
  EXPECT_EQ(lines_of(text, select(*matcher, text)), Strings{"a!"});
  EXPECT_EQ(matcher->undecided_lines(), 1U);
}

TEST(Lines, NegatedCaselessClassTakesNoBytesThatAreNoText) {
  PatternOptions options = patterns({"[^k]"});
  options.case_mode = CaseMode::insensitive;
  expect_lines(options, "\x85\nK\n\xc3\nx\n\u212A\nx\xff\n", {"x", "x\xff"});
}

TEST(Limit, StopsBehindTheLastLineTaken) {
  for (const EngineChoice choice : kChoices) {
    PatternOptions options = patterns({"ab"});
    options.engine = choice;
    const auto plan = make_plan(options);
    if (!plan) continue;
    const auto matcher = plan.value()->make_line_matcher();
    const std::string text = "ab\nx\nab\nab\nx\n";
    const std::string padded = text + std::string(64, '\0');
    std::vector<Line> lines;
    EXPECT_EQ(matcher->find_lines({padded.data(), text.size()}, 2, lines), 8U);
    EXPECT_EQ(ranges_of(lines), (Ranges{{0, 2}, {5, 7}}));
    EXPECT_EQ(matcher->find_lines({padded.data(), text.size()}, 0, lines), 0U);
    EXPECT_EQ(matcher->find_lines({padded.data() + 11, text.size() - 11}, 1, lines), 2U);
    EXPECT_EQ(lines.size(), 2U);
  }
}

struct FinderCase {
  Strings patterns;
  std::string line;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;  // all, going on behind each
  bool fixed = false;
  bool word = false;
  bool whole_line = false;
  CaseMode case_mode = CaseMode::sensitive;
};

TEST(MatchFinder, FindsWhatPcre2Would) {
  const FinderCase cases[] = {
      {{"ab"}, "xabab", {{1, 3}, {3, 5}}},
      {{"b|ab"}, "xab", {{1, 3}}},
      {{"ab", "abc"}, "abc", {{0, 2}}},
      {{"abc", "ab"}, "abc", {{0, 3}}},
      {{"c", "b+"}, "abbc", {{1, 3}, {3, 4}}},
      {{"a.b"}, "a.b axb", {{0, 3}}, true},
      {{"foo"}, "foofoo foo", {{7, 10}}, false, true},
      {{"foo"}, "foo", {{0, 3}}, true, false, true},
      {{"foo"}, "foo foo", {}, true, false, true},
      {{"k"}, "K\u212A", {{0, 1}, {1, 4}}, false, false, false, CaseMode::insensitive},
      {{"a\\Kb"}, "ab", {{1, 2}}},
      {{".*ab.*"}, "xaby", {{0, 4}}},
      {{"(?<n>x)y", "(?<m>y)"}, "xyy", {{0, 2}, {2, 3}}},
      {{"\xff", "abcd"}, "abcd\xff", {{0, 4}, {4, 5}}, true},
  };
  for (const FinderCase& c : cases) {
    PatternOptions options = patterns(c.patterns);
    options.syntax = c.fixed ? Syntax::fixed : Syntax::pcre2;
    options.word = c.word;
    options.whole_line = c.whole_line;
    options.case_mode = c.case_mode;
    const auto finder = plan_of(options)->make_match_finder();
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
    Match match{};
    for (std::size_t from = 0; from <= c.line.size() && finder->find(c.line, from, match); from = match.end)
      found.emplace_back(match.begin, match.end);
    EXPECT_EQ(found, c.expected) << c.patterns.front() << " in " << c.line;
  }
}

TEST(MatchFinder, ReportsAnEmptyMatch) {
  const auto finder = plan_of(patterns({"x*"}))->make_match_finder();
  Match match{7, 7};
  ASSERT_TRUE(finder->find("ab", 1, match));
  EXPECT_EQ(match.begin, 1U);
  EXPECT_EQ(match.end, 1U);
}

}  // namespace
}  // namespace weir::filter
