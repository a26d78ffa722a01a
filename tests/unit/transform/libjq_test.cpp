#include "transform/jq/libjq.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/sanitizers.hpp"

#if WEIR_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace {

using namespace weir::transform::jq;
using weir::record::Kind;

// All that came out, one line each: outputs as they are, "error: ...", "message: ...", "halt N: ...".
struct Transcript final : LibjqSink {
  bool output(std::string_view text, Kind) override {
    lines.emplace_back(text);
    return lines.size() < most;
  }
  void error(std::string_view text) override { lines.push_back("error" + std::string(text)); }
  void message(std::string_view text) override { lines.push_back("message: " + std::string(text)); }
  bool halted(int status, std::string_view text) override {
    lines.push_back("halt " + std::to_string(status) + ": " + std::string(text));
    return goes_on;
  }
  std::vector<std::string> lines;
  std::size_t most = 1000000;
  bool goes_on = true;
};

using Lines = std::vector<std::string>;

struct Ran {
  Lines lines;
  LibjqEnd end = LibjqEnd::done;
  std::string problem;
};

Ran run(const LibjqProgram& program, std::string_view text, const LibjqStyle& style = {}) {
  std::string error;
  const auto state = LibjqState::make(program, style, error);
  EXPECT_TRUE(state) << error;
  Ran ran;
  if (!state) return ran;
  Transcript transcript;
  ran.end = state->run(text, {"app.log", 7}, transcript);
  ran.lines = transcript.lines;
  ran.problem = state->problem();
  return ran;
}

Ran run(std::string_view program, std::string_view text) {
  return run(LibjqProgram{.text = std::string(program)}, text);
}

class Pieces final : public LibjqSource {
 public:
  explicit Pieces(Lines pieces) : pieces_(std::move(pieces)) {}
  bool next(Piece& piece) override {
    if (at_ == pieces_.size()) return false;
    piece = {pieces_[at_], "in.log", at_ == 0};
    ++at_;
    return true;
  }

 private:
  Lines pieces_;
  std::size_t at_ = 0;
};

Ran run_all(std::string_view program, Lines pieces, const LibjqStreamOptions& options) {
  std::string error;
  const auto state = LibjqState::make({.text = std::string(program)}, {}, error);
  EXPECT_TRUE(state) << error;
  Transcript transcript;
  Pieces source(std::move(pieces));
  Ran ran;
  ran.end = state->run_all(source, options, transcript);
  ran.lines = transcript.lines;
  ran.problem = state->problem();
  return ran;
}

TEST(Libjq, WritesOutputsCompactly) {
  EXPECT_EQ(run(".a, .b[]", R"({"a": {"x" : 1.50}, "b": ["é", null, 1e400]})").lines,
            (Lines{R"({"x":1.5})", R"("é")", "null", "1.7976931348623157e+308"}));
}

TEST(Libjq, WritesOutputsInTheStylesOfJq) {
  const LibjqProgram program{.text = ".[]"};
  const std::string_view text = R"([{"b":"é","a":[]},"x\ny"])";
  EXPECT_EQ(run(program, text, {.json = {.indent = 2, .sort_keys = true}, .raw_strings = true}).lines,
            (Lines{"{\n  \"a\": [],\n  \"b\": \"é\"\n}", "x\ny"}));
  EXPECT_EQ(run(program, text, {.json = {.tabs = true, .ascii = true}, .raw_strings = true}).lines,
            (Lines{"{\n\t\"b\": \"\\u00e9\",\n\t\"a\": []\n}", "\"x\\ny\""}));
}

TEST(Libjq, ReadsNoFurtherThanTheText) {
  const std::string text = R"({"a":1}{"a":2})";
  EXPECT_EQ(run(".a", std::string_view(text).substr(0, 7)).lines, Lines{"1"});
  EXPECT_EQ(run(".a", std::string_view(text).substr(0, 6)).end, LibjqEnd::malformed);
  EXPECT_EQ(run(".a", std::string_view()).lines, Lines{});
}

TEST(Libjq, TakesSeveralValuesOfARecordOneByOne) {
  const Ran ran = run("[., input_line_number]", "1 2 x");
  EXPECT_EQ(ran.lines, (Lines{"[1,7]", "[2,7]"}));
  EXPECT_EQ(ran.end, LibjqEnd::malformed);
  EXPECT_EQ(ran.problem, "Invalid numeric literal at EOF at line 1, column 5");
  EXPECT_EQ(run("[., input]", "1 2 3 4").lines, (Lines{"[1,2]", "[3,4]"}));
  EXPECT_EQ(run("input", "1").lines, (Lines{"error: break"}));
  EXPECT_EQ(run("[inputs]", "1 2 3").lines, (Lines{"[2,3]"}));
}

TEST(Libjq, TellsErrorsAsJqDoes) {
  EXPECT_EQ(run(".a.b", R"({"a":[]})").lines, Lines{R"(error: Cannot index array with string "b")"});
  EXPECT_EQ(run("error", R"({"a":[]} null "x")").lines,
            (Lines{R"(error (not a string): {"a":[]})", "error: x"}));
  EXPECT_EQ(run("1, error(\"x\"), 2", "0").lines, (Lines{"1", "error: x"}));
}

TEST(Libjq, KnowsWhereTheInputIsFrom) {
  EXPECT_EQ(run("[input_filename, input_line_number]", "1").lines, Lines{R"(["app.log",7])"});
  EXPECT_EQ(run("def f: input_filename; # x\nf, $__loc__", "1").lines,
            (Lines{R"("app.log")", R"({"file":"<top-level>","line":2})"}));
}

TEST(Libjq, GivesMessagesToTheSink) {
  EXPECT_EQ(run("debug, stderr", R"({"a":"é"})").lines,
            (Lines{"message: [\"DEBUG:\",{\"a\":\"é\"}]\n", R"({"a":"é"})", R"(message: {"a":"é"})",
                   R"({"a":"é"})"}));
}

TEST(Libjq, TellsOfHalt) {
  EXPECT_EQ(run("1, halt, 2", "0 0").lines, (Lines{"1", "halt 0: ", "1", "halt 0: "}));
  EXPECT_EQ(run("\"bye\\n\" | halt_error", "0").lines, Lines{"halt 5: bye\n"});
  EXPECT_EQ(run("{a: 1} | halt_error(3)", "0").lines, Lines{"halt 3: {\"a\":1}\n"});
  EXPECT_EQ(run("null | halt_error(3)", "0").lines, Lines{"halt 3: "});
}

TEST(Libjq, StopsWhenTheSinkHasEnough) {
  std::string error;
  const auto state = LibjqState::make({.text = "range(1; 10)"}, {}, error);
  ASSERT_TRUE(state) << error;
  Transcript transcript;
  transcript.most = 3;
  EXPECT_EQ(state->run("0", {}, transcript), LibjqEnd::stopped);
  EXPECT_EQ(transcript.lines, (Lines{"1", "2", "3"}));
  transcript.lines.clear();
  transcript.most = 100;
  EXPECT_EQ(state->run("0", {}, transcript), LibjqEnd::done);
  EXPECT_EQ(transcript.lines.size(), 9U);
}

TEST(Libjq, CanBeLeftInsideOfAPath) {
#if WEIR_ASAN
  __lsan_disable();  // what libjq leaves behind is lost
#endif
  testing::internal::CaptureStderr();
  std::string error;
  auto state = LibjqState::make({.text = "path(..)"}, {}, error);
  ASSERT_TRUE(state) << error;
  Transcript transcript;
  transcript.most = 2;
  EXPECT_EQ(state->run("[[[1]]]", {}, transcript), LibjqEnd::stopped);
  transcript.lines.clear();
  EXPECT_EQ(state->run("[[[1]]]", {}, transcript), LibjqEnd::stopped);
  EXPECT_EQ(transcript.lines, (Lines{"[]", "[0]"}));
  state.reset();
  testing::internal::GetCapturedStderr();
#if WEIR_ASAN
  __lsan_enable();
#endif
}

TEST(Libjq, HandsArgumentsIn) {
  LibjqProgram program{.text = "[$x, $y, $ARGS]"};
  program.named = {{"x", R"("1")"}, {"y", "[2]"}};
  program.positional = {R"("p")", "3"};
  EXPECT_EQ(run(program, "0").lines, Lines{R"(["1",[2],{"positional":["p",3],"named":{"x":"1","y":[2]}}])"});
}

TEST(Libjq, SaysWhereAProgramIsWrong) {
  const auto said = [](std::string_view program) {
    const auto error = check({.text = std::string(program)});
    return error ? error->text() : "";
  };
  EXPECT_EQ(said(".a"), "");
  EXPECT_EQ(said(""), "");
  EXPECT_EQ(said("# nothing"), "");
  EXPECT_EQ(said("1 +\n  $foo"), "$foo is not defined in line 2\n    $foo\n    ^");
  EXPECT_EQ(said("input_filename | é, foo(1)"),
            "syntax error, unexpected INVALID_CHARACTER in line 1\n  "
            "input_filename | é, foo(1)");
  EXPECT_EQ(said("input_filename, foo(1)"),
            "foo/1 is not defined in line 1\n  input_filename, foo(1)\n                  ^");
  EXPECT_EQ(said(".a.["),
            "syntax error, unexpected '[', expecting FORMAT or QQSTRING_START in line 1\n  .a.[\n"
            "     ^");
  EXPECT_NE(said(std::string("a\0b", 3)), "");
}

TEST(Libjq, KeepsImportsInFront) {
  const auto error =
      check({.text = "import \"no;thing\" as $n;\n input_filename", .library_paths = {"/nowhere"}});
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("module not found: no;thing"), std::string::npos) << error->message;
}

TEST(Libjq, ReadsAWholeRun) {
  EXPECT_EQ(run_all("[., input_line_number, input_filename]", {"1\n2", "3\n4 5\n"}, {}).lines,
            (Lines{R"([1,1,"in.log"])", R"([23,2,"in.log"])", R"([4,3,"in.log"])", R"([5,3,"in.log"])"}));
  EXPECT_EQ(run_all("[inputs]", {"1\n2", "3\n4 5"}, {.null_input = true}).lines, Lines{"[1,23,4,5]"});
  EXPECT_EQ(run_all(".", {"1\n2", "3\n4 5"}, {.slurp = true}).lines, Lines{"[1,23,4,5]"});
  EXPECT_EQ(run_all(".", {}, {.slurp = true}).lines, Lines{"[]"});
  EXPECT_EQ(run_all(".", {"a\nb", "c\n", "\nd"}, {.raw = true}).lines,
            (Lines{R"("a")", R"("bc")", R"("")", R"("d")"}));
  EXPECT_EQ(run_all("[., inputs]", {"a\nb", "c"}, {.null_input = true, .raw = true}).lines,
            (Lines{R"([null,"a","bc"])"}));
  EXPECT_EQ(run_all(".", {"a\nb", "c\n"}, {.slurp = true, .raw = true}).lines, (Lines{R"("a\nbc\n")"}));
  EXPECT_EQ(run_all(".", {}, {.slurp = true, .raw = true}).lines, (Lines{R"("")"}));
  EXPECT_EQ(run_all(".", {"[1,{\"a", "\":2}]"}, {.stream = true}).lines,
            (Lines{"[[0],1]", R"([[1,"a"],2])", R"([[1,"a"]])", "[[1]]"}));
}

TEST(Libjq, EndsAWholeRunAtMalformedText) {
  const Ran ran = run_all(".", {"1\nfoo\n2\n"}, {});
  EXPECT_EQ(ran.end, LibjqEnd::malformed);
  EXPECT_EQ(ran.lines, Lines{"1"});
  EXPECT_EQ(ran.problem, "Invalid literal at line 3, column 0");
  const Ran slurped = run_all(".", {"1\nfoo\n2\n"}, {.slurp = true});
  EXPECT_EQ(slurped.end, LibjqEnd::malformed);
  EXPECT_EQ(slurped.lines, Lines{});
}

TEST(Libjq, GoesOnInTextSequences) {
  const Ran ran = run_all(".",
                          {"\x1e"
                           "1 2\x1e[3\x1e 4\n"},
                          {.seq = true});
  EXPECT_EQ(ran.end, LibjqEnd::done);
  ASSERT_EQ(ran.lines.size(), 4U);
  EXPECT_EQ(ran.lines.front(), "1");
  EXPECT_EQ(ran.lines.back(), "4");
}

TEST(Libjq, StaysWithinItsBudget) {
  Lines pieces(1000, "{\"a\":\"0123456789\"}\n");
  LibjqStreamOptions options{.slurp = true, .most_bytes = 1 << 16};
  const Ran ran = run_all("length", pieces, options);
  EXPECT_EQ(ran.end, LibjqEnd::too_large);
  EXPECT_EQ(ran.lines, Lines{});
  options.slurp = false;
  EXPECT_EQ(run_all(".a", pieces, options).lines.size(), 1000U);
  options.slurp = options.raw = true;
  EXPECT_EQ(run_all("length", Lines(10000, "0123456789"), options).end, LibjqEnd::too_large);
  options.slurp = false;
  EXPECT_EQ(run_all("length", Lines(10000, "0123456789"), options).end, LibjqEnd::too_large);
}

TEST(Libjq, EndsAProgramThatKeepsTooMuchOfItsInputs) {
  Lines pieces(400, std::string(10000, ' '));
  for (std::string& piece : pieces)
    for (std::size_t at = 0; at + 8 < piece.size(); at += 8)
      piece.replace(at, 8, "{\"a\":1}\n");
  LibjqStreamOptions options{.null_input = true, .most_bytes = std::size_t{16} << 20};
  const Ran kept = run_all("[inputs] | length", pieces, options);
  EXPECT_EQ(kept.end, LibjqEnd::too_large);
  EXPECT_EQ(kept.lines, Lines{});
#if !WEIR_ASAN  // which keeps what was freed
  EXPECT_EQ(run_all("reduce inputs as $_ (0; . + 1)", pieces, options).lines.size(), 1U);
#endif
}

TEST(Libjq, GuardsAgainstWhatEndsOrHangsJq) {
  EXPECT_EQ(run("todate", "1e18 nan 0").lines.size(), 3U);
  EXPECT_EQ(run("todate", "0").lines, Lines{R"("1970-01-01T00:00:00Z")"});
  EXPECT_EQ(run("strftime(1)", "0").lines, Lines{"error: strftime/1 requires a string format"});
  EXPECT_EQ(run("indices(\"\"), index(\"\"), rindex(\"b\")", R"("abc")").lines, (Lines{"[]", "null", "1"}));
  std::string deep(300, '[');
  EXPECT_EQ(run(".", deep).problem, "Exceeds depth limit for parsing at line 1, column 257");
}

TEST(Libjq, OutlivesFailedAssertions) {
#if WEIR_ASAN
  __lsan_disable();  // what libjq leaves behind is lost
#endif
  testing::internal::CaptureStderr();  // where the assertions are told of
  const Ran ran = run(".[.[0]:]", "[1,2] [nan] [0,1]");
  EXPECT_EQ(ran.lines, (Lines{"[2]", "error: an assertion failed in libjq", "[0,1]"}));
  EXPECT_EQ(ran.end, LibjqEnd::done);
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "[nan]";
  EXPECT_EQ(run(".[.[0]:]", many).end, LibjqEnd::broken);
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
#if WEIR_ASAN
  __lsan_enable();
#endif
}

// On a thread of its own too: there the stack ends in another way than that of the first.
TEST(Libjq, OutlivesTheEndOfTheStack) {
#if defined(__SANITIZE_ADDRESS__)
  __lsan_disable();
#endif
  const auto nest = [] {
    const Ran ran = run("if . == 1 then reduce range(300000) as $i (0; [.]) else . end", "1 2");
    EXPECT_EQ(ran.lines, (Lines{"error: a value is nested too deeply for libjq", "2"}));
    EXPECT_EQ(ran.end, LibjqEnd::done);
  };
  nest();
  std::thread(nest).join();
#if defined(__SANITIZE_ADDRESS__)
  __lsan_enable();
#endif
}

TEST(Libjq, RunsOnSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([] {
      std::string error;
      const auto state = LibjqState::make(
          {.text = "select(.a > 1) | {a, b: (.b | test(\"x.z\")), t: (.a | todate)}"}, {}, error);
      ASSERT_TRUE(state) << error;
      for (int i = 0; i < 200; ++i) {
        Transcript transcript;
        EXPECT_EQ(state->run(R"({"a":2,"b":"wxyz"})", {}, transcript), LibjqEnd::done);
        EXPECT_EQ(transcript.lines, Lines{R"({"a":2,"b":true,"t":"1970-01-01T00:00:02Z"})"});
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
