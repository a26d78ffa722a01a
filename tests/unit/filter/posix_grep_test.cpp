// Random POSIX patterns against GNU grep on the same lines: it must refuse and select the same.
// WEIR_SOAK=seconds runs longer; WEIR_SEED starts elsewhere; a failure prints the seed that repeats it.
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

PatternOptions posix(std::string pattern, char syntax) {
  PatternOptions options;
  options.patterns = {std::move(pattern)};
  options.syntax = syntax == kExtended ? Syntax::posix_extended : Syntax::posix_basic;
  return options;
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

// True when the pattern can match the empty text.
bool matches_nothing(const PatternOptions& options) {
  const auto plan = make_plan(options);
  return plan && !select(*plan.value()->make_line_matcher(), "\n").empty();
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
  // With -w, GNU does not try the empty match where a longer one has failed, nor with -o all shorter ones.
  if (!options.whole_line && !matches_nothing(options) && generator.chance(15))
    options.word = true, flags += "w";
  const bool only_matches = !options.word && generator.chance(30);
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
  ASSERT_EQ(selected, expected.lines) << "seed " << seed << " " << flags << " <" << pattern << ">";
}

TEST(PosixGrep, RandomPatternsSelectTheLinesOfGnuGrep) {
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
