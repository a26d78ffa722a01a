// What is read and written, against the installed jq.
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <string>
#include <vector>

#include "jq_oracle.hpp"
#include "json_generator.hpp"
#include "read_json.hpp"
#include "support/seeds.hpp"

namespace weir::record {
namespace {

using support::Random;

struct StyleCase {
  const char* arguments;
  JsonStyle style;
};

const StyleCase kStyles[] = {
    {"-c", {}},
    {"--indent 0", {}},
    {"", {.indent = 2}},
    {"--indent 1", {.indent = 1}},
    {"--indent 7", {.indent = 7}},
    {"--tab", {.indent = 2, .tabs = true}},
    {"-S -c", {.sort_keys = true}},
    {"-S", {.indent = 2, .sort_keys = true}},
    {"-a -c", {.ascii = true}},
    {"-a", {.indent = 2, .ascii = true}},
    {"-C -c", {.color = true}},
    {"-C", {.indent = 2, .color = true}},
    {"-C -S -a --tab", {.tabs = true, .sort_keys = true, .ascii = true, .color = true}},
};

std::string all_lines(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records)
    text.append(record).append("\n");
  return text;
}

// Some come several times, so that their shape is known.
std::string records_of(Random& random, JsonGenerator::Options options, unsigned count) {
  JsonGenerator generator(random, options);
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    const std::string record = generator.value(static_cast<int>(random.below(5)));
    for (unsigned copies = 1 + random.below(3); copies > 0; --copies)
      text.append(record).append("\n");
  }
  return text;
}

TEST(JsonAgainstJq, WritesWhatWasReadInAllStyles) {
  support::for_seeds(10, [](unsigned seed) {
    Random random(seed);
    const bool over_lines = random.chance(50);
    const std::string text = records_of(
        random, {.plain_numbers = true, .new_lines = over_lines, .spaces = random.chance(70)}, 100);
    const auto framing = over_lines ? JsonFraming::values : JsonFraming::lines;
    for (const StyleCase& wanted : kStyles) {
      const std::string expected = ask_jq(std::string(wanted.arguments).append(" ."), text);
      ASSERT_EQ(all_lines(read_json(text, framing, wanted.style)), expected)
          << "seed " << seed << ", " << wanted.arguments;
    }
  });
}

TEST(JsonAgainstJq, WritesValuesInAllStyles) {
  support::for_seeds(5, [](unsigned seed) {
    Random random(seed);
    const std::string text = records_of(random, {}, 100) + std::string(text::kPadding, ' ');
    for (const StyleCase& wanted : kStyles) {
      JsonReader reader;
      reader.open(std::string_view(text).substr(0, text.size() - text::kPadding), JsonFraming::lines);
      std::string written;
      for (Record record; reader.next(record);)
        written.append(to_json(rebuilt(record.root), wanted.style)).append("\n");
      ASSERT_EQ(written, ask_jq(std::string(wanted.arguments).append(" ."), text))
          << "seed " << seed << ", " << wanted.arguments;
    }
  });
}

// What jq refuses leaves the usual colors.
TEST(JsonAgainstJq, WritesInOtherColors) {
  const std::string text = R"([{"a":[1,null],"b":{}},[true,false,"x"],[],{}])"
                           "\n";
  for (const char* list :
       {"0;31:0;32:0;33:0;34:0;35:0;36:0;37", "4;31", "", ":::1", "0;31:bad", "1;2;3;4;5;6;7", "1;2;3;4;5;6;",
        "31:", "1:2:3:4:5:6:7:8", "0;31:0;32:0;33:0;34:0;35:1;1;1;1;1;1;1"}) {
    setenv("JQ_COLORS", list, 1);
    const JsonColors colors = JsonColors::parse(list);
    for (const int indent : {0, 2}) {
      const JsonStyle style{.indent = indent, .color = true, .colors = &colors};
      const std::string options = indent == 0 ? "-C -c ." : "-C .";
      EXPECT_EQ(all_lines(read_json(text, JsonFraming::lines, style)), ask_jq(options, text)) << list;
    }
  }
  unsetenv("JQ_COLORS");
}

TEST(JsonAgainstJq, WritesValuesNestedDeeperThanTheStackWouldBear) {
  constexpr std::size_t kDepth = 300'000;
  Value deep = Value::array();
  for (std::size_t i = 1; i < kDepth; ++i) {
    Value::Array items;
    items.push_back(std::move(deep));
    deep = Value::array(std::move(items));
  }
  EXPECT_EQ(to_json(deep), std::string(kDepth, '[').append(kDepth, ']'));
}

TEST(JsonAgainstJq, WritesNumbers) {
  support::for_seeds(3, [](unsigned seed) {
    Random random(seed);
    std::string text;
    for (int i = 0; i < 20000; ++i) {
      const std::uint64_t bits = std::uint64_t{random.engine()} << 32 | random.engine();
      char number[64];
      const double scales[] = {1, 10, 1e3, 1e6, 1e-6, 1e15, 1e17};
      double value = std::bit_cast<double>(bits);
      if (random.chance(30)) value = static_cast<double>(static_cast<std::int64_t>(bits) >> random.below(63));
      if (random.chance(30)) value = static_cast<double>(random.below(100000)) / scales[random.below(7)];
      if (value != value || value - value != 0) value = 0.5;
      std::snprintf(number, sizeof number, "%.17g\n", value);
      text += number;
    }
    std::string written;
    for (const std::string& line : support::lines_of(text)) {
      base::TextBuffer out;
      write_number(std::strtod(line.c_str(), nullptr), out);
      written.append(out.view()).append("\n");
    }
    const std::vector<std::string> ours = support::lines_of(written);
    const std::vector<std::string> theirs = support::lines_of(ask_jq("-c .", text));
    const std::vector<std::string> spelled = support::lines_of(text);
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i)
      ASSERT_EQ(ours[i], theirs[i]) << "seed " << seed << ", " << spelled[i];
  });
}

// Changes a byte or two, or cuts the text.
std::string damaged(Random& random, std::string text) {
  static constexpr std::string_view kBytes = "{}[]:,\"\\ue0123456789.-+Eatfnl /\x01\x7f\xc3\xa9\xff\t";
  for (unsigned i = random.below(3); i > 0 && !text.empty(); --i) {
    const std::size_t at = random.below(static_cast<unsigned>(text.size()));
    const char byte = kBytes[random.below(static_cast<unsigned>(kBytes.size()))];
    if (random.chance(40))
      text[at] = byte;
    else if (random.chance(50))
      text.insert(at, 1, byte);
    else
      text.erase(at, 1 + random.below(3));
  }
  if (random.chance(30)) text.resize(random.below(static_cast<unsigned>(text.size()) + 1));
  return text;
}

// Where a line is taken for one good record, jq has to read the same.
TEST(JsonAgainstJq, TakesForGoodOnlyWhatJqReadsTheSame) {
  unsigned good = 0;
  unsigned all = 0;
  const bool counts = support::for_seeds(20, [&](unsigned seed) {
    Random random(seed);
    JsonGenerator generator(random, {});
    std::string text;
    for (unsigned i = 0; i < 1000; ++i)
      text.append(damaged(random, generator.value(static_cast<int>(random.below(4))))).append("\n");
    const std::vector<std::string> theirs =
        support::lines_of(ask_jq("-R -c 'try (fromjson|tojson) catch \"?\"' | jq -r .", text));
    const std::vector<std::string> lines = support::lines_of(text);
    ASSERT_EQ(theirs.size(), lines.size()) << "seed " << seed;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string padded = lines[i] + std::string(text::kPadding, '1');
      JsonReader reader;
      reader.open(std::string_view(padded).substr(0, lines[i].size()), JsonFraming::lines);
      ++all;
      Record record;
      if (!reader.next(record) || record.status == RecordStatus::doubtful) continue;
      const std::string ours = to_json(rebuilt(record.root));
      if (reader.next(record)) continue;
      ++good;
      ASSERT_EQ(ours, theirs[i]) << "seed " << seed << ": " << lines[i];
    }
  });
  if (counts) {
    EXPECT_GT(good, all / 10);
    EXPECT_LT(good, all);
  }
}

}  // namespace
}  // namespace weir::record
