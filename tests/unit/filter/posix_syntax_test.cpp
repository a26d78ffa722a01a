// POSIX patterns: the rules of the translation one by one, and which match counts.
#include "filter/posix_syntax.hpp"

#include <gtest/gtest.h>

#include "selection.hpp"

namespace weir::filter {
namespace {

constexpr char kBasic = 'G';
constexpr char kExtended = 'E';

struct Rule {
  char syntax;
  const char* pattern;
  const char* expected;  // the translation
};

constexpr Rule kRules[] = {
    {kBasic, "a*", "a*"},
    {kBasic, "a+?|(){}", "a\\+\\?\\|\\(\\)\\{\\}"},
    {kBasic, "\\(a\\|b\\)\\+c\\?", "(a|b)+c?"},
    {kBasic, "a\\{2\\}b\\{2,\\}c\\{,3\\}d\\{1,2\\}", "a{2}b{2,}c{0,3}d{1,2}"},
    {kBasic, "*a", "\\*a"},
    {kBasic, "**a", "\\**a"},
    {kBasic, "^*a", "^\\*a"},
    {kBasic, "\\(*a\\)", "(\\*a)"},
    {kBasic, "a\\|*b", "a|\\*b"},
    {kBasic, "\\+a", "\\+a"},
    {kBasic, "\\{1\\}a", "\\{1\\}a"},
    {kBasic, "^^a$$", "^\\^a\\$$"},
    {kBasic, "x^*", "x\\^*"},
    {kBasic, "\\(^a$\\)\\|^b$", "(^a$)|^b$"},
    {kBasic, "$a", "\\$a"},
    {kBasic, "a**", "(?:a*)*"},
    {kBasic, "\\(a\\)\\1", "(a)(?:\\1)"},
    {kBasic, "\\(\\)", "()"},
    {kBasic, "a\\|", "a|"},
    {kBasic, "\\<a\\>", "\\b(?=\\w)a\\b(?<=\\w)"},
    {kBasic, "\\`a\\'", "\\Aa\\z"},
    {kBasic, "\\w\\W\\s\\S\\b\\B", "\\w\\W\\s\\S\\b\\B"},
    {kBasic, "\\d\\n\\_\\.", "dn_\\."},
    {kExtended, "a+b?c*", "a+b?c*"},
    {kExtended, "a+?", "(?:a+)?"},
    {kExtended, "a{2}{3}", "(?:a{2}){3}"},
    {kExtended, "a{,2}b{,}", "a{0,2}b{0,}"},
    {kExtended, "a{x}b{1c{", "a\\{x\\}b\\{1c\\{"},
    {kExtended, "*a", "a"},
    {kExtended, "(+a|?b|{2}c)", "(a|b|c)"},
    {kExtended, "^*a", "(?:^)*a"},
    {kExtended, "a^b$c", "a^b$c"},
    {kExtended, "a||()|", "a||()|"},
    {kExtended, "a)", "a\\)"},
    {kExtended, "\\(\\)\\|\\+\\{", "\\(\\)\\|\\+\\{"},
    {kExtended, "(?a)", "(a)"},
    {kExtended, "(a)\\10", "(a)(?:\\1)0"},
    {kExtended, "\xc3\xa9*\\\xc3\xa9", "\xc3\xa9*\xc3\xa9"},
    {kExtended, "[]a^-]", "[\\]a\\^\\-]"},
    {kExtended, "[^]-a]", "[^\\]-a]"},
    {kExtended, "[\\n]", "[\\\\n]"},
    {kExtended, "[[:alpha:][:digit:]]", "[[:alpha:]0-9]"},
    {kExtended, "[[=a=][.-.][.space.]]", "[a\\-\\ ]"},
    {kExtended, "[[.a.]-[.c.]]", "[a-c]"},
    {kExtended, "[--/]", "[\\--\\/]"},
    {kExtended, "[[a]", "[\\[a]"},
    {kExtended, "[:a]", "[\\:a]"},
    {kExtended, "*)*a", "\\)*a"},
    {kExtended, "(*)*)", "(\\))"},
};

TEST(PosixSyntax, Translates) {
  for (const Rule& rule : kRules) {
    std::string translated;
    const auto error = translate_posix(rule.pattern, rule.syntax == kExtended, false, translated);
    EXPECT_FALSE(error) << rule.pattern << ": " << error->message;
    EXPECT_EQ(translated, rule.expected) << rule.pattern;
  }
}

struct Mistake {
  char syntax;
  const char* pattern;
  std::size_t offset;
  const char* message;
};

constexpr const char* kBracketMessage = "Unmatched [, [^, [:, [., or [=";

constexpr Mistake kMistakes[] = {
    {kBasic, "a\\(b", 1, "Unmatched ( or \\("},
    {kBasic, "ab\\)", 2, "Unmatched ) or \\)"},
    {kBasic, "a\\{1", 1, "Unmatched \\{"},
    {kBasic, "a\\{1a\\}", 1, "Invalid content of \\{\\}"},
    {kBasic, "a\\{2,1\\}", 1, "Invalid content of \\{\\}"},
    {kBasic, "a\\{32768\\}", 1, "Regular expression too big"},
    {kBasic, "a\\", 1, "Trailing backslash"},
    {kBasic, "\\(a\\)\\2", 5, "Invalid back reference"},
    {kBasic, "\\(a\\1\\)", 3, "Invalid back reference"},
    {kBasic, "\\(a\\)\\|\\1", 7, "Invalid back reference"},
    {kExtended, "x(a", 1, "Unmatched ( or \\("},
    {kExtended, "(*)", 0, "Unmatched ( or \\("},
    {kExtended, "a{}", 1, "Invalid content of \\{\\}"},
    {kExtended, "a{1,2,3}", 1, "Invalid content of \\{\\}"},
    {kExtended, "{,,}", 0, "Invalid content of \\{\\}"},
    {kExtended, "x[", 1, kBracketMessage},
    {kExtended, "x[]", 1, kBracketMessage},
    {kExtended, "[a-", 0, kBracketMessage},
    {kExtended, "[[:alpha]", 0, kBracketMessage},
    {kExtended, "[[.a]", 0, kBracketMessage},
    {kExtended, "[[:foo:]]", 1, "Invalid character class name"},
    {kExtended, "[[.ab.]]", 1, "Invalid collation character"},
    {kExtended, "[xz-a]", 2, "Invalid range end"},
    {kExtended, "[[:digit:]-z]", 0, "Invalid range end"},
    {kExtended, "[a-[=c=]]", 1, "Invalid range end"},
    {kExtended, "[:alpha:]", 0, "character class syntax is [[:space:]], not [:space:]"},
};

TEST(PosixSyntax, RefusesInTheWordsOfGnu) {
  for (const Mistake& mistake : kMistakes) {
    std::string translated;
    const auto error = translate_posix(mistake.pattern, mistake.syntax == kExtended, false, translated);
    ASSERT_TRUE(error) << mistake.pattern << " -> " << translated;
    EXPECT_EQ(error->message, mistake.message) << mistake.pattern;
    EXPECT_EQ(error->offset, mistake.offset) << mistake.pattern;
    EXPECT_EQ(error->pattern, mistake.pattern);
  }
}

PatternOptions posix(std::string pattern, char syntax) {
  PatternOptions options;
  options.patterns = {std::move(pattern)};
  options.syntax = syntax == kExtended ? Syntax::posix_extended : Syntax::posix_basic;
  return options;
}

std::string first_match(const PatternOptions& options, std::string_view line) {
  const auto plan = make_plan(options);
  Match match{};
  if (!plan || !plan.value()->make_match_finder()->find(line, 0, match)) return "none";
  return std::string(line.substr(match.begin, match.end - match.begin));
}

TEST(PosixSyntax, TheLongestOfTheLeftmostMatchesCounts) {
  EXPECT_EQ(first_match(posix("a|ab|abc", kExtended), "xabcd"), "abc");
  EXPECT_EQ(first_match(posix("(a|ab)(c|bcd)", kExtended), "xabcd"), "abcd");
  EXPECT_EQ(first_match(posix("a?(ab)?", kExtended), "abab"), "ab");
  EXPECT_EQ(first_match(posix("\\(a*\\|b\\)*c", kBasic), "xabac"), "abac");
  EXPECT_EQ(first_match(posix("\xc3\xa9|\xc3\xa9+x", kExtended), "\xc3\xa9\xc3\xa9x"), "\xc3\xa9\xc3\xa9x");
  PatternOptions several = posix("a", kExtended);
  several.patterns = {"a", "ab", "b+"};
  EXPECT_EQ(first_match(several, "xabb"), "ab");
  several.word = true;
  EXPECT_EQ(first_match(several, "xab a ab"), "a");
}

TEST(PosixSyntax, CaseAndClasses) {
  PatternOptions options = posix("[[:upper:]]x", kBasic);
  EXPECT_EQ(first_match(options, "ax"), "none");
  options.case_mode = CaseMode::insensitive;
  EXPECT_EQ(first_match(options, "aX"), "aX");
  options = posix("\\Wa[[:upper:]]", kBasic);
  options.case_mode = CaseMode::smart;
  EXPECT_EQ(first_match(options, " Aa"), " Aa");
  options = posix("A[[:upper:]]", kBasic);
  options.case_mode = CaseMode::smart;
  EXPECT_EQ(first_match(options, "Aa"), "none");
}

}  // namespace
}  // namespace weir::filter
