#include "record/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "record/json.hpp"
#include "text/chunk.hpp"

namespace weir::record {
namespace {

// Each record as JSON, doubtful ones as "?text".
std::vector<std::string> read(const std::string& text, JsonFraming framing) {
  const std::string padded = text + std::string(text::kPadding, '{');
  JsonReader reader;
  reader.open({padded.data(), text.size()}, framing);
  std::vector<std::string> records;
  for (Record record; reader.next(record);)
    records.push_back(record.status == RecordStatus::ok ? to_json(record.root)
                                                        : std::string(1, '?').append(record.text));
  return records;
}

using Records = std::vector<std::string>;

TEST(JsonReader, ReadsTheValuesOfLines) {
  EXPECT_EQ(read("{\"a\":1}\n\n 2 [3]\n", JsonFraming::lines), (Records{"{\"a\":1}", "2", "[3]"}));
  EXPECT_EQ(read("{\"a\":1\n}\n[\n1]\n\"x\"", JsonFraming::lines),
            (Records{"?{\"a\":1", "?}", "?[", "1", "?]", "\"x\""}));
}

TEST(JsonReader, OneBadLineSpoilsOnlyItself) {
  EXPECT_EQ(read("1\n\"\xff\"\n\"open\n2\n", JsonFraming::lines),
            (Records{"1", "?\"\xff\"", "?\"open", "2"}));
}

TEST(JsonReader, ReadsValuesOverLines) {
  EXPECT_EQ(read("{\n \"a\": [1,\n 2]\n}{}\n[\n", JsonFraming::values),
            (Records{"{\"a\":[1,2]}", "{}", "?["}));
  EXPECT_EQ(read("\x1e{}\n\x1e\"a\"\n\x1e 5\n", JsonFraming::values), (Records{"{}", "\"a\"", "5"}));
}

TEST(JsonReader, ReadsTheItemsOfAnArray) {
  EXPECT_EQ(read("[{\"a\":1},\n[2],3\n]\n", JsonFraming::array), (Records{"{\"a\":1}", "[2]", "3"}));
  EXPECT_EQ(read(",{\"a\":1},\n[2],3\n]\n", JsonFraming::elements), (Records{"{\"a\":1}", "[2]", "3"}));
}

}  // namespace
}  // namespace weir::record
