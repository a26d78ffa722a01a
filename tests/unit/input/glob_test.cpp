#include "input/glob.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace weir::input {
namespace {

Glob parsed(std::string_view pattern) {
  Result<Glob> glob = Glob::parse(pattern);
  EXPECT_TRUE(glob.ok()) << pattern << ": " << (glob.ok() ? "" : glob.error().what);
  if (!glob) return Glob::parse("*").value();
  return std::move(glob).value();
}

bool matches(std::string_view pattern, std::string_view path, bool is_directory = false) {
  return parsed(pattern).matches(path, is_directory);
}

struct Case {
  std::string_view pattern;
  std::string_view path;
  bool expected;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(matches(one.pattern, one.path), one.expected) << one.pattern << " with " << one.path;
  }
}

TEST(Glob, APatternWithoutSlashIsForBaseNamesAtAnyDepth) {
  check({{"*.log", "a.log", true},
         {"*.log", "x/y/a.log", true},
         {"*.log", "a.log/b", false},
         {"a*", "x/abc", true},
         {"a*", "a/b", false},
         {"a*c", "x/abbc", true},
         {"abc", "x/abc", true},
         {"abc", "abcd", false},
         {"*", "x/y", true},
         {"**", "x/y", true},
         {"a**c", "x/abc", true},
         {"a**c", "a/c", false}});
}

TEST(Glob, APatternWithSlashIsForTheWholePath) {
  check({{"a/*.log", "a/b.log", true},
         {"a/*.log", "x/a/b.log", false},
         {"a/*.log", "a/x/b.log", false},
         {"/b.log", "b.log", true},
         {"/b.log", "a/b.log", false},
         {"/*", "a/b", false},
         {"a?b/c", "a/b/c", false},
         {"a[/]b/c", "a/b/c", false},
         {"a[!x]b/c", "a/b/c", false},
         {"a\\/b", "a/b", true}});
}

TEST(Glob, TwoStarsStandForDirectories) {
  check({{"**/b", "b", true},
         {"**/b", "x/y/b", true},
         {"**/b", "xb", false},
         {"/**/b", "x/b", true},
         {"a/**/b", "a/b", true},
         {"a/**/b", "a/x/y/b", true},
         {"a/**/b", "ab", false},
         {"a/**/b", "a/xb", false},
         {"a/**", "a/b", true},
         {"a/**", "a/b/c", true},
         {"a/**", "a", false},
         {"**/a/**", "x/a/y", true},
         {"**/a/**", "a", false},
         {"a**/b", "ax/b", true},
         {"a**/b", "ax/y/b", false},
         {"a/**b", "a/x/b", false},
         {"a/**b", "a/xb", true},
         {"x{/**/a,b}", "x/y/a", true},
         {"x{/**/a,/b}", "x/b", true},
         {"{a/,b/}**/c", "b/x/y/c", true},
         {"{a,b/}**/c", "b/x/y/c", false},
         {"{**/x,y/z}", "p/q/x", true}});
}

TEST(Glob, Classes) {
  check({{"[abc]x", "bx", true},
         {"[a-c]x", "dx", false},
         {"[!a-c]x", "dx", true},
         {"[^a-c]x", "ax", false},
         {"[]]", "]", true},
         {"[!]]", "]", false},
         {"[]-a]", "^", true},
         {"[a-]", "-", true},
         {"[-a]", "-", true},
         {"[a\\]b]", "]", true},
         {"[\\!a]", "!", true},
         {"[{,}]", ",", true},
         {"[*]", "x", false}});
}

TEST(Glob, AlternativesNestAndMayBeEmpty) {
  check({{"*.{log,txt}", "a.log", true},
         {"*.{log,txt}", "a.txt", true},
         {"*.{log,txt}", "a.tx", false},
         {"a{,.{1,2}{,.gz}}", "a", true},
         {"a{,.{1,2}{,.gz}}", "a.2.gz", true},
         {"a{,.{1,2}{,.gz}}", "a.gz", false},
         {"{a}", "a", true},
         {"{}a", "a", true},
         {"{a/b,c}", "a/b", true},
         {"{a/b,c}", "c", true},
         {"{a/b,c}", "a/c", false},
         {"a,b", "a,b", true}});
}

TEST(Glob, ABackslashTakesAwayAnyMeaning) {
  check({{"\\*", "*", true},
         {"\\*", "a", false},
         {"a\\?", "a?", true},
         {"\\!a", "!a", true},
         {"\\{a,b\\}", "{a,b}", true},
         {"{a\\,b,c}", "a,b", true},
         {"\\[a]", "[a]", true},
         {"\\a", "a", true},
         {"#a", "#a", true}});
}

TEST(Glob, ACharacterIsOneCodePointOrOneBadByte) {
  check({{"?", "\xc3\xa9", true},
         {"??", "\xc3\xa9", false},
         {"?", "\xf0\x9f\x98\x80", true},
         {"[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true},
         {"[!a]", "\xc3\xa9", true},
         {"?", "\xff", true},
         {"??", "\xc3(", true},
         {"a\xff*", "a\xff\xfe", true},
         {"??", "\xc0\xaf", true},
         {"???", "\xed\xa0\x80", true},
         {"*\xa9", "\xc3\xa9", false}});
}

TEST(Glob, ATrailingSlashIsForDirectoriesOnly) {
  EXPECT_TRUE(matches("a/", "x/a", true));
  EXPECT_FALSE(matches("a/", "x/a", false));
  EXPECT_FALSE(matches("/a/", "x/a", true));
  EXPECT_TRUE(matches("/a/", "a", true));
  EXPECT_TRUE(matches("a/b/", "a/b", true));
  EXPECT_TRUE(matches("a", "a", true));
}

TEST(Glob, ALeadingExclamationMarkExcludes) {
  EXPECT_TRUE(parsed("!a").is_exclude());
  EXPECT_TRUE(matches("!a", "a"));
  EXPECT_FALSE(parsed("\\!a").is_exclude());
  EXPECT_TRUE(matches("!!a", "!a"));
}

TEST(Glob, SaysWhereAPatternIsWrong) {
  const auto fault = [](std::string_view pattern) {
    const Result<Glob> glob = Glob::parse(pattern);
    EXPECT_FALSE(glob.ok()) << pattern;
    if (glob) return std::string();
    EXPECT_EQ(glob.error().code, ErrorCode::bad_pattern);
    return glob.error().what;
  };
  EXPECT_EQ(fault("ab[c"), "glob 'ab[c': unclosed '[' at byte 3");
  EXPECT_EQ(fault("!/a[]"), "glob '!/a[]': unclosed '[' at byte 4");
  EXPECT_EQ(fault("a{b,{c}"), "glob 'a{b,{c}': unclosed '{' at byte 2");
  EXPECT_EQ(fault("a}"), "glob 'a}': '}' without '{' at byte 2");
  EXPECT_EQ(fault("a\\"), "glob 'a\\': nothing follows the final '\\' at byte 2");
  EXPECT_EQ(fault("[a\\"), "glob '[a\\': nothing follows the final '\\' at byte 3");
  EXPECT_EQ(fault("[z-a]"), "glob '[z-a]': range in the wrong order at byte 2");
  EXPECT_EQ(fault(""), "glob '': empty pattern at byte 1");
  EXPECT_EQ(fault("!"), "glob '!': empty pattern at byte 2");
  EXPECT_EQ(fault("/"), "glob '/': empty pattern at byte 2");
}

TEST(GlobSet, TheLastMatchDecides) {
  const GlobSet set = GlobSet::parse({"*.log", "!debug*", "debug-keep.log"}).value();
  EXPECT_TRUE(set.admits("x/a.log", false));
  EXPECT_FALSE(set.admits("debug.log", false));
  EXPECT_TRUE(set.admits("debug-keep.log", false));
  EXPECT_FALSE(set.admits("a.txt", false));
  EXPECT_TRUE(set.admits("dir", true));
  EXPECT_FALSE(set.admits("debug-dir", true));
}

TEST(GlobSet, WithoutAnIncludeEverythingElseIsTaken) {
  const GlobSet set = GlobSet::parse({"!*.gz", "!old/"}).value();
  EXPECT_TRUE(set.admits("a", false));
  EXPECT_FALSE(set.admits("a.gz", false));
  EXPECT_TRUE(set.admits("old", false));
  EXPECT_FALSE(set.admits("x/old", true));
  EXPECT_TRUE(GlobSet().admits("a", false));
}

TEST(GlobSet, NamesTheBadPattern) {
  const Result<GlobSet> set = GlobSet::parse({"a", "b["});
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().what, "glob 'b[': unclosed '[' at byte 2");
}

// ---- against a slow and simple matcher ----

// All patterns without braces that `pattern` stands for. The random patterns hold no escapes or classes with
// braces or commas in them.
std::vector<std::string> expand_braces(const std::string& pattern) {
  const std::size_t open = pattern.find('{');
  if (open == std::string::npos) return {pattern};
  std::vector<std::string> alternatives(1);
  std::size_t at = open + 1;
  for (int depth = 1; depth > 0; ++at) {
    const char c = pattern[at];
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth == 0) continue;
    if (c == ',' && depth == 1) {
      alternatives.emplace_back();
    } else {
      alternatives.back() += c;
    }
  }
  std::vector<std::string> expanded;
  for (const std::string& alternative : alternatives) {
    const std::string whole = pattern.substr(0, open) + alternative + pattern.substr(at);
    for (std::string& one : expand_braces(whole))
      expanded.push_back(std::move(one));
  }
  return expanded;
}

// `start`: the pattern is at the start of a component.
bool naive_match(std::string_view pattern, std::string_view text, bool start) {
  if (pattern.empty()) return text.empty();
  if (start && pattern.substr(0, 3) == "**/") {
    if (naive_match(pattern.substr(3), text, true)) return true;
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && naive_match(pattern, text.substr(slash + 1), true);
  }
  if (start && pattern == "**") return !text.empty();
  if (pattern[0] == '*') {
    if (naive_match(pattern.substr(1), text, false)) return true;
    return !text.empty() && text[0] != '/' && naive_match(pattern, text.substr(1), false);
  }
  if (text.empty()) return false;
  std::size_t length = 1;
  bool accepted = pattern[0] == text[0];
  if (pattern[0] == '?') accepted = text[0] != '/';
  if (pattern[0] == '[') {
    length = pattern.find(']') + 1;
    std::string_view members = pattern.substr(1, length - 2);
    const bool negated = members[0] == '!';
    if (negated) members.remove_prefix(1);
    accepted = text[0] != '/' && (members.find(text[0]) != std::string_view::npos) != negated;
  }
  return accepted && naive_match(pattern.substr(length), text.substr(1), pattern[0] == '/');
}

bool naive_glob(const std::string& pattern, std::string_view path) {
  const bool whole_path = pattern.find('/') != std::string::npos;
  if (!whole_path) path.remove_prefix(path.rfind('/') + 1);
  for (std::string_view one : expand_braces(pattern)) {
    if (naive_match(one, path, true)) return true;
  }
  return false;
}

// Whether braces take part in what makes a `**`: there, and only there, expanding means something else.
bool has_stars_across_braces(const std::string& pattern) {
  for (const char* across : {"*{", "}*", "}{**"}) {
    if (pattern.find(across) != std::string::npos) return true;
  }
  return false;
}

class RandomGlobs {
 public:
  explicit RandomGlobs(unsigned seed) : random_(seed) {}

  std::string pattern() {
    std::string out;
    for (std::size_t pieces = 1 + pick(4); pieces > 0; --pieces) {
      if (!out.empty() && pick(2) == 0) out += '/';
      if ((out.empty() || out.back() == '/') && pick(4) == 0) {
        out += pieces > 1 ? "**/" : "**";
        continue;
      }
      out += piece(2);
    }
    // Outer slashes and empty components are for the tests by hand.
    while (!out.empty() && out.back() == '/')
      out.pop_back();
    return out.empty() || out.front() == '/' || out.front() == '!' ? "a" + out : out;
  }

  std::string path() {
    std::string out;
    for (std::size_t parts = 1 + pick(4); parts > 0; --parts) {
      if (!out.empty()) out += '/';
      for (std::size_t length = 1 + pick(3); length > 0; --length)
        out += "abc"[pick(3)];
    }
    return out;
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  std::string piece(int depth) {
    switch (pick(depth > 0 ? 9 : 7)) {
      case 0:
        return "*";
      case 1:
        return "?";
      case 2:
        return pick(2) == 0 ? "[ab]" : "[!ab]";
      case 7:
      case 8: {
        std::string group = "{";
        for (std::size_t alternatives = 1 + pick(3); alternatives > 0; --alternatives) {
          if (pick(6) == 0) group += "**/";
          for (std::size_t pieces = pick(3); pieces > 0; --pieces)
            group += piece(depth - 1);
          group += pick(8) == 0 ? "/" : "c";
          group += alternatives > 1 ? "," : "}";
        }
        return group;
      }
      default:
        return std::string(1, "abc"[pick(3)]);
    }
  }

  std::mt19937 random_;
};

TEST(Glob, AgreesWithANaiveMatcherOnRandomPatterns) {
  RandomGlobs random(2024);
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::string pattern = random.pattern();
    if (pattern.size() > 60 || has_stars_across_braces(pattern))
      continue;  // the naive matcher is exponential
    const Glob glob = parsed(pattern);
    const Glob large =
        parsed("{" + pattern + "," + std::string(70, 'q') + "}");  // more steps than a word has bits
    for (int i = 0; i < 10; ++i) {
      const std::string path = random.path();
      const bool expected = naive_glob(pattern, path);
      ASSERT_EQ(glob.matches(path, false), expected) << pattern << " with " << path;
      ASSERT_EQ(large.matches(path, false), expected) << pattern << " with " << path;
      accepted += expected ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 5000);  // the patterns do match now and then
}

TEST(Glob, AnyBytesParseOrFailWithoutHarm) {
  std::mt19937 random(5);
  const std::string_view alphabet("*?[]{},!/\\-ab\xc3\xa9\xff^.");
  int valid = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string pattern;
    for (std::size_t length = random() % 16; length > 0; --length)
      pattern += alphabet[random() % alphabet.size()];
    const Result<Glob> glob = Glob::parse(pattern);
    if (!glob) continue;
    ++valid;
    std::string path = "a";
    for (std::size_t length = random() % 12; length > 0; --length)
      path += alphabet[random() % alphabet.size()];
    glob.value().matches(path, round % 2 == 0);
  }
  EXPECT_GT(valid, 5000);
}

TEST(Glob, HardPatternsTakeLinearTime) {
  std::string stars;
  std::string groups;
  for (int i = 0; i < 200; ++i) {
    stars += "a*";
    groups += "{a,{,aa}}";
  }
  const std::string text(4000, 'a');
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches(stars + "b", text));
  EXPECT_FALSE(matches(groups + "b", text));
  EXPECT_FALSE(matches(std::string(5000, '{') + std::string(5000, '}') + "b", text));
  EXPECT_TRUE(matches("x/**/**/**/**/**/**/**/**/**/**/y", "x/" + text + "/y"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Glob, CaseIsIgnoredOnRequest) {
  const auto folds = [](std::string_view pattern, std::string_view path) {
    return Glob::parse(pattern, {.ignore_case = true}).value().matches(path, false);
  };
  EXPECT_TRUE(folds("*.LOG", "x/a.log"));
  EXPECT_TRUE(folds("Read*", "rEADME"));
  EXPECT_TRUE(folds("makefile", "Makefile"));
  EXPECT_TRUE(folds("[a-c]x", "BX"));
  EXPECT_FALSE(folds("[!a-c]x", "BX"));
  EXPECT_FALSE(folds("[[-`]", "x"));
  EXPECT_TRUE(folds("\u00e4\u0416\u03a9", "\u00c4\u0436\u03c9"));
  EXPECT_TRUE(folds("\u0141*", "\u0142a"));
  EXPECT_FALSE(folds("\u00d7", "\u00f7"));
  EXPECT_FALSE(folds("1", "\x11"));
  EXPECT_FALSE(matches("*.LOG", "a.log"));
}

TEST(GlobSet, ThoseThatIgnoreCaseComeLast) {
  const GlobSet set = GlobSet::parse({"*.log"}, {"!OLD*"}).value();
  EXPECT_TRUE(set.admits("a.log", false));
  EXPECT_FALSE(set.admits("old.log", false));
  EXPECT_FALSE(set.admits("a.LOG", false));
}

}  // namespace
}  // namespace weir::input
