// Reading patterns: what is understood, what is left to PCRE2, and what follows for literals.
#include "filter/syntax.hpp"

#include <gtest/gtest.h>

#include <string>

#include "filter/database_pattern.hpp"
#include "filter/literals.hpp"

namespace weir::filter {
namespace {

std::optional<Tree> read(std::string_view pattern, bool caseless = false) {
  ClassCache cache;
  return parse(pattern, caseless, cache);
}

std::vector<std::string> bytes_of(const std::vector<Literal>& literals) {
  std::vector<std::string> bytes;
  for (const Literal& literal : literals)
    bytes.push_back(literal.bytes);
  return bytes;
}

std::vector<std::string> required(std::string_view pattern) {
  const auto tree = read(pattern);
  return tree ? bytes_of(required_literals(tree->root)) : std::vector<std::string>{"not understood"};
}

std::string database(std::string_view pattern) {
  const auto tree = read(pattern);
  if (!tree) return "not understood";
  const auto printed = database_pattern(*tree, Boundary::none, Alphabet::ascii);
  return printed ? printed->text : "never";
}

using Strings = std::vector<std::string>;

TEST(Parse, LeavesToPcre2WhatItIsNotSureOf) {
  for (const char* pattern :
       {"(?R)",   "(?1)",   "(*SKIP)a",  "(*CRLF)a",  "\\G",      "\\R",   "\\X",     "\\C",
        "\\g{1}", "\\k<n>", "\\10",      "(?(1)a)",   "(?x)a b",  "(?#c)", "a(?#c)+", "\\Qab",
        "\\Q\\E", "a\\E+",  "[\\Qa\\E]", "[[:<:]]",   "[[.a.]]",  "a{,3}", "a{ 1 }",  "a{2}{3}",
        "\\b+",   "\\K",    "(?C1)",     "\\N{U+41}", "\\x{ 41 }"})
    EXPECT_FALSE(read(pattern)) << pattern;
}

TEST(Parse, UnderstandsWhatGrepUsersWrite) {
  for (const char* pattern : {"a|b",          "(a|b)*?c", "(?:a)(?<n>b)(?P<m>c)(?'o'd)",
                              "[]a]",         "[^]a]",    "[a\\]b]",
                              "[[:alpha:]_]", "a{2}",     "a{2,}",
                              "a{2,3}?",      "a{x",      "{",
                              "\\Qa.b\\E+",   "(?i)a",    "(?i:a)b",
                              "(?-i)a",       "\\x41",    "\\x{1F600}",
                              "\\o{101}",     "\\012",    "\\p{Lu}",
                              "\\PL",         "(?=a)b",   "(?>a|ab)c",
                              "a++",          "(a)\\1",   "^a$",
                              "\\bfoo\\b",    "\\.",      "é+"})
    EXPECT_TRUE(read(pattern)) << pattern;
}

TEST(Parse, MarksWhatTheTreeLeavesOut) {
  EXPECT_FALSE(read("(a|b)+?c{2}")->superset);
  for (const char* pattern : {"(?=a)b", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)", "a*+"})
    EXPECT_TRUE(read(pattern)->superset) << pattern;
  EXPECT_TRUE(read("(a)\\1")->back_reference);
}

TEST(Parse, OptionLettersLastToTheGroupsEndOverItsLaterBranches) {
  EXPECT_EQ(database("(a(?i)b|c)d"), "(?:a[\\x42\\x62]|[\\x43\\x63])d");
}

TEST(AlwaysMatches, NeedsNoCharacterAndNoPlace) {
  for (const char* pattern : {"", "a*", "a|", "(a?b*)*", "(?:)"})
    EXPECT_TRUE(always_matches(*read(pattern))) << pattern;
  for (const char* pattern : {"a", "^", "a*$", "\\b", "(?=a)", "a*+|\\B"})
    EXPECT_FALSE(always_matches(*read(pattern))) << pattern;
}

TEST(DatabasePattern, CannotReachOverALinesEnd) {
  EXPECT_EQ(database("a\\sb"), "a[\\x09\\x0b-\\x0d\\x20]b");
  EXPECT_EQ(database("a[^b]c"), "a[\\x00-\\x09\\x0b-\\x61\\x63-\\x7f]c");
  EXPECT_EQ(database("a.c"), "a[\\x00-\\x09\\x0b-\\x7f]c");
  EXPECT_EQ(database("a\\nb"), "never");
  EXPECT_EQ(database("a\\nb|c"), "c");
}

TEST(DatabasePattern, DropsLooseEnds) {
  EXPECT_EQ(database("[a-c]+_x"), "[\\x61-\\x63]_x");
  EXPECT_EQ(database(".*foo.*"), "foo");
  EXPECT_EQ(database("a{2,5}b{3}c?"), "(?:a){2}(?:b){3}");
  EXPECT_EQ(database("^a*b"), "^(?:a)*b");
  EXPECT_EQ(database("(?:a+|b+)x"), "(?:a|b)x");
}

TEST(RequiredLiterals, AreWhatEveryMatchHolds) {
  EXPECT_EQ(required("foo.*quux"), Strings{"quux"});
  EXPECT_EQ(required("(foo|quux)\\d+"), (Strings{"foo", "quux"}));
  EXPECT_EQ(required("(?:id_)+x?"), Strings{"id_"});
  EXPECT_EQ(required("a?b*"), Strings{});
  EXPECT_EQ(required("\\bQuux\\b"), Strings{"Quux"});
  EXPECT_EQ(required("(?!no)yes_"), Strings{"yes_"});
  EXPECT_EQ(required("x[yz]_"), (Strings{"xy_", "xz_"}));
}

TEST(Expand, KeepsCaseVariantsBeyondAsciiApart) {
  const auto folded = expand(read("task", true)->root, 8);
  ASSERT_TRUE(folded);
  EXPECT_TRUE(folded->front().folds_beyond_ascii());
  EXPECT_FALSE(expand(read("(?i:a)b")->root, 8)) << "one literal has one kind of case";
  const auto classes = expand(read("[kK]")->root, 8);
  ASSERT_TRUE(classes);
  EXPECT_EQ(classes->size(), 2U) << "a class written out does not match U+212A";
}

TEST(WithoutRedundant, KeepsTheShortest) {
  EXPECT_EQ(
      bytes_of(without_redundant({{"errors", false}, {"error", false}, {"err", true}, {"error", false}})),
      (Strings{"error", "err"}));
}

}  // namespace
}  // namespace weir::filter
