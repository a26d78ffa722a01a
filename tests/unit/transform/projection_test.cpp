// Which programs are written without their output being made, and that it is the same.
#include "transform/jq/projection.hpp"

#include <gtest/gtest.h>

#include "record/json_reader.hpp"
#include "transform/jq/machine.hpp"

namespace weir::transform::jq {
namespace {

constexpr std::string_view kRecord =
    R"({"a":1.50,"b":{"c":"x\ty\u007f","d":[1, {"k":1,"k":2}]},"e":null,"f":"é","b2":true})";

std::shared_ptr<const Program> compile(std::string_view text) {
  auto program = Program::compile(text);
  EXPECT_TRUE(program) << text;
  return program ? program.value() : nullptr;
}

// "no": it is not projected; "machine": not this record.
std::string projected(std::string_view text, const record::JsonStyle& style = {},
                      std::string_view record = kRecord) {
  const auto program = compile(text);
  const auto projection = Projection::make(*program, style);
  if (!projection) return "no";
  std::string padded(record);
  padded.append(64, '\0');
  record::JsonReader reader(&program->fields());
  reader.open(std::string_view(padded).substr(0, record.size()), record::JsonFraming::lines);
  record::Record read;
  EXPECT_TRUE(reader.next(read));
  base::TextBuffer out;
  out.append("> ");
  if (!projection->write(reader.slots(), out)) return out.view() == "> " ? "machine" : "not clean";
  Context context;
  Machine machine(program, context);
  const Outcome outcome = machine.run(std::move(read.root), reader.slots(), [&](Value& output) {
    EXPECT_EQ(out.view(), "> " + record::to_json(output, style));
    EXPECT_EQ(projection->kind(), output.kind());
    return true;
  });
  EXPECT_EQ(outcome, Outcome::done);
  return std::string(out.view().substr(2));
}

TEST(JqProjection, ArrangesFields) {
  EXPECT_EQ(projected("{a, x: .b.c}"), R"({"a":1.50,"x":"x\ty\u007f"})");
  EXPECT_EQ(projected("[.a, .e, .b2, .nothing.there]"), "[1.50,null,true,null]");
  EXPECT_EQ(projected(R"({"k\n": .b.d, l: [1, "\"", [], {}, {m: .f}]})"),
            R"({"k\n":[1,{"k":2}],"l":[1,"\"",[],{},{"m":"é"}]})");
  EXPECT_EQ(projected("{b}"), R"({"b":{"c":"x\ty\u007f","d":[1,{"k":2}]}})");
}

TEST(JqProjection, WritesInTheStyle) {
  record::JsonStyle ascii;
  ascii.ascii = true;
  EXPECT_EQ(projected(R"({"ü": .f})", ascii), R"({"\u00fc":"\u00e9"})");
  for (const auto change : {+[](record::JsonStyle& style) { style.indent = 2; },
                            +[](record::JsonStyle& style) { style.tabs = true; },
                            +[](record::JsonStyle& style) { style.sort_keys = true; },
                            +[](record::JsonStyle& style) { style.color = true; }}) {
    record::JsonStyle style;
    change(style);
    EXPECT_EQ(projected("{a}", style), "no");
  }
}

TEST(JqProjection, LeavesTheRestToTheMachine) {
  for (const std::string_view program :
       {".a", ".", "{}", "[1]", "{a, a: .e}", "{(.f): .a}", "{a: (.a, .b)}", "{a: .a[0]}", "{a: -.a}",
        "{a} | .a", "[.a[]]", "[.a | .b]", "{a: .a?} | {b}", "{\"\\(.f)\": .a}"})
    EXPECT_EQ(projected(program), "no") << program;
}

TEST(JqProjection, LeavesErrorsToTheMachine) {
  EXPECT_EQ(projected("{a, x: .a.b}"), "machine");
  EXPECT_EQ(projected("{a}", {}, "[1]"), "machine");
  EXPECT_EQ(projected("{a}", {}, "7"), "machine");
  EXPECT_EQ(projected("{a}", {}, "null"), R"({"a":null})");
}

}  // namespace
}  // namespace weir::transform::jq
