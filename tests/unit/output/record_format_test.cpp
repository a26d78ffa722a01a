#include "output/record_format.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include "output/display_width.hpp"
#include "record/json.hpp"

namespace weir::output {
namespace {

record::Value value_of(const std::string& json) {
  record::Value value;
  EXPECT_TRUE(record::parse_json(json, value)) << json;
  return value;
}

std::string written(std::string_view format, std::initializer_list<const char*> values,
                    int* notes = nullptr) {
  const auto writer = find_record_format(format)->make([&](std::string_view) {
    if (notes) ++*notes;
  });
  base::TextBuffer out;
  for (const char* value : values)
    writer->write(value_of(value), out);
  writer->finish(out);
  return std::string(out.view());
}

TEST(Csv, HasAHeaderAndRows) {
  EXPECT_EQ(written("csv", {R"({"a":1,"b":"x"})", R"({"a":null,"b":true})"}), "a,b\n1,x\n,true\n");
}

TEST(Csv, Quotes) {
  EXPECT_EQ(
      written("csv",
              {R"({"a,\"b":"x,y","c":"say \"hi\"","d":"two\nlines","e":"12","f":"1.5e3","g":"1.2.3"})"}),
      "\"a,\"\"b\",c,d,e,f,g\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\",\"12\",\"1.5e3\",1.2.3\n");
}

TEST(Csv, NestedValuesAreJson) {
  EXPECT_EQ(written("csv", {R"({"a":{"b":1},"c":[1,"x"],"d":[]})"}),
            "a,c,d\n\"{\"\"b\"\":1}\",\"[1,\"\"x\"\"]\",[]\n");
}

TEST(Csv, NewFieldsBeginABlock) {
  int notes = 0;
  EXPECT_EQ(written("csv",
                    {R"({"a":1,"b":2})", R"({"b":3})", R"({"b":5,"a":4})", R"({"c":6})", R"({"d":1})",
                     R"({"a":7})"},
                    &notes),
            "a,b\n1,2\n,3\n4,5\n\na,b,c\n,,6\n\na,b,c,d\n,,,1\n7,,,\n");
  EXPECT_EQ(notes, 1);
}

TEST(Csv, OtherValues) {
  EXPECT_EQ(written("csv", {"1", "\"x\"", "null", "[1,\"a\",null]", "[]", R"({"a":1})", "{}"}),
            "value\n1\nx\n\"\"\n\n1,a,\n\"\"\n\na\n1\n\"\"\n");
  EXPECT_EQ(written("csv", {"{}", R"({"a":1})"}), "a\n1\n");
}

TEST(Csv, ForgetsColumnsWhenThereAreTooMany) {
  const auto writer = find_record_format("csv")->make({});
  base::TextBuffer out;
  for (int i = 0; i < 10'002; ++i) {
    out.clear();
    writer->write(value_of("{\"k" + std::to_string(i) + "\":1}"), out);
  }
  EXPECT_EQ(out.view(), "\nk10000,k10001\n,1\n");
}

TEST(Tsv, Escapes) {
  EXPECT_EQ(written("tsv", {R"({"a":"x\ty\\\n\r","b":"\"q\"","c":"12","d":"i\"n"})"}),
            "a\tb\tc\td\nx\\ty\\\\\\n\\r\t\"\"\"q\"\"\"\t12\ti\"n\n");
}

TEST(Logfmt, QuotesWhatNeedsIt) {
  EXPECT_EQ(written("logfmt",
                    {R"({"a":1,"b":"x","c":"x y","d":"","e":"12","f":"true","g":true,"h":null,"i":"a=b"})",
                     R"({"q":"say \"hi\"\n\u0001","p":"C:\\x","r":"C:\\x y"})"}),
            "a=1 b=x c=\"x y\" d= e=\"12\" f=\"true\" g=true h=null i=\"a=b\"\n"
            "q=\"say \\\"hi\\\"\\n\\u0001\" p=C:\\x r=\"C:\\\\x y\"\n");
}

TEST(Logfmt, Flattens) {
  EXPECT_EQ(written("logfmt", {R"({"a":{"b":1,"c":{"d":"x"}},"e":[1,{"f":2}],"g":{},"h i":1,"":2})"}),
            "a.b=1 a.c.d=x e=\"[1,{\\\"f\\\":2}]\" g=\"{}\" h_i=1 _=2\n");
  EXPECT_EQ(written("logfmt", {"1", "[1,2]", "{}"}), "value=1\nvalue=\"[1,2]\"\n\n");
}

TEST(Logfmt, DeepNestingIsJsonFromSomeLevelOn) {
  std::string json = "1";
  for (int i = 0; i < 100; ++i)
    json = "{\"a\":" + json + "}";
  const auto writer = find_record_format("logfmt")->make({});
  base::TextBuffer out;
  writer->write(value_of(json), out);
  EXPECT_EQ(out.view().substr(0, 64), "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=");
}

TEST(Table, LinesUp) {
  EXPECT_EQ(written("table", {R"({"level":"info","n":1,"msg":"hello there"})",
                              R"({"level":"warning","n":100})", R"({"n":20,"msg":"x"})"}),
            "level      n  msg\n"
            "info       1  hello there\n"
            "warning  100\n"
            "          20  x\n");
}

TEST(Table, GathersColumnsOfTheFirstRows) {
  EXPECT_EQ(written("table", {R"({"a":"x"})", R"({"b":"y"})"}), "a  b\nx\n   y\n");
}

TEST(Table, CountsColumnsOfTheTerminal) {
  EXPECT_EQ(written("table", {R"({"a":"日本","b":"x"})", R"({"a":"e\u0301","b":"y"})",
                              R"({"a":"a\nb\u001b","b":"z"})"}),
            "a           b\n"
            "日本        x\n"
            "e\xcc\x81           y\n"
            "a\\nb\\u001b  z\n");
}

TEST(Table, LaterRowsKeepTheirColumns) {
  const auto writer = find_record_format("table")->make({});
  base::TextBuffer out;
  for (int i = 0; i < 1000; ++i)
    writer->write(value_of(R"({"a":"xx","b":"y"})"), out);
  out.clear();
  writer->write(value_of(R"({"a":"longer","b":"y"})"), out);
  writer->write(value_of(R"({"b":"y"})"), out);
  EXPECT_EQ(out.view(), "longer  y\n    y\n");
  out.clear();
  writer->write(value_of(R"({"c":"new"})"), out);
  EXPECT_EQ(out.view(), "");
  writer->finish(out);
  EXPECT_EQ(out.view(), "\na  b  c\n      new\n");
}

TEST(Table, OtherValues) {
  EXPECT_EQ(written("table", {"1", "\"x\"", "[1,\"a\"]", "[22]", R"({"a":1})"}),
            "value\n1\nx\n\n 1  a\n22\n\na\n1\n");
}

TEST(DisplayWidth, KnowsWideAndCombining) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Ærø"), 3u);
  EXPECT_EQ(display_width("日本語"), 6u);
  EXPECT_EQ(display_width("🚚✅"), 4u);
  EXPECT_EQ(display_width("e\u0301\u200b"), 1u);
}

TEST(RecordFormats, RowsAreWhole) {
  for (const RecordFormatRow& row : record_formats()) {
    EXPECT_EQ(find_record_format(row.name), &row);
    EXPECT_FALSE(row.help.empty());
    EXPECT_EQ(row.make == nullptr, row.name == "json");
    if (!row.make) continue;
    base::TextBuffer out;
    row.make({})->finish(out);
    EXPECT_EQ(out.view(), "") << row.name;
  }
  EXPECT_EQ(find_record_format("xml"), nullptr);
}

}  // namespace
}  // namespace weir::output
