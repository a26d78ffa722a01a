// Programs and machines, apart from what the language means.
#include "transform/jq/machine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "record/json.hpp"

namespace weir::transform::jq {
namespace {

std::shared_ptr<const Program> compile(std::string_view text, const ProgramOptions& options = {}) {
  auto program = Program::compile(text, options);
  EXPECT_TRUE(program) << text << ": " << program.error().what;
  return program ? program.value() : nullptr;
}

std::string complaint(std::string_view text) {
  const auto program = Program::compile(text);
  return program ? "" : program.error().what;
}

Value parsed(std::string_view json) {
  Value value;
  EXPECT_TRUE(record::parse_json(json, value)) << json;
  return value;
}

struct Run {
  Outcome outcome = Outcome::done;
  std::string outputs;  // each with a space behind it
};

Run run(std::string_view text, Value input = {}, const std::atomic<bool>* interrupt = nullptr) {
  Context context;
  Machine machine(compile(text), context, interrupt);
  Run result;
  result.outcome = machine.run(std::move(input), [&](Value& value) {
    result.outputs += record::to_json(value) + " ";
    return true;
  });
  return result;
}

TEST(JqProgram, ShowsThePlaceOfWhatIsWrong) {
  EXPECT_EQ(complaint(".a |\n  foo(1) | 2"),
            "foo/1 is not defined (line 2, column 3):\n      foo(1) | 2\n      ^");
  EXPECT_EQ(complaint("\"ä\" | $x"), "$x is not defined (line 1, column 7):\n    \"ä\" | $x\n          ^");
  EXPECT_EQ(complaint(". | | 2"), "syntax error at '|' (line 1, column 5):\n    . | | 2\n        ^");
  EXPECT_EQ(complaint("1 +"),
            "syntax error: the program ends too early (line 1, column 4):\n    1 +\n       ^");
}

TEST(JqProgram, NamesAllThatIsNotDefined) {
  const std::string text = complaint("a + $b + (label $l | break $m)");
  EXPECT_NE(text.find("a/0 is not defined"), std::string::npos) << text;
  EXPECT_NE(text.find("$b is not defined"), std::string::npos) << text;
  EXPECT_NE(text.find("label $m is not defined"), std::string::npos) << text;
}

TEST(JqProgram, RefusesWhatIsNestedTooDeeply) {
  for (const auto& [open, close] :
       {std::pair("(", ")"), std::pair("[", "]"), std::pair("{a:", "}"), std::pair("-", ""),
        std::pair("try ", ""), std::pair("1|", ""), std::pair("1 as $x|", ""), std::pair("def f:1;", ""),
        std::pair("if 1 then 2 else ", " end"), std::pair("\"\\(", ")\"")}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
      text += open;
    text += "1";
    for (int i = 0; i < 100'000; ++i)
      text += close;
    EXPECT_NE(complaint(text), "") << open;
  }
  std::string chain = "1";
  for (int i = 0; i < 100'000; ++i)
    chain += " - .";
  EXPECT_NE(complaint(chain), "");
  chain = ".";
  for (int i = 0; i < 100'000; ++i)
    chain += ".a";
  EXPECT_NE(complaint(chain), "");
}

TEST(JqProgram, SaysWhatIsNotNative) {
  EXPECT_EQ(compile("1 |\n  input")->why_not_native(), "input/0 at line 2, column 3");
  EXPECT_EQ(compile("[limit(3; inputs)]")->why_not_native(), "inputs/0 at line 1, column 11");
  EXPECT_EQ(compile("import \"a\" as a; .")->why_not_native(), "'import' at line 1, column 1");
  EXPECT_EQ(compile("halt_error")->why_not_native(), "halt_error/0 at line 1, column 1");
  EXPECT_TRUE(compile("def input: 1; input")->is_native());
}

TEST(JqProgram, RunsTheFrontOfAPipeNatively) {
  const Split split = compile("def f: .a; select(f) | .b | debug | .c")->split();
  EXPECT_EQ(split.native, "def f: .a; select(f) | .b ");
  EXPECT_EQ(split.rest, "def f: .a;  debug | .c");
  EXPECT_EQ(compile("input | .a")->split().native, "");
  EXPECT_EQ(compile("(.a | input)")->split().native, "");
  EXPECT_EQ(compile(".a as $x | input")->split().native, "");
  EXPECT_EQ(compile(".a")->split().rest, "");
  // An error behind the `try` would come back to it.
  EXPECT_EQ(compile("(try .a) | input")->split().native, "");
  EXPECT_EQ(compile("[try .a] | input")->split().native, "[try .a] ");
}

TEST(JqProgram, KnowsTheFieldsOfTheInput) {
  const auto program =
      compile("select(.level == \"error\" and .http.status > 499) | {ts, s: .http.status, \"a b\"}");
  ASSERT_EQ(program->fields().size(), 4u);
  EXPECT_EQ(program->fields().path(0), std::vector<std::string>({"level"}));
  EXPECT_EQ(program->fields().path(1), std::vector<std::string>({"http", "status"}));
  EXPECT_EQ(program->fields().path(3), std::vector<std::string>({"a b"}));
  EXPECT_FALSE(program->uses_root());
  EXPECT_FALSE(program->passes_root());
  EXPECT_TRUE(compile("select(.a)")->passes_root());
  EXPECT_FALSE(compile("select(.a)")->uses_root());
  EXPECT_FALSE(compile(". as {$a, b: [$c]} | $a + $c")->uses_root());
  EXPECT_EQ(compile(". as {$a, b: [$c]} | $a + $c")->fields().size(), 2u);
  EXPECT_TRUE(compile("length")->uses_root());
  EXPECT_TRUE(compile(".[.a]")->uses_root());
  EXPECT_TRUE(compile(".a = 1")->uses_root());
  EXPECT_FALSE(compile(".a.b.c, .[\"d\"].e?, (.f | .g)")->uses_root());
}

TEST(JqMachine, TakesFieldsFromTheirSlots) {
  const auto program = compile("select(.level == \"error\") | {level, s: .http.status}");
  Context context;
  Machine machine(program, context);
  std::vector<record::FieldSlot> slots(2);
  slots[0].value = Value::string("error");
  slots[1].value = Value::number(500);
  std::string output;
  const auto sink = [&](Value& value) {
    output += record::to_json(value);
    return true;
  };
  EXPECT_EQ(machine.run(Value(), slots, sink), Outcome::done);
  EXPECT_EQ(output, R"({"level":"error","s":500})");
  Machine binder(compile(". as {level: $l, http: {status: $s}} | [$l, $s]"), context);
  slots[1].value = parsed(R"({"status":404})");
  output.clear();
  EXPECT_EQ(binder.run(Value(), slots, sink), Outcome::done);
  EXPECT_EQ(output, R"(["error",404])");
  slots[1].is_regular = false;
  EXPECT_EQ(machine.run(parsed(R"({"level":"error","http":"x"})"), slots, sink), Outcome::failed);
  EXPECT_EQ(context.error.text(), "Cannot index string with string \"status\"");
}

TEST(JqMachine, KnowsItsArguments) {
  ProgramOptions options;
  options.arguments.emplace_back("x", parsed(R"({"a":[1,"b"]})"));
  options.arguments.emplace_back("y", Value::number(2));
  const auto program = compile("[$x.a, $y]", options);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Context context;
      Machine machine(program, context);
      for (int k = 0; k < 1000; ++k) {
        machine.run(Value(), [&](Value& value) {
          EXPECT_EQ(record::to_json(value), R"([[1,"b"],2])");
          return true;
        });
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

TEST(JqMachine, StopsWhenTheSinkHasEnough) {
  Context context;
  Machine machine(compile("range(1000000000)"), context);
  int count = 0;
  EXPECT_EQ(machine.run(Value(), [&](Value&) { return ++count < 10; }), Outcome::stopped);
  EXPECT_EQ(count, 10);
  count = 0;
  EXPECT_EQ(machine.run(Value(), [&](Value&) { return ++count < 5; }), Outcome::stopped);
  EXPECT_EQ(count, 5);
}

TEST(JqMachine, EndsWhenItIsInterrupted) {
  for (const char* endless :
       {"range(infinite) | empty", "repeat(empty)", "last(repeat(1))", "def f: f; f", "def f: . | f; f",
        "0 | until(false; . + 1)", "last(recurse(.))", "[range(1e12)|empty]", "def f: (empty, f); f",
        "last(while(true; .))", "reduce repeat(1) as $x (0; . + $x)", "last(0|recurse(. + 1))"}) {
    std::atomic<bool> flag = true;
    EXPECT_EQ(run(endless, {}, &flag).outcome, Outcome::interrupted) << endless;
  }
}

TEST(JqMachine, GivesUpBeforeTheStackEnds) {
  for (const char* deep : {"def f: 1 + f; f", "def f: (f | f); f", "def f: [f]; f", "def f: {a: f}; f",
                           "def f: try f; f", "def f(g): f(g | g) | g; f(.)", "def f: path(f); f",
                           "def f: f as $x | $x; f", "def f: reduce f as $x (0; 1); f", "last(recurse(., .))",
                           "def f: .a |= f; f", "def f: f == 1; f", "def f: f // 1; f"}) {
    EXPECT_EQ(run(deep).outcome, Outcome::gave_up) << deep;
  }
}

TEST(JqMachine, RecursesFarInTheLastStep) {
  EXPECT_EQ(run("def f: if . >= 100000 then . else . + 1 | f end; 0 | f").outputs, "100000 ");
  EXPECT_EQ(run("def f($n): if $n == 0 then \"end\" else f($n - 1) end; f(100000)").outputs, "\"end\" ");
  EXPECT_EQ(run("def f: . as $x | if $x >= 100000 then $x else $x + 1 | f end; 0 | f").outputs, "100000 ");
  EXPECT_EQ(run("def f: if . < 100000 then ., (. + 1 | f) else empty end; last(0 | f)").outputs, "99999 ");
}

TEST(JqMachine, WalksThroughDeepValues) {
  const std::string deep = "reduce range(500) as $i (1; [.]) | ";
  EXPECT_EQ(run(deep + "[..] | length").outputs, "501 ");
  EXPECT_EQ(run(deep + "[paths] | length").outputs, "500 ");
  EXPECT_EQ(run(deep + "(.. | numbers) |= . + 6 | tojson | length").outputs, "1001 ");
  // Whatever the depth, there is an end.
  const std::string deeper = "reduce range(100000) as $i (1; [.]) | ";
  for (const char* program :
       {"[..] | length", "[paths] | length", "(.. | numbers) |= 1 | length", "walk(.) | length",
        "[recurse(.[]?)] | length", ". == .", "[tostream] | length"}) {
    const Outcome outcome = run(deeper + program).outcome;
    EXPECT_TRUE(outcome != Outcome::stopped && outcome != Outcome::interrupted) << program;
  }
}

// Each of these takes minutes when a step copies what was made before.
TEST(JqMachine, MakesLargeValuesInPlace) {
  for (const char* program :
       {"reduce range(200000) as $i ([]; . + [$i]) | length",
        "reduce range(200000) as $i ([]; .[$i] = $i) | length",
        "reduce range(200000) as $i ([]; .[$i] += 1) | length",
        "reduce range(200000) as $i ({a: []}; .a += [$i]) | .a | length",
        "reduce range(200000) as $i ({a: []}; .a |= . + [$i]) | .a | length",
        "reduce range(200000) as $i ([[]]; .[0][$i] |= $i) | .[0] | length",
        "reduce range(200000) as $i (\"\"; . + \"x\") | length",
        "[foreach range(200000) as $i ([]; . + [$i]; 1)] | length", "[range(200000)] | .[] |= . + 1 | length",
        "[range(200000)] | map(. + 1) | length",
        "reduce (range(200000) | tostring) as $k ({}; .[$k] = 1) | length"}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run(program).outputs, "200000 ") << program;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << program;
  }
}

// A machine may fill the objects that it gave out before anew; that must not be seen.
TEST(JqMachine, SaysTheSameEachTime) {
  for (const char* program :
       {"{a: [1, {b: .n}]}", "{a: .n, b: 2} | del(.a) | .c = 3", "{a: {b: {c: .n}}}, {a: 1}",
        "{a: .n} | ., .", "{a: .n} as $x | $x, ($x | .b = 1), $x", "[{a: .n}, {a: 2}] | .[]",
        "{a: .n, b: (.n, 2)}", "{a: [1, {b: 2}]} | delpaths([[\"a\", 0], [\"a\", 1, \"b\"]])",
        "{(.k): 1, b: {c: .n}}"}) {
    Context context;
    Machine machine(compile(program), context);
    std::string first;
    for (int i = 0; i < 4; ++i) {
      std::string outputs;
      const auto sink = [&outputs](Value& value) {
        outputs += record::to_json(value) + " ";
        return true;
      };
      EXPECT_EQ(machine.run(parsed(R"({"n":7,"k":"key"})"), sink), Outcome::done) << program;
      if (i == 0) first = outputs;
      EXPECT_EQ(outputs, first) << program;
    }
  }
}

std::vector<AnyOf> required(std::string_view text) {
  return compile(text)->required_bytes();
}

TEST(JqProgram, KnowsWhatRecordsMustHave) {
  using All = std::vector<AnyOf>;
  EXPECT_EQ(required("select(.level == \"error\") | .a"), All({{"\"error\""}}));
  EXPECT_EQ(required("def f: 1; select(\"error\" == .level) | f"), All({{"\"error\""}}));
  EXPECT_EQ(required("select(.level == (\"error\", \"fatal\"))"), All({{"\"error\"", "\"fatal\""}}));
  EXPECT_EQ(required("select(.a == \"one\" or .b == \"two\")"), All({{"\"one\"", "\"two\""}}));
  EXPECT_EQ(required("select(.a == \"one\" and .b == \"two\")"), All({{"\"one\""}, {"\"two\""}}));
  EXPECT_EQ(required("select(.a == \"one\") | select(.b == \"two\")"), All({{"\"one\""}, {"\"two\""}}));
  EXPECT_EQ(required("select(.ok == true)"), All({{"true"}}));
  EXPECT_EQ(required("select(.error)"), All({{"error"}}));
  EXPECT_EQ(required("select((.msg | test(\"timeout|refused\"))?)"), All({{"timeout", "refused"}}));
  EXPECT_EQ(required("select((.msg | startswith(\"GET \"))?)"), All({{"GET "}}));
  // What follows cannot fail before the first has come true.
  EXPECT_EQ(required("select(.level == \"error\" and .http.status >= 500)"), All({{"\"error\""}}));
}

TEST(JqProgram, PassesOverNoRecordThatMakesAnError) {
  for (const char* program :
       {"select(.http.status >= 500 and .level == \"error\")", "select(.a.b == \"xyz\")",
        "select(.msg | test(\"xyz\"))", "select(.msg | startswith(\"xyz\"))", "select(.a[] == \"xyz\")",
        "select(.a[0] == \"xyz\")", "select(.a.b) | select(.c == \"xyz\")",
        "select(.a == \"xyz\" or .b.c == \"abc\")"}) {
    EXPECT_TRUE(required(program).empty()) << program;
  }
}

TEST(JqProgram, AsksForNothingThatMayBeSpelledOtherwise) {
  for (const char* program :
       {"select(.a == \"ab\")", "select(.a == \"a\\\"bcd\")", "select(.a == \"a\\nbcd\")",
        "select(.a == 404)", "select(.a != \"error\")", "select(.a == null)", "select(.a == \"xyz\" | not)",
        "select(.a | not)", "select((.a | test(\"ti.e\"))?)", "select((.a | test(\"time\"; \"i\"))?)",
        "select(.a == \"x\\ufffdyz\")", "select((.a | contains([\"xyz\"]))?)",
        "select(.a == \"xyz\" // true)", "select(.a + \"c\" == \"abc\")",
        "select((.a | ascii_downcase | test(\"xyz\"))?)", ".a == \"error\"", "select(.a == \"xyz\"), 1"}) {
    EXPECT_TRUE(required(program).empty()) << program;
  }
}

}  // namespace
}  // namespace weir::transform::jq
