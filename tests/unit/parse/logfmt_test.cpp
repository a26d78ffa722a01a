#include <gtest/gtest.h>

#include "parse_support.hpp"

namespace weir::parse {
namespace {

TEST(Logfmt, TellsNumbersWordsAndStrings) {
  EXPECT_EQ(read("logfmt", R"(a=1 b=-2.50 c=true d=false e=null f=x g="1" h="true")"),
            R"({"a":1,"b":-2.50,"c":true,"d":false,"e":null,"f":"x","g":"1","h":"true"})");
}

TEST(Logfmt, WhatIsNoJsonNumberIsAString) {
  EXPECT_EQ(read("logfmt", "a=007 b=+49 c=0x1f d=1. e=.5 f=1e5 g=-"),
            R"({"a":"007","b":"+49","c":"0x1f","d":"1.","e":".5","f":1e5,"g":"-"})");
}

TEST(Logfmt, KeysWithoutValues) {
  EXPECT_EQ(read("logfmt", "flag a= b=\"\" last"), R"({"flag":true,"a":"","b":"","last":true})");
}

TEST(Logfmt, UnescapesQuotedValues) {
  EXPECT_EQ(read("logfmt", R"(a="x \"y\" \\ \n" b="\u00e9\ud83d\ude00" c="C:\dir")"),
            R"({"a":"x \"y\" \\ \n","b":"é😀","c":"C:\\dir"})");
  EXPECT_EQ(read("logfmt", R"(a="\ud800")"), "{\"a\":\"\xef\xbf\xbd\"}");
}

TEST(Logfmt, TakesWhatIsInsideOfBareWords) {
  EXPECT_EQ(read("logfmt", R"(path=/a?b=c&d=e q=it"s)"), R"({"path":"/a?b=c&d=e","q":"it\"s"})");
}

TEST(Logfmt, OfEqualKeysTheLastCounts) {
  EXPECT_EQ(read("logfmt", "a=1 b=2 a=3"), R"({"a":3,"b":2})");
}

TEST(Logfmt, RefusesOtherLines) {
  EXPECT_EQ(read("logfmt", ""), "malformed: no key=value");
  EXPECT_EQ(read("logfmt", "just some words"), "malformed: no key=value");
  EXPECT_EQ(read("logfmt", "=1"), "malformed: '=' or '\"' where a key should be");
  EXPECT_EQ(read("logfmt", "a=\"open"), "malformed: a quote is not closed");
  EXPECT_EQ(read("logfmt", "a=\"x\"y"), "malformed: text right behind a closing quote");
}

TEST(Logfmt, RepairsInvalidText) {
  EXPECT_EQ(read("logfmt", "a=x\xff\xfey b\xff=1"),
            "{\"a\":\"x\xef\xbf\xbd\xef\xbf\xbdy\",\"b\xef\xbf\xbd\":1}");
}

TEST(Logfmt, AddsTheTime) {
  EXPECT_EQ(read_with_time("logfmt", "ts=2026-03-01T09:00:00.500+01:00 a=1"),
            R"({"ts":"2026-03-01T09:00:00.500+01:00","a":1,"@timestamp":"2026-03-01T08:00:00.500Z"})");
  EXPECT_EQ(read_with_time("logfmt", "a=1 time=1772366400123"),
            R"({"a":1,"time":1772366400123,"@timestamp":"2026-03-01T12:00:00.123Z"})");
  EXPECT_EQ(read_with_time("logfmt", "a=1 @timestamp=x"), R"({"a":1,"@timestamp":"x"})");
  EXPECT_EQ(read_with_time("logfmt", "a=1"), R"({"a":1})");
}

TEST(Logfmt, LinesOfManyShapesDoNotMix) {
  const auto parser = parser_of("logfmt");
  record::Value record;
  const std::string lines[] = {"a=1 b=2 c=3",     "a=1 c=3", "b=2 a=1",
                               "a=1 b=2 c=3 d=4", "c=3 c=4", "a=1 b=2 c=3"};
  for (const std::string& line : lines) {
    ASSERT_TRUE(parser->parse(line, record));
    EXPECT_EQ(record::to_json(record), read("logfmt", line));
  }
}

TEST(Logfmt, LeavesARecordThatSomebodyKeeps) {
  const auto parser = parser_of("logfmt");
  record::Value record;
  const std::string first = "a=1 b=2";
  const std::string second = "a=3 b=4";
  ASSERT_TRUE(parser->parse(first, record));
  const record::Value kept = record;
  ASSERT_TRUE(parser->parse(second, record));
  EXPECT_EQ(record::to_json(kept), R"({"a":1,"b":2})");
  EXPECT_EQ(record::to_json(record), R"({"a":3,"b":4})");
}

TEST(Logfmt, TakesMemoryOnce) {
  const auto parser = parser_of("logfmt");
  record::Value record;
  const std::string line = "a=1 b=2";
  ASSERT_TRUE(parser->parse(line, record));
  const void* fields = &record.fields()[0];
  ASSERT_TRUE(parser->parse(line, record));
  EXPECT_EQ(fields, &record.fields()[0]);
}

TEST(Logfmt, ManyKeys) {
  std::string line;
  std::string json;
  for (int i = 0; i < 5000; ++i) {
    const std::string number = std::to_string(i);
    line += "k" + number + "=" + number + " ";
    json += (i > 0 ? ",\"k" : "{\"k") + number + "\":" + number;
  }
  const auto parser = parser_of("logfmt");
  record::Value record;
  for (int repeat = 0; repeat < 2; ++repeat) {
    ASSERT_TRUE(parser->parse(line, record));
    EXPECT_EQ(record::to_json(record), json + "}");
  }
}

}  // namespace
}  // namespace weir::parse
