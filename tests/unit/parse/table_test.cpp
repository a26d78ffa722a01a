#include <gtest/gtest.h>

#include "parse_support.hpp"

namespace weir::parse {
namespace {

std::string row(std::string_view format, const std::string& header, const std::string& line) {
  const auto parser = parser_of(format);
  EXPECT_TRUE(parser->wants_header());
  if (!parser->set_header(header)) return "header: " + std::string(parser->reason());
  return read(*parser, line);
}

TEST(Csv, ReadsCells) {
  EXPECT_EQ(row("csv", "a,b,c,d", R"(1,x y,"1","say ""hi"", he")"),
            R"({"a":1,"b":"x y","c":"1","d":"say \"hi\", he"})");
  EXPECT_EQ(row("csv", "a,b\r", "1,2\r"), R"({"a":1,"b":2})");
  EXPECT_EQ(row("csv", "a,b", ",\"\""), R"({"a":"","b":""})");
  EXPECT_EQ(row("csv", "a,b", "it\"s,C:\\t"), R"({"a":"it\"s","b":"C:\\t"})");
}

TEST(Csv, RowsMayBeRagged) {
  EXPECT_EQ(row("csv", "a,b,c", "1"), R"({"a":1,"b":null,"c":null})");
  EXPECT_EQ(row("csv", "a,b", "1,2,3,x"), R"({"a":1,"b":2,"3":3,"4":"x"})");
  EXPECT_EQ(row("csv", "a,3", "1,2,3"), R"({"a":1,"3":2,"3_2":3})");
}

TEST(Csv, NamesColumnsApart) {
  EXPECT_EQ(row("csv", "\xef\xbb\xbfid,,id,\"x \"\"y\"\"\"", "1,2,3,4"),
            R"({"id":1,"2":2,"id_2":3,"x \"y\"":4})");
}

TEST(Csv, RefusesBrokenRows) {
  EXPECT_EQ(row("csv", "a,b", "1,\"x"), "malformed: a quote is not closed on its line");
  EXPECT_EQ(row("csv", "a,b", "\"x\"y,2"), "malformed: text right behind a closing quote");
  EXPECT_EQ(row("csv", "a,b", ""), "malformed: blank line");
  EXPECT_EQ(row("csv", "a", ""), R"({"a":""})");
  EXPECT_EQ(row("csv", "\"a", "1"), "header: a quote is not closed on its line");
}

TEST(Csv, FindsTheTime) {
  const auto parser = parser_of("csv", true);
  ASSERT_TRUE(parser->set_header("id,time"));
  EXPECT_EQ(read(*parser, "1,2026-03-01 12:00:00"),
            R"({"id":1,"time":"2026-03-01 12:00:00","@timestamp":"2026-03-01T12:00:00Z"})");
}

TEST(Csv, AHeaderTakesThePlaceOfTheOneBefore) {
  const auto parser = parser_of("csv");
  ASSERT_TRUE(parser->set_header("a,b"));
  EXPECT_EQ(read(*parser, "1,2,3"), R"({"a":1,"b":2,"3":3})");
  ASSERT_TRUE(parser->set_header("c"));
  EXPECT_EQ(read(*parser, "1,2"), R"({"c":1,"2":2})");
}

TEST(Tsv, ReadsEscapesAndQuotes) {
  EXPECT_EQ(row("tsv", "a\tb\tc\td", "1\tx\\ty\\\\\\n\t\"q \"\"r\"\"\"\t\\q\\"),
            R"({"a":1,"b":"x\ty\\\n","c":"q \"r\"","d":"\\q\\"})");
}

TEST(Regex, NamedGroupsAreFields) {
  EXPECT_EQ(read(R"(regex:^(?<level>\w+) (?:id=(?<id>\d+) )?(?<rest>.*)$)", "WARN id=12 x y"),
            R"({"level":"WARN","id":12,"rest":"x y"})");
  EXPECT_EQ(read(R"(regex:^(?<level>\w+) (?:id=(?<id>\d+) )?(?<rest>.*)$)", "WARN y"),
            R"({"level":"WARN","id":null,"rest":"y"})");
  EXPECT_EQ(read("regex:(?<a>\\d)", "none"), "malformed: no match");
  EXPECT_EQ(read("regex:(?<a>.)$", "\xff\xc3\xa9"), R"({"a":"é"})");
  EXPECT_EQ(read_with_time("regex:at (?<time>\\S+)", "at 2026-03-01T12:00:00Z"),
            R"({"time":"2026-03-01T12:00:00Z","@timestamp":"2026-03-01T12:00:00Z"})");
}

TEST(Regex, RefusesPatterns) {
  EXPECT_EQ(make_parser("regex:(", {}).error().code, ErrorCode::bad_pattern);
  EXPECT_EQ(make_parser("regex:(a)", {}).error().code, ErrorCode::bad_pattern);
  EXPECT_EQ(make_parser("regex", {}).error().code, ErrorCode::bad_argument);
  EXPECT_EQ(make_parser("regex:", {}).error().what, "format 'regex' is used as regex:PATTERN");
}

TEST(Regex, GivesUpOnPatternsThatTakeForever) {
  EXPECT_EQ(read("regex:^(?<a>(a|aa)+)+$", std::string(60, 'a') + "b"),
            "malformed: matching takes too much time or memory");
}

TEST(Raw, TakesAnything) {
  EXPECT_EQ(read_with_time("raw", "2026-03-01 12:00:00,5 x\xff\r"),
            "{\"line\":\"2026-03-01 12:00:00,5 x\xef\xbf\xbd\",\"@timestamp\":\"2026-03-01T12:00:00.5Z\"}");
  EXPECT_EQ(read_with_time("raw", ""), R"({"line":""})");
}

}  // namespace
}  // namespace weir::parse
