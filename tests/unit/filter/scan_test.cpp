// The literal kernels against plain search, at all positions and lengths around the vector widths, with
// exactly the 64 readable bytes that a chunk promises behind the text.
#include "filter/scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "support/guarded_text.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kReadable = 64;

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::size_t plain_find(std::string_view text, std::size_t from, const std::vector<Literal>& literals) {
  for (std::size_t at = from; at < text.size(); ++at) {
    for (const Literal& literal : literals) {
      const std::string_view here = text.substr(at, literal.bytes.size());
      const bool equal = std::equal(here.begin(), here.end(), literal.bytes.begin(), literal.bytes.end(),
                                    [&](char a, char b) { return (literal.caseless ? folded(a) : a) == b; });
      if (equal) return at;
    }
  }
  return Occurrence::kNone;
}

// One line, so that a set scan, which promises the first line only, has to find the right one: any.
void check(const Scan& scan, const std::vector<Literal>& literals, std::string_view text) {
  const support::GuardedText guarded(text, kReadable);
  const std::size_t expected = plain_find(text, 0, literals);
  const Occurrence found = scan.next(guarded.view(), 0);
  if (expected == Occurrence::kNone) {
    ASSERT_EQ(found.at, Occurrence::kNone) << testing::PrintToString(std::string(text));
    return;
  }
  ASSERT_NE(found.at, Occurrence::kNone) << testing::PrintToString(std::string(text));
  ASSERT_EQ(plain_find(text, found.at, literals), found.at);
  if (literals.size() == 1) {
    ASSERT_EQ(found.at, expected);
  }
}

void check_everywhere(const std::vector<Literal>& literals) {
  const auto scan = make_scan(literals, Boundary::none);
  ASSERT_NE(scan, nullptr);
  for (const Literal& literal : literals) {
    for (std::size_t size = 0; size < 200; ++size) {
      const std::string filler(size, '.');
      ASSERT_NO_FATAL_FAILURE(check(*scan, literals, filler));
      for (std::size_t at = 0; at + literal.bytes.size() <= size; ++at) {
        std::string text = filler;
        text.replace(at, literal.bytes.size(), literal.bytes);
        ASSERT_NO_FATAL_FAILURE(check(*scan, literals, text)) << literal.bytes << " at " << at;
        // Cut off at the end, it must not be completed by what is readable behind the text.
        if (at + literal.bytes.size() == size && size > 0) {
          text.pop_back();
          ASSERT_NO_FATAL_FAILURE(check(*scan, literals, text));
        }
      }
    }
  }
}

TEST(LiteralScan, FindsALiteralAtEveryPosition) {
  for (const char* bytes :
       {"a", "ab", "needle", "a literal that is longer than one vector of sixteen", "aaaa"})
    ASSERT_NO_FATAL_FAILURE(check_everywhere({{bytes, false}}));
}

TEST(LiteralSetScan, FindsEachLiteralAtEveryPosition) {
  ASSERT_NO_FATAL_FAILURE(check_everywhere({{"needle", false}, {"hay", false}}));
  ASSERT_NO_FATAL_FAILURE(check_everywhere({{"#", false}, {"long enough", false}}));
  std::vector<Literal> many;
  for (char c = 'a'; c <= 'z'; ++c)
    many.push_back({std::string("q") + c + "zx" + c + "_number_nine", false});
  ASSERT_NO_FATAL_FAILURE(check_everywhere(many));
}

TEST(LiteralSetScan, RefusesSetsOfCommonBytes) {
  EXPECT_EQ(make_scan({{"e", false}, {"a", false}, {" ", false}}, Boundary::none), nullptr);
  EXPECT_EQ(make_scan({{"", false}}, Boundary::none), nullptr);
}

TEST(LiteralScans, EqualPlainSearchOnRandomText) {
  std::mt19937 random(3);
  const std::vector<std::vector<Literal>> sets = {{{"ab", false}},
                                                  {{"ab", true}},
                                                  {{"a_b#", true}, {"#b", true}},
                                                  {{"a##b#a_a#", false}, {"_#_", false}, {"#bA", false}}};
  for (const auto& literals : sets) {
    const auto scan = make_scan(literals, Boundary::none);
    ASSERT_NE(scan, nullptr);
    for (int round = 0; round < 3000; ++round) {
      std::string text(random() % 150, '.');
      for (char& c : text)
        c = "abAB_#.x"[random() % 8];
      ASSERT_NO_FATAL_FAILURE(check(*scan, literals, text));
    }
  }
}

// Large texts choose the bytes to look for: whatever they make of it, nothing is missed.
TEST(LiteralScan, FindsTheSameWhateverTheTextMakesCommon) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (const bool caseless : {false, true}) {
    for (const char* bytes :
         {"xq", "kernel panic", "zebra crossing", "aaab", "a literal of more than sixteen bytes"}) {
      const Literal literal = {bytes, caseless};
      std::string text;
      while (text.size() < (std::size_t{80} << 10)) {
        std::string word = bytes;
        if (random() % 50 != 0) word[random() % word.size()] = '-';
        text += word;
        text.append(random() % 9, ' ');
      }
      const auto scan = make_scan({literal}, Boundary::none);
      ASSERT_NE(scan, nullptr);
      const support::GuardedText guarded(text, kReadable);
      for (std::size_t from = 0; from != Occurrence::kNone;) {
        const std::size_t expected = plain_find(text, from, {literal});
        ASSERT_EQ(scan->next(guarded.view(), from).at, expected) << bytes;
        from = expected == Occurrence::kNone ? expected : expected + 1;
      }
      ASSERT_NO_FATAL_FAILURE(check(*scan, {literal}, text.substr(random() % 1000, 1000)));
    }
  }
}

TEST(LiteralSetScan, FindsTheSameWhateverTheTextMakesCommon) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::vector<std::vector<Literal>> sets = {
      {{"timeout", false}, {"refused", false}, {"out of memory", true}}, {{"ab", true}, {"#!", false}}, {}};
  for (int i = 0; i < 20; ++i)
    sets.back().push_back({"word " + std::to_string(i) + " \xC3\xA9t\xC3\xA9", i % 2 == 0});
  for (const auto& literals : sets) {
    std::string text;
    while (text.size() < (std::size_t{80} << 10)) {
      std::string word = literals[random() % literals.size()].bytes;
      if (random() % 50 != 0) word[random() % word.size()] = '-';
      text += word;
      text.append(random() % 9, ' ');
    }
    const auto scan = make_scan(literals, Boundary::none);
    ASSERT_NE(scan, nullptr);
    const support::GuardedText guarded(text, kReadable);
    for (std::size_t from = 0; from != Occurrence::kNone;) {
      const Occurrence found = scan->next(guarded.view(), from);
      const std::size_t expected = plain_find(text, from, literals);
      if (expected == Occurrence::kNone) {
        ASSERT_EQ(found.at, expected);
        break;
      }
      // Of occurrences close by, any is right; none in front of their vectors is left out.
      ASSERT_NE(found.at, Occurrence::kNone);
      ASSERT_EQ(plain_find(text, found.at, literals), found.at);
      ASSERT_LT(found.at, expected + 256);
      from = expected + 1;
    }
  }
}

TEST(Fits, LooksAtTheNeighboursOnly) {
  EXPECT_EQ(fits(Boundary::word, "a foo b", 2, 3), Fit::yes);
  EXPECT_EQ(fits(Boundary::word, "foo", 0, 3), Fit::yes);
  EXPECT_EQ(fits(Boundary::word, "afoo", 1, 3), Fit::no);
  EXPECT_EQ(fits(Boundary::word, "foo_", 0, 3), Fit::no);
  EXPECT_EQ(fits(Boundary::word,
                 "é"
                 "foo",
                 2, 3),
            Fit::unknown);
  EXPECT_EQ(fits(Boundary::word,
                 "é"
                 "foo1",
                 2, 3),
            Fit::no);
  EXPECT_EQ(fits(Boundary::line, "a\nfoo\nb", 2, 3), Fit::yes);
  EXPECT_EQ(fits(Boundary::line, "a\nfoo b", 2, 3), Fit::no);
}

}  // namespace
}  // namespace weir::filter
