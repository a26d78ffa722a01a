// Programs that use what the prelude defines, run by the machine and by jq.
#include <gtest/gtest.h>

#include "record/json.hpp"
#include "transform/jq/json_text.hpp"
#include "transform/jq/machine.hpp"
#include "unit/transform/jq_oracle.hpp"

namespace weir::transform::jq {
namespace {

const char* const kPrograms[] = {
    // Choosing and walking.
    "map(. + 1)", "[.[]? | select(. != null)]", "map(values)", "[.[]? | nulls, booleans, numbers, strings]",
    "[.[]? | arrays, objects, iterables]", "[.. | scalars]", "[.[]? | scalars_or_empty]",
    "[.. | normals, finites]", "[recurse(if type == \"array\" then .[] else empty end)]",
    "[recurse(.[]?; . != 1)]", "[recurse_down]", "del(.a)", "del(.[0])", "del(.[0, 2])", "del(.a, .b)",
    "map_values(1)", "map_values(empty)", "to_entries", "from_entries", "with_entries(.value |= tostring)",
    "with_entries(select(.key != \"a\"))", "[paths]", "[paths(type == \"number\")]", "[leaf_paths]",
    "walk(if type == \"number\" then . + 1 else . end)", "walk(if type == \"array\" then sort else . end)",
    "[walk(1, 2)]", "walk(empty)",
    // Keys.
    "sort_by(.a)", "sort_by(.a, .b)", "group_by(.a)", "unique_by(.a)", "unique_by(length)", "min_by(.a)",
    "max_by(.a)", "min_by(.[1])", "unique", "group_by(type)",
    // Generators.
    "[first(.[]?)]", "[first(empty)]", "isempty(.[]?)", "isempty(empty)", "isempty(error(\"x\"))", "any",
    "all", "any(. == 1)", "all(. != 1)", "any(.[]?; . == null)", "all(.[]?; . == null)", "any(1; true, true)",
    "any(true, error(\"x\"); .)", "all(1; false, false)", "last(.[]?)", "[limit(2; .[]?)]",
    "[limit(0; 1, 2)]", "[limit(-1; 1, 2)]", "[nth(1; .[]?)]", "nth(-1; 1, 2)", "first", "last", "nth(1)",
    "[range(3)]", "[range(0, 1; 3, 4)]", "[range(0; 10; 3)]", "[range(5; 0; -2)]", "[range(0; 1; 0)]",
    "[range(0; 3; -1)]", "[1 | while(. < 50; . * 2)]", "[1 | until(. > 50; . * 3)]",
    "[limit(5; 1 | repeat(. * 2))]", "[.[]? | in({\"a\": 1})]", "inside([1, 2, 3, 4, [1, 2, [3]]])",
    "inside(\"abcabc\")", "combinations", "[combinations]", "[combinations(2)]", "transpose",
    "[.[]? | IN(1, \"a\", null)]", "IN(.[]?; 1, 2)", "1 | IN(1, error(\"x\"))", "INDEX(.a)", "INDEX(.[]?; .)",
    "[JOIN({\"1\": 2}; tostring)]", "[JOIN({\"1\": 2}; .[]?; tostring)]",
    "[JOIN({\"1\": 2}; .[]?; tostring; add)]", "isfinite",
    // Streams.
    "[tostream]", "fromstream(tostream)",
    "[fromstream(1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]]))]",
    "[1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]])]", "bsearch(1)",
    // Text.
    "join(\",\")", "join(\"a\", \"b\")", "ascii_downcase", "[match(\"a\")]", "[match(\"a\", \"b\"; \"g\")]",
    "[match([\"A\", \"gi\"])]", "test(\"a\")", "[test(\"a\", \"b\")]", "test(\"A\"; \"i\", null)",
    "test([\"a\"])", "capture(\"(?<x>[a-z])(?<y>[0-9])?\")", "[capture(\"(?<x>[a-z])\"; \"g\")]",
    "[scan(\"[a-z]\")]", "[scan(\"(.)(b)?\")]", "[scan(\"a\", \"b\")]", "[splits(\"b\")]",
    "[splits(\"b\", \"c\")]", "split(\"b\"; null)", "split(\"B\"; \"i\")", "[splits(\"b\"; \"g\", \"i\")]",
    "split(\", *\"; null)", "sub(\"b\"; \"X\")", "sub(\"(?<l>[a-z])\"; \"<\\(.l)>\")",
    "[sub(\"b\", \"c\"; \"X\", \"Y\")]", "[sub(\"(?<l>b)\"; \"1\", \"2\")]", "gsub(\"[a-c]\"; \"X\")",
    "gsub(\"(?<l>[a-z])\"; .l + \"-\")", "[gsub(\"(?<l>[ab])\"; .l, \"-\")]", "gsub(\"b\"; empty)",
    "[gsub(\"b\"; empty)]", "gsub(\"B\"; \"x\"; \"i\")", "sub(\"b\"; \"x\"; \"g\")",
    "[sub(\"b\"; \"x\"; \"gi\", \"\")]", "gsub(\"b\"; 1)", "gsub(\"b\"; null)", "sub(\"b\"; error(\"e\"))",
    "gsub(\"z\"; error(\"e\"))", "[gsub(\"c|a\"; \"x\", empty)]", "gsub(\"^a\"; \"b\")",
    "gsub(\"^\\\\s+|\\\\s+$\"; \"\")", "gsub(\"b\"; \"x\"; \"q\")", "sub([\"B\", \"i\"]; \"x\")",
    "gsub([\"b\"]; \"x\")", "sub(\"b\"; \"x\"; 1)", "sub(\"b\"; \"x\"; null)", "sub(\"(?<a>b)|c\"; .a)",
    "test(\"b\"; 1)", "match(1)", "capture([])",
    // Text forms, and what is left.
    "@csv", "@tsv", "@html", "@sh", "@uri", "@base64", "@json", "@text", "@html \"<\\(.)>\"", "@base64d",
    "tojson", "try error catch .", "error", "try error(null) catch .", "[.[]?, 1] | add", "splits(\"a\"; 1)",
    "input_line_number", "ascii_upcase", "todate", "(.a, .b)? |= 5", "tostring | ltrimstr(\"a\")",
    "getpath([\"a\", \"b\"])", "[getpath([\"a\"], [\"b\"])]", "env | type", "$ENV | type",
    "[.[]?] | index(1)", "tonumber"};

const char* const kInputs[] = {"null",
                               "1",
                               "-3.5",
                               "\"abcb\"",
                               "\"  a, b,c  \"",
                               "\"éa1b\"",
                               "\"\"",
                               "[]",
                               "[1,2,3]",
                               "[3,1,2,1,null]",
                               "[[1,2],[3,[4]]]",
                               "[\"a\",\"b\",null,1,true]",
                               "{}",
                               "{\"a\":1,\"b\":2}",
                               "{\"b\":{\"a\":[1,null]},\"a\":\"x\"}",
                               "[{\"a\":1,\"b\":2},{\"a\":0,\"b\":1},{\"a\":1,\"b\":0}]",
                               "[{\"key\":\"k\",\"value\":1},{\"name\":\"n\"}]",
                               "[{\"key\":null}]",
                               "[{\"key\":false,\"name\":1}]",
                               "true"};

// All outputs, and the error behind them, as jq gives them in jq_output() below.
std::string outputs_of(const std::string& text, const std::string& input_text) {
  const auto program = Program::compile(text);
  if (!program) return "does not compile";
  if (!program.value()->is_native()) return "not native: " + program.value()->why_not_native();
  Context context;
  const Value environment = Value::object();
  context.environment = &environment;
  Value input;
  std::string error;
  if (!read_json_text(input_text, input, error)) return error;
  Machine machine(program.value(), context);
  Value results = Value::array();
  const auto keep = [&](Value& output) {
    results.edit_array().push_back(output);
    return true;
  };
  const Outcome outcome = machine.run(input, keep);
  if (outcome == Outcome::failed) {
    Value failure = Value::object();
    failure.edit_object().set(Value::borrowed("e"), context.error);
    results.edit_array().push_back(failure);
  }
  return record::to_json(results);
}

TEST(Prelude, DefinesWhatJqDefines) {
  if (!support::has_jq()) GTEST_SKIP() << "jq 1.6 is not installed";
  std::string inputs = "[";
  for (const char* input : kInputs)
    inputs += std::string(inputs.size() > 1 ? "," : "") + input;
  std::string all;
  for (const char* program : kPrograms) {
    if (!all.empty()) all += ",\n";
    // Errors stop a generator: what came before is kept as jq prints it.
    all += std::string("(.[] | [try (") + program + ") catch {e: .}])";
  }
  const auto expected = support::jq_lines(all, inputs + "]");
  ASSERT_EQ(expected.size(), std::size(kPrograms) * std::size(kInputs));
  std::size_t line = 0;
  for (const char* program : kPrograms) {
    for (const char* input : kInputs) {
      EXPECT_EQ(outputs_of(program, input), expected[line]) << program << " of " << input;
      ++line;
    }
  }
}

}  // namespace
}  // namespace weir::transform::jq
