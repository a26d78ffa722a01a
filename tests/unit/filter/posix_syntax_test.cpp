// POSIX patterns: the rules one by one, and random ones against GNU grep on the same lines. WEIR_SOAK=seconds
// runs longer; WEIR_SEED starts elsewhere; a failure prints the seed that repeats it.
#include "filter/posix_syntax.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

#include "selection.hpp"
#include "support/temp_dir.hpp"

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

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::string pattern(bool extended) {
    static constexpr const char* kShared[] = {"a",
                                              "b",
                                              "c",
                                              "a",
                                              "b",
                                              "ab",
                                              "\xc3\xa9",
                                              "_",
                                              "-",
                                              ".",
                                              "^",
                                              "$",
                                              "*",
                                              "\\w",
                                              "\\W",
                                              "\\<",
                                              "\\>",
                                              "\\b",
                                              "\\B",
                                              "\\s",
                                              "\\S",
                                              "1",
                                              " ",
                                              "\\.",

                                              "[ab]",
                                              "[^a]",
                                              "[]a]",
                                              "[a-c]",
                                              "[[:alpha:]]",
                                              "[^[:space:]b]",
                                              "[[:digit:]_]",
                                              "[[:upper:]]",
                                              "[[.a.]-c]",
                                              "[[=b=]]",
                                              "[a-]",
                                              "[[:punct:]]",
                                              "[\\]",
                                              "A",
                                              "{",
                                              "}",
                                              "*"};
    static constexpr const char* kBasicOnly[] = {"\\(",     "\\)",      "\\|", "\\+", "\\?", "\\{1,2\\}",
                                                 "\\{2\\}", "\\{,1\\}", "\\(", "\\)", "+",   "(",
                                                 "\\{",     "?",        "|",   "\\1"};
    static constexpr const char* kExtendedOnly[] = {"(", ")", "|",   "+",   "?",  "{1,2}", "{2}", "{,1}",
                                                    "(", ")", "\\+", "\\(", "{1", "{a}",   "\\|", "\\1"};
    static constexpr const char* kBroken[] = {"[",    "[z-a]", "[[:no:]]", "\\2",
                                              "[b-a", "[:a:]", "\\{",      "{3,1}"};
    std::string text;
    int open = 0;
    for (unsigned parts = 1 + below(8); parts > 0; --parts) {
      std::string part = kShared[below(std::size(kShared))];
      if (chance(35)) part = extended ? kExtendedOnly[below(16)] : kBasicOnly[below(16)];
      if (chance(1)) part = kBroken[below(8)];
      const std::string closer = extended ? ")" : "\\)";
      if (part == closer && open == 0 && !chance(5)) continue;
      open += part == (extended ? "(" : "\\(") ? 1 : part == closer ? -1 : 0;
      text += part;
    }
    for (; open > 0 && !chance(3); --open)
      text += extended ? ")" : "\\)";
    return text;
  }

  std::string line() {
    static constexpr const char* kParts[] = {"a", "b", "c",  "ab", "A", "B", "\xc3\xa9", "_", "-", " ",
                                             ".", "1", "+",  "*",  "(", ")", "{",        "}", "|", "?",
                                             "^", "$", "\\", "]",  "a", "b", "d",        "w"};
    std::string text;
    for (unsigned parts = below(7); parts > 0; --parts)
      text += kParts[below(std::size(kParts))];
    return text;
  }

 private:
  std::mt19937 random_;
};

bool is_quantifier(std::string_view text, bool extended) {
  static constexpr std::string_view kBasicOnes[] = {"*", "\\+", "\\?", "\\{"};
  static constexpr std::string_view kExtendedOnes[] = {"*", "+", "?", "{"};
  const auto starts = [text](std::string_view one) { return text.starts_with(one); };
  return extended ? std::any_of(std::begin(kExtendedOnes), std::end(kExtendedOnes), starts)
                  : std::any_of(std::begin(kBasicOnes), std::end(kBasicOnes), starts);
}

// Where GNU's two matchers disagree: repeated assertions, intervals with nothing in front, and
// back-references with repeats or alternatives.
bool is_known_difference(std::string_view pattern, bool extended) {
  bool has_reference = false;
  bool has_choice = false;
  bool starts = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    const bool repeats = is_quantifier(rest, extended);
    if (extended && starts && repeats && (rest.front() == '{' || i > 0)) return true;
    has_choice = has_choice || repeats || rest.starts_with(extended ? "|" : "\\|");
    starts = std::string_view("(|^$").find(rest.front()) != std::string_view::npos || (starts && repeats);
    if (rest.front() != '\\' || rest.size() < 2) continue;
    has_reference = has_reference || rest[1] == '1';
    const bool is_assertion = std::string_view("bB<>").find(rest[1]) != std::string_view::npos;
    if (is_assertion && is_quantifier(rest.substr(2), extended)) return true;
    ++i;
  }
  return has_reference && has_choice;
}

struct GnuAnswer {
  bool refused = false;
  std::string lines;
};

class Gnu {
 public:
  Gnu() {
    Generator generator(20261122);
    for (int i = 0; i < 300; ++i)
      text_ += generator.line() + "\n";
    std::ofstream(path("text"), std::ios::binary) << text_;
  }

  const std::string& text() const { return text_; }

  GnuAnswer ask(const std::string& pattern, const std::string& flags) const {
    std::ofstream(path("pattern"), std::ios::binary) << pattern << "\n";
    const std::string command =
        "LC_ALL=C.UTF-8 grep " + flags + " -f '" + path("pattern") + "' '" + path("text") + "' 2>/dev/null";
    GnuAnswer answer;
    FILE* pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe))
      answer.lines.append(buffer, count);
    const int status = ::pclose(pipe);
    answer.refused = !WIFEXITED(status) || WEXITSTATUS(status) > 1;
    return answer;
  }

 private:
  std::string path(const char* name) const { return directory_ / name; }

  support::TempDir directory_;
  std::string text_;
};

// The matches of one line, each on a line, as -o prints them.
std::string matches_of(MatchFinder& finder, std::string_view line) {
  std::string out;
  Match match{};
  for (std::size_t from = 0; from <= line.size() && finder.find(line, from, match);) {
    from = match.end;
    if (match.end == match.begin) {
      for (++from; from < line.size() && (static_cast<unsigned char>(line[from]) & 0xc0) == 0x80;)
        ++from;
      continue;
    }
    out.append(line.substr(match.begin, match.end - match.begin)).append("\n");
  }
  return out;
}

void check_seed(unsigned seed, const Gnu& gnu, unsigned& accepted) {
  Generator generator(seed);
  const char syntax = generator.chance(50) ? kExtended : kBasic;
  PatternOptions options = posix(generator.pattern(syntax == kExtended), syntax);
  const std::string& pattern = options.patterns.front();
  if (is_known_difference(pattern, syntax == kExtended)) return;
  std::string flags = std::string("-") + syntax;
  if (generator.chance(20)) options.case_mode = CaseMode::insensitive, flags += "i";
  if (generator.chance(15)) options.whole_line = true, flags += "x";
  const bool only_matches = generator.chance(30);
  if (only_matches) flags += "o";
  const GnuAnswer expected = gnu.ask(pattern, flags);
  PatternError where;
  const auto plan = make_plan(options, &where);
  ASSERT_EQ(!plan.ok(), expected.refused)
      << "seed " << seed << " " << flags << " <" << pattern << "> " << where.message;
  if (!plan) return;
  ++accepted;
  std::string selected;
  const auto matcher = plan.value()->make_line_matcher();
  const auto finder = plan.value()->make_match_finder();
  for (const std::string& line : lines_of(gnu.text(), select(*matcher, gnu.text())))
    selected += only_matches ? matches_of(*finder, line) : line + "\n";
  EXPECT_EQ(selected, expected.lines) << "seed " << seed << " " << flags << " <" << pattern << ">";
}

TEST(PosixSyntax, RandomPatternsSelectTheLinesOfGnuGrep) {
  const Gnu gnu;
  if (std::system("grep --version 2>/dev/null | head -n 1 | grep -q 'GNU grep. 3'") != 0)
    GTEST_SKIP() << "no GNU grep 3 here";
  const char* soak = std::getenv("WEIR_SOAK");
  const char* from = std::getenv("WEIR_SEED");
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(soak != nullptr ? std::atoi(soak) : 0);
  auto seed = static_cast<unsigned>(from != nullptr ? std::atoi(from) : 1);
  unsigned accepted = 0;
  unsigned done = 0;
  for (; done < 500 || std::chrono::steady_clock::now() < end; ++done, ++seed) {
    ASSERT_NO_FATAL_FAILURE(check_seed(seed, gnu, accepted));
  }
  std::printf("%u patterns, %u accepted and compared, last seed %u\n", done, accepted, seed - 1);
  EXPECT_GT(accepted, done / 3);
}

}  // namespace
}  // namespace weir::filter
