#include <gtest/gtest.h>

#include "parse_support.hpp"

namespace weir::parse {
namespace {

TEST(Embedded, TakesTheObjectOut) {
  EXPECT_EQ(read_with_time("embedded", R"(2026-03-01T12:00:00Z app[3]: {"level":"info","n":{"a":[1]}} )"),
            R"({"level":"info","n":{"a":[1]},"@prefix":"2026-03-01T12:00:00Z app[3]:",)"
            R"("@timestamp":"2026-03-01T12:00:00Z"})");
  EXPECT_EQ(read("embedded", R"(x {} {y} {"a":"}{"} z)"), R"({"a":"}{","@prefix":"x {} {y}","@suffix":"z"})");
  EXPECT_EQ(read("embedded", R"({"a":"b"})"), R"({"a":"b"})");
  EXPECT_EQ(read("embedded", R"(p {"bad":} {"a":"b"})"), R"({"a":"b","@prefix":"p {\"bad\":}"})");
}

TEST(Embedded, KeepsATimestampOfTheObject) {
  EXPECT_EQ(read_with_time("embedded", R"(2026-03-01T12:00:00Z {"@timestamp":"x"})"),
            R"({"@timestamp":"x","@prefix":"2026-03-01T12:00:00Z"})");
}

TEST(Embedded, RefusesOtherLines) {
  EXPECT_EQ(read("embedded", ""), "malformed: no JSON object");
  EXPECT_EQ(read("embedded", "no object"), "malformed: no JSON object");
  EXPECT_EQ(read("embedded", R"(x {"a":1)"), "malformed: no JSON object");
  EXPECT_EQ(read("embedded", R"(x {"a":tru})"), "malformed: no JSON object");
}

TEST(Embedded, LinesFullOfBracketsTakeNoTime) {
  std::string line;
  for (int i = 0; i < 500'000; ++i)
    line += "{\"";
  EXPECT_EQ(read("embedded", line), "malformed: no JSON object");
}

TEST(Docker, TakesJsonOut) {
  EXPECT_EQ(read_with_time("docker", R"({"log":"{\"level\":\"info\",\"a\":\"b\"}\n","stream":"stdout",)"
                                     R"("time":"2026-03-01T08:06:57.363420598Z"})"),
            R"({"level":"info","a":"b","stream":"stdout","@timestamp":"2026-03-01T08:06:57.363420598Z"})");
}

TEST(Docker, OtherTextIsTheLog) {
  EXPECT_EQ(
      read_with_time("docker", R"({"log":"hello {x}\n","stream":"stderr","attrs":{"tag":"t"},)"
                               R"("time":"2026-03-01T08:06:57Z"})"),
      R"({"log":"hello {x}","stream":"stderr","attrs":{"tag":"t"},"@timestamp":"2026-03-01T08:06:57Z"})");
}

TEST(Docker, MarksParts) {
  EXPECT_EQ(read("docker", R"({"log":"{\"a\":\"b\"}","stream":"stdout"})"),
            R"({"log":"{\"a\":\"b\"}","partial":true,"stream":"stdout"})");
  EXPECT_EQ(read("docker", R"(2026-03-01T12:00:00.1Z stdout P {"a":"b"})"),
            R"({"log":"{\"a\":\"b\"}","partial":true,"stream":"stdout"})");
}

TEST(Docker, ReadsCri) {
  EXPECT_EQ(read_with_time("docker", R"(2026-03-01T12:00:00.123456789Z stdout F {"a":"b"})"),
            R"({"a":"b","stream":"stdout","@timestamp":"2026-03-01T12:00:00.123456789Z"})");
  EXPECT_EQ(read_with_time("docker", "2026-03-01T12:00:00.1Z stderr F:x some text"),
            R"({"log":"some text","stream":"stderr","@timestamp":"2026-03-01T12:00:00.1Z"})");
  EXPECT_EQ(read("docker", "2026-03-01T12:00:00.1Z stderr F "), R"({"log":"","stream":"stderr"})");
}

TEST(Docker, RefusesOtherLines) {
  EXPECT_EQ(read("docker", ""), "malformed: no wrapped line");
  EXPECT_EQ(read("docker", "{\"log\":1}"), "malformed: no text in \"log\"");
  EXPECT_EQ(read("docker", "{"), "malformed: no JSON object");
  EXPECT_EQ(read("docker", "yesterday stdout F x"), "malformed: no time");
  EXPECT_EQ(read("docker", "2026-03-01T12:00:00.1Z stdout X x"), "malformed: neither F nor P");
}

}  // namespace
}  // namespace weir::parse
