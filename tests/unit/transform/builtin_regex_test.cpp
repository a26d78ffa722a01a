#include "unit/transform/builtin_calls.hpp"

namespace weir::transform::jq {
namespace {

Tested collected(const std::string& name, const std::string& call, int arity) {
  Tested tested = builtin(name, arity);
  tested.call = call;
  return tested;
}

// sub and gsub with one replacement, as the prelude puts them together.
Tested substitution(const std::string& call, const std::string& parts, int arity, const std::string& flags,
                    bool all) {
  return {call, call,
          [=](Context& context, Value& input, std::span<Value> arguments) {
            std::vector<Value> given(arguments.begin(), arguments.begin() + 1);
            if (parts == "_edits") given.insert(given.end(), {Value::borrowed(flags), Value::boolean(all)});
            if (!find_builtin(parts, static_cast<int>(given.size()))->run(context, input, given))
              return false;
            const Value edits = input;
            Value outputs = Value::array();
            for (const Value& capture : edits.fields().find("captures")->items()) {
              Value output = Value::borrowed("<");
              output.append_text(record::to_json(capture) + ">");
              outputs.edit_array().push_back(Value::array({output}));
            }
            input = *edits.fields().find("texts");
            return find_builtin("_splice", 1)->run(context, input, {&outputs, 1});
          },
          arity};
}

std::vector<Tested> functions() {
  return {builtin("test", 1),
          builtin("test", 2),
          collected("_matches", "[match($a)]", 1),
          collected("_match_impl", "[match($a; $b)]", 3),
          collected("_captures", "[capture($a)]", 1),
          collected("_captures", "[capture($a; $b)]", 2),
          collected("_scan", "[scan($a)]", 1),
          substitution("sub($a; \"<\\(.)>\")", "_first_edit", 1, "", false)};
}

class Regexes : public testing::Test {
 protected:
  void SetUp() override {
    if (!support::has_jq()) GTEST_SKIP() << "jq 1.6 is not installed";
  }
};

TEST_F(Regexes, FindWhatJqFinds) {
  std::vector<std::string> subjects = {R"~("")~",
                                       R"~("a")~",
                                       R"~("abc")~",
                                       R"~("aXbxcX")~",
                                       R"~("foo bar foo")~",
                                       R"~("a\nb\nab")~",
                                       R"~("a\u0000b")~",
                                       R"~("aaaa")~",
                                       "1",
                                       "null",
                                       "[]"};
  const std::vector<std::string> patterns = {R"~("a")~",
                                             R"~("")~",
                                             R"~("x*")~",
                                             R"~("(a)(b)?")~",
                                             R"~("(?<n>a)|(?<m>b)")~",
                                             R"~("(?<n>a)|(?<n>b)")~",
                                             R"~("(?=b)")~",
                                             R"~("^a")~",
                                             R"~("b$")~",
                                             R"~("a.b")~",
                                             R"~("()b")~",
                                             R"~("(?=(b))a?")~",
                                             R"~("a|ab|abc")~",
                                             R"~("a b c # x")~",
                                             R"~("\\bfoo\\b")~",
                                             R"~("(")~",
                                             R"~("[")~",
                                             R"~("*")~",
                                             R"~("(?<1>a)")~",
                                             R"~("\\p{Foo}")~",
                                             R"~("a{2,1}")~",
                                             R"~("\\")~",
                                             R"~("\\k<x>")~",
                                             R"~("(?z)")~",
                                             R"~(1)~",
                                             R"~(null)~",
                                             R"~([])~",
                                             R"~(["a"])~",
                                             R"~(["A","gi"])~",
                                             R"~(["a",1])~",
                                             R"~([1,"g"])~",
                                             R"~({})~"};
  const std::vector<std::string> flags = {"null",      R"~("")~",  R"~("g")~", R"~("gi")~",
                                          R"~("x")~",  R"~("s")~", R"~("p")~", R"~("gl")~",
                                          R"~("gn")~", R"~("q")~", R"~("é")~", "1"};
  std::vector<std::vector<std::string>> cases;
  for (const Tested& tested : functions()) {
    cases.emplace_back();
    for (const std::string& subject : subjects) {
      for (const std::string& pattern : patterns) {
        if (tested.arity == 1) cases.back().push_back(std::string("[").append(subject) + "," + pattern + "]");
        for (const std::string& flag : flags) {
          if (tested.arity > 1)
            cases.back().push_back(std::string("[").append(subject) + "," + pattern + "," + flag + "]");
        }
      }
    }
  }
  compare_with_jq(functions(), cases);
}

TEST_F(Regexes, CountCodePoints) {
  const std::vector<std::string> subjects = {R"~("aéb€c😀dé")~", R"~("éé")~", R"~("日本語 text 日本")~",
                                             R"~("ÀÉ")~"};
  const std::vector<std::string> patterns = {
      R"~(["é","g"])~",        R"~(["[a-d]","g"])~",     R"~(["(?<x>é)(b)?","g"])~",
      R"~(["(?<=é)b","g"])~",  R"~(["b(?=(€c))","g"])~", R"~(["(日本)|(t)","g"])~",
      R"~(["à","gi"])~",       R"~([".","g"])~",         R"~(["(?<l>\\p{L}+)","g"])~",
      R"~(["(?<=(é)).","g"])~"};
  compare_with_jq({collected("_matches", "[match($a)]", 1), collected("_captures", "[capture($a)]", 1)},
                  subjects, patterns);
}

TEST_F(Regexes, SubstituteAndSplitAsJq) {
  const std::vector<std::string> subjects = {
      R"~("abcabc")~", R"~("a, b,c")~", R"~("éaéa")~", R"~("  x  ")~", R"~("")~", R"~("aaa")~", "1"};
  const std::vector<std::string> patterns = {
      R"~("a")~",   R"~("b|c")~",         R"~("^a")~", R"~("(?<x>[a-c])(?<y>b)?")~",
      R"~(", *")~", R"~("^\\s+|\\s+$")~", R"~("c$")~", R"~("é")~",
      R"~("zz")~",  R"~("(")~",           "1"};
  Tested splits = {"_splits", "split($a; null)",
                   [](Context& context, Value& input, std::span<Value> arguments) {
                     std::vector<Value> given{arguments[0], Value::array({Value()})};
                     return find_builtin("_splits", 2)->run(context, input, given);
                   },
                   1};
  compare_with_jq({splits, substitution("sub($a; \"<\\(.)>\")", "_first_edit", 1, "", false),
                   substitution("gsub($a; \"<\\(.)>\")", "_edits", 1, "", true),
                   substitution("sub($a; \"<\\(.)>\"; \"i\")", "_edits", 1, "i", false)},
                  subjects, patterns);
}

TEST(Regex, WhatDoesNotEndInJqIsAnError) {
  Context context;
  for (const char* pattern : {"", "x*", "(?=b)", "^"}) {
    std::vector<Value> arguments{Value::borrowed(pattern), Value::borrowed(""), Value::boolean(true)};
    Value input = Value::borrowed("abc");
    EXPECT_FALSE(find_builtin("_edits", 3)->run(context, input, arguments)) << pattern;
    EXPECT_EQ(context.error.text(), "gsub does not end where the pattern matches the empty text");
  }
}

TEST(Regex, EmptyMatchesBetweenLongCodePointsAreFoundOnce) {
  Context context;
  Value input = Value::borrowed(
      "a\xc3\xa9"
      "b");
  std::vector<Value> arguments{Value::borrowed(""), Value::borrowed("g"), Value::boolean(false)};
  ASSERT_TRUE(find_builtin("_match_impl", 3)->run(context, input, arguments));
  EXPECT_EQ(
      record::to_json(input),
      R"([{"offset":0,"length":0,"string":"","captures":[]},{"offset":1,"length":0,"string":"","captures":[]},)"
      R"~({"offset":2,"length":0,"string":"","captures":[]}])~");
}

TEST(Regex, PatternsThatTryTooMuchAreErrors) {
  Context context;
  const std::string subject(200, 'a');
  for (const char* pattern : {"(a+)+b", "(a|a)*b", "(.*)*x"}) {
    Value input = Value::borrowed(subject);
    Value argument = Value::borrowed(pattern);
    if (find_builtin("test", 1)->run(context, input, {&argument, 1})) {
      EXPECT_EQ(input.kind(), record::Kind::false_value) << pattern;
    } else {
      EXPECT_EQ(context.error.text().substr(0, 27), "Regex failure: retry-limit-") << context.error.text();
    }
  }
}

TEST(Regex, ManyPatternsAreForgottenAgain) {
  Context context;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      const std::string subject = std::to_string(i);
      const std::string pattern = subject + "$";
      Value input = Value::borrowed(subject);
      Value argument = Value::borrowed(pattern);
      ASSERT_TRUE(find_builtin("test", 1)->run(context, input, {&argument, 1}));
      EXPECT_TRUE(input.is_true());
    }
  }
}

}  // namespace
}  // namespace weir::transform::jq
