#include "record/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json_generator.hpp"
#include "read_json.hpp"

namespace weir::record {
namespace {

using support::Random;
using Records = std::vector<std::string>;

TEST(JsonReader, ReadsTheValuesOfLines) {
  EXPECT_EQ(read_json("{\"a\":1}\n\n 2 [3]\n", JsonFraming::lines), (Records{"{\"a\":1}", "2", "[3]"}));
  EXPECT_EQ(read_json("{\"a\":1\n}\n[\n1]\n\"x\"", JsonFraming::lines),
            (Records{"?{\"a\":1", "?}", "?[", "1", "?]", "\"x\""}));
  EXPECT_EQ(read_json("", JsonFraming::lines), Records());
  EXPECT_EQ(read_json("\n \r\n", JsonFraming::lines), Records());
}

TEST(JsonReader, TellsWhereRecordsAre) {
  const std::string text = "{\"a\":1}\n  [2]  3 nope \n" + std::string(text::kPadding, '\n');
  JsonReader reader;
  reader.open(std::string_view(text).substr(0, 23), JsonFraming::lines);
  std::vector<std::pair<std::uint64_t, std::string>> places;
  for (Record record; reader.next(record);)
    places.emplace_back(record.offset, record.text);
  EXPECT_EQ(places, (std::vector<std::pair<std::uint64_t, std::string>>{
                        {0, "{\"a\":1}"}, {10, "[2]"}, {15, "3"}, {17, "nope"}}));
}

TEST(JsonReader, OneBadLineSpoilsOnlyItself) {
  EXPECT_EQ(read_json("1\n\"\xff\"\n\"open\n2\n", JsonFraming::lines),
            (Records{"1", "?\"\xff\"", "?\"open", "2"}));
  EXPECT_EQ(read_json(",\n{}\n}\n[]", JsonFraming::lines), (Records{"?,", "{}", "?}", "[]"}));
}

TEST(JsonReader, ReadsValuesOverLines) {
  EXPECT_EQ(read_json("{\n \"a\": [1,\n 2]\n}{}\n[\n", JsonFraming::values),
            (Records{"{\"a\":[1,2]}", "{}", "?["}));
}

TEST(JsonReader, ReadsRecordsBehindSeparatorBytes) {
  for (const auto framing : {JsonFraming::values, JsonFraming::lines})
    EXPECT_EQ(read_json("\x1e{}\n\x1e\"a\"\n\x1e 5\n\x1e\x1e[1]\n\x1e"
                        "7\n\x1e",
                        framing),
              (Records{"{}", "\"a\"", "5", "[1]", "7"}));
}

TEST(JsonReader, GoesOnBehindABadValue) {
  EXPECT_EQ(read_json("{\n\"a\": nope,\n  \"b\": 1\n}\n{\"c\": 2}\n", JsonFraming::values),
            (Records{"?{\n\"a\": nope,\n  \"b\": 1\n}", "{\"c\":2}"}));
  EXPECT_EQ(read_json("{\"a\":\n{\"b\":1}\n{\"c\":2}\n[3]", JsonFraming::values),
            (Records{"?{\"a\":\n{\"b\":1}", "{\"c\":2}", "[3]"}));
  EXPECT_EQ(read_json("{\"a\": \"open\n{\"c\":2}\n{\"d\": \"\xff\"}\n[3]", JsonFraming::values),
            (Records{"?{\"a\": \"open", "{\"c\":2}", "?{\"d\": \"\xff\"}", "[3]"}));
  EXPECT_EQ(read_json(",\n[1]\n", JsonFraming::values), (Records{"?,", "[1]"}));
}

TEST(JsonReader, ReadsTheItemsOfAnArray) {
  EXPECT_EQ(read_json("[{\"a\":1},\n[2],3\n]\n", JsonFraming::array), (Records{"{\"a\":1}", "[2]", "3"}));
  EXPECT_EQ(read_json(",{\"a\":1},\n[2],3\n]\n[4]{}", JsonFraming::elements),
            (Records{"{\"a\":1}", "[2]", "3", "4", "{}"}));
  EXPECT_EQ(read_json("[1, nan, {\"a\" 1}, 2, \"\xff\", [3]]", JsonFraming::array),
            (Records{"1", "?nan", "?{\"a\" 1}", "2", "?\"\xff\"", "[3]"}));
}

TEST(JsonReader, NestsAsDeepAsJqAndNoDeeper) {
  for (const std::size_t depth : {1U, 100U, 128U, 256U, 257U, 10'000U, 100'000U}) {
    const std::string arrays = std::string(depth, '[') + std::string(depth, ']');
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i)
      objects += "{\"a\":";
    objects.append("1").append(depth, '}');
    const bool takes_arrays = depth <= JsonWalk::kMostNested;
    const bool takes_objects = 2 * depth <= JsonWalk::kMostNested;
    for (const auto framing : {JsonFraming::lines, JsonFraming::values}) {
      const std::string text = arrays + "\n" + objects + "\n" + objects + "\n";
      const std::string shown_objects = takes_objects ? objects : std::string(1, '?').append(objects);
      EXPECT_EQ(read_json(text, framing), (Records{takes_arrays ? arrays : std::string(1, '?').append(arrays),
                                                   shown_objects, shown_objects}))
          << depth;
    }
  }
}

// What is read when each line is read by itself, by a reader that knows no shapes.
Records read_by_line(const std::string& text) {
  Records records;
  for (const std::string& line : support::lines_of(text)) {
    const Records some = read_json(line, JsonFraming::lines);
    records.insert(records.end(), some.begin(), some.end());
  }
  return records;
}

std::string damage(Random& random, std::string text) {
  static constexpr std::string_view kBytes = "{}[]:,\"\\ue01.-E \x01\xc3\xff\t\x1e";
  for (unsigned i = random.below(6); i > 0 && !text.empty(); --i)
    text[random.below(static_cast<unsigned>(text.size()))] =
        kBytes[random.below(static_cast<unsigned>(kBytes.size()))];
  return text;
}

TEST(JsonReader, ReadsLinesTogetherAsItReadsEachAlone) {
  support::for_seeds(200, [](unsigned seed) {
    Random random(seed);
    JsonGenerator generator(random, {.plain_numbers = true, .spaces = random.chance(50)});
    std::string text;
    for (int i = 0; i < 30; ++i) {
      const std::string record = generator.value(4);
      for (unsigned copies = 1 + random.below(4); copies > 0; --copies)
        text.append(random.chance(90) ? record : damage(random, record)).append("\n");
    }
    ASSERT_EQ(read_json(text, JsonFraming::lines), read_by_line(text)) << "seed " << seed;
  });
}

TEST(JsonReader, ReadsValuesThatSpanBatches) {
  support::for_seeds(10, [](unsigned seed) {
    Random random(seed);
    JsonGenerator generator(random, {.plain_numbers = true, .new_lines = true});
    std::string text;
    Records expected;
    while (text.size() < 600'000) {
      std::string value = generator.value(4);
      if (random.chance(3)) {
        std::string large = "[";
        for (unsigned items = 1 + random.below(20'000); items > 0; --items)
          large.append("{\"n\":\n").append(std::to_string(items)).append("},");
        value = large.append("0]");
      }
      const Records alone = read_json(value, JsonFraming::values);
      ASSERT_EQ(alone.size(), 1u) << "seed " << seed << ": " << value;
      expected.push_back(alone[0]);
      text.append(value).append("\n");
    }
    ASSERT_EQ(read_json(text, JsonFraming::values), expected) << "seed " << seed;
  });
}

TEST(JsonReader, KeepsRecordsUntilTheNextText) {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text.append("{\"id\":[")
        .append(std::to_string(i))
        .append("],\"text\":\"some more text to fill batches\"}\n");
  const std::size_t size = text.size();
  text.append(text::kPadding, ' ');
  JsonReader reader;
  for (int round = 0; round < 2; ++round) {
    reader.open(std::string_view(text).substr(0, size), JsonFraming::lines, JsonLifetime::text);
    std::vector<Value> roots;
    for (Record record; reader.next(record);)
      roots.push_back(record.root);
    ASSERT_EQ(roots.size(), 5000u);
    for (std::size_t i = 0; i < roots.size(); ++i)
      ASSERT_EQ(roots[i].fields()[0].value.items()[0].number(), static_cast<double>(i));
  }
}

TEST(JsonReader, TellsLinesFromValuesOverLines) {
  EXPECT_TRUE(looks_like_lines("{\"a\":1}\n{\"a\":2}\n{\"a\""));
  EXPECT_TRUE(looks_like_lines("\"a\":1}\n{\"a\":2}\n{\"a\":2}\n{\"a\":2}\n"));
  EXPECT_FALSE(looks_like_lines("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"));
  EXPECT_FALSE(looks_like_lines("[\n  1,\n  2\n]\n"));
  EXPECT_FALSE(looks_like_lines("[\n{\"a\":1},\n{\"a\":2}\n]\n"));
  EXPECT_FALSE(looks_like_lines("{\"a\":1}{\"a\":1}{\"a\":1}"));
  EXPECT_FALSE(looks_like_lines(""));
}

TEST(JsonReader, TellsHowLessIsLost) {
  EXPECT_TRUE(reads_best_by_lines("{\"a\":1}\n{\"a\":2}\n{\"a\""));
  EXPECT_TRUE(reads_best_by_lines("{\"a\":\n{\"a\":2}\n{\"a\":2}\n"));
  EXPECT_TRUE(reads_best_by_lines("{\"a\":\n{\"a\":2}\n"));
  EXPECT_TRUE(reads_best_by_lines("{\"a\":2}\nplain\nplain\nplain\n{\"a\":[\n{\"a\":2}\n"));
  EXPECT_TRUE(reads_best_by_lines("1\n2\n\"x\" 3\n"));
  EXPECT_TRUE(reads_best_by_lines("{\"a\":2}\n{\"a\":2}\n{\"a\":\"cut of\n"));
  EXPECT_FALSE(reads_best_by_lines("{\"a\":2}\n{\"a\":2}\n{\n  \"b\": 2,\n"));
  EXPECT_FALSE(reads_best_by_lines("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"));
  EXPECT_FALSE(reads_best_by_lines("{\n  \"a\": [\n    {}\n  ],\n  \"b\":\n"));
  EXPECT_FALSE(reads_best_by_lines("[\n  1,\n  2\n]\n"));
  EXPECT_FALSE(reads_best_by_lines("[\n{\"a\":1},\n{\"a\":2}\n]\n"));
  EXPECT_FALSE(reads_best_by_lines("[\n{\"a\":1},\n{\"a\":2},\n"));
  EXPECT_FALSE(reads_best_by_lines("{\"a\":1}{\"a\":1}{\"a\":1}"));
  EXPECT_FALSE(reads_best_by_lines(""));
}

TEST(ParseJson, ReadsOneStrictValue) {
  Value value;
  ASSERT_TRUE(parse_json(" {\"a\": [1.50, \"x\\n\", null], \"a\": {\"b\": true}} ", value));
  EXPECT_EQ(to_json(value), "{\"a\":{\"b\":true}}");
  for (const char* bad :
       {"", " ", "1 2", "nan", "[1,]", "{\"a\"}", "\"\\ud800\"", "\"\xff\"", "01", "tru", "[", "'a'"})
    EXPECT_FALSE(parse_json(bad, value)) << bad;
  EXPECT_EQ(to_json(value), "{\"a\":{\"b\":true}}");
}

}  // namespace
}  // namespace weir::record
