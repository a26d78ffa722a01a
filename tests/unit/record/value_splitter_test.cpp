#include "record/value_splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json_generator.hpp"
#include "read_json.hpp"

namespace weir::record {
namespace {

using support::Random;

// All cuts of a text that comes in pieces of a size.
std::vector<std::size_t> cuts(std::string_view text, std::size_t size, ValueSplitter::Mode mode) {
  ValueSplitter splitter(mode);
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view piece = text.substr(at, size - at % size);
    const std::size_t end = splitter.feed_one(piece);
    if (end <= piece.size()) found.push_back(at + end);
    at += std::min(end, piece.size());
  }
  return found;
}

TEST(ValueSplitter, FindsTheEndsOfValues) {
  EXPECT_EQ(cuts("{\"a\":\"}\\\"\"} [1]\n\"x\" true 1\n", 100, ValueSplitter::Mode::values),
            (std::vector<std::size_t>{11, 15, 19, 24, 26}));
  EXPECT_EQ(cuts("[{\"a\":1}, [2],\n3]", 100, ValueSplitter::Mode::array),
            (std::vector<std::size_t>{8, 13, 16}));
}

TEST(ValueSplitter, EndsBrokenValues) {
  EXPECT_EQ(cuts("{\"a\":\"b\n{\"c\":1}\n", 100, ValueSplitter::Mode::values),
            (std::vector<std::size_t>{8, 15}));
  EXPECT_EQ(cuts("{\"a\":1\n{\"c\":1}\n", 100, ValueSplitter::Mode::values),
            (std::vector<std::size_t>{7, 14}));
  EXPECT_EQ(cuts("[\n{\"a\":1},\n{\"c\":1}\n]", 100, ValueSplitter::Mode::values),
            (std::vector<std::size_t>{20}));
}

TEST(ValueSplitter, DoesNotCareAboutPieces) {
  support::for_seeds(300, [](unsigned seed) {
    Random random(seed);
    JsonGenerator generator(random, {.new_lines = true});
    std::string text;
    for (int i = 0; i < 10; ++i)
      text.append(generator.value(4)).append(generator.space());
    for (unsigned i = random.below(4); i > 0; --i)
      text[random.below(static_cast<unsigned>(text.size()))] = "{}[]\"\\\n,1 "[random.below(10)];
    for (const auto mode : {ValueSplitter::Mode::values, ValueSplitter::Mode::array}) {
      const auto whole = cuts(text, text.size(), mode);
      for (const std::size_t size : {1U, 2U, 7U, 40U})
        ASSERT_EQ(cuts(text, size, mode), whole) << "seed " << seed << ", pieces of " << size << ": " << text;
    }
  });
}

// Reads a text in chunks as the splitter cuts them.
std::vector<std::string> read_in_chunks(std::string_view text, std::size_t size, bool is_array) {
  ValueSplitter splitter(is_array ? ValueSplitter::Mode::array : ValueSplitter::Mode::values);
  std::vector<std::string> records;
  std::string carry;
  bool is_inside = false;
  const auto read = [&](std::string_view chunk) {
    const auto framing = !is_array   ? JsonFraming::values
                         : is_inside ? JsonFraming::elements
                                     : JsonFraming::array;
    const auto some = read_json(chunk, framing);
    records.insert(records.end(), some.begin(), some.end());
    is_inside = splitter.is_in_array();
  };
  for (std::size_t at = 0; at < text.size(); at += size) {
    const std::string_view piece = text.substr(at, size);
    const std::size_t cut = splitter.feed(piece);
    if (cut > 0) {
      read(std::string(carry).append(piece.substr(0, cut)));
      carry.clear();
    }
    carry += piece.substr(cut);
  }
  read(carry);
  return records;
}

TEST(ValueSplitter, ChunksHoldTheSameRecordsAsTheWhole) {
  support::for_seeds(100, [](unsigned seed) {
    Random random(seed);
    JsonGenerator generator(random, {.plain_numbers = true, .new_lines = true});
    std::string text;
    const bool is_array = random.chance(50);
    for (int i = 0; i < 30; ++i)
      text.append(i == 0 ? "" : is_array ? "," : "\n").append(generator.value(4)).append(generator.space());
    if (is_array) text = std::string("[").append(text).append("]\n");
    const auto whole = read_json(text, is_array ? JsonFraming::array : JsonFraming::values);
    ASSERT_EQ(whole.size(), 30u) << "seed " << seed << ": " << text;
    for (const std::size_t size : {1U, 2U, 7U, 64U, 1000U})
      ASSERT_EQ(read_in_chunks(text, size, is_array), whole) << "seed " << seed << ": " << text;
  });
}

}  // namespace
}  // namespace weir::record
