// The table itself: every row detects and reads its sample in samples/records.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "../../support/seeds.hpp"
#include "parse_support.hpp"

namespace weir::parse {
namespace {

namespace fs = std::filesystem;

const fs::path kSamples = WEIR_SAMPLE_RECORDS;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Sample files are called FORMAT.log or FORMAT-VARIANT.log.
std::string format_of(const fs::path& path) {
  const std::string name = path.stem().string();
  return name.substr(0, name.find('-'));
}

TEST(Formats, EachDetectsAndReadsItsSamples) {
  std::set<std::string> seen;
  for (const auto& entry : fs::directory_iterator(kSamples)) {
    const std::string name = format_of(entry.path());
    seen.insert(name);
    const std::string text = contents(entry.path());
    EXPECT_EQ(detect(text), name) << entry.path();
    if (!find_format(name)->make) continue;
    const auto parser = parser_of(name, true);
    auto lines = support::lines_of(text);
    if (parser->wants_header()) {
      ASSERT_TRUE(parser->set_header(lines.front()));
      lines.erase(lines.begin());
    }
    record::Value record;
    for (const std::string& line : lines) {
      ASSERT_TRUE(parser->parse(line, record)) << line << ": " << parser->reason();
      EXPECT_NE(record.fields().find("@timestamp"), nullptr) << line;
    }
  }
  for (const FormatRow& row : formats()) {
    const bool has_sample = row.score != nullptr || row.name == "raw";
    EXPECT_EQ(seen.count(std::string(row.name)), has_sample ? 1u : 0u) << row.name;
  }
}

TEST(Formats, RowsAreWhole) {
  std::set<std::string_view> names;
  for (const FormatRow& row : formats()) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(row.help.empty());
    EXPECT_EQ(row.help.find('\n'), std::string_view::npos);
    EXPECT_EQ(find_format(row.name), &row);
    EXPECT_NE(format_names().find(row.name), std::string::npos);
  }
}

TEST(Formats, NamesThatHaveNoParser) {
  for (const char* name : {"", "nothing", "json", "auto", "logfmt:x", "csv:"})
    EXPECT_EQ(make_parser(name, {}).error().code, ErrorCode::bad_argument) << name;
  EXPECT_EQ(make_parser("nothing", {}).error().what.substr(0, 25), "unknown format 'nothing':");
}

TEST(Detect, JsonInAllItsForms) {
  for (const char* text :
       {"", "\n \n", "{\"a\":1}\n", "{\n  \"a\": 1\n}\n", "[\n  {\"a\":1}\n]\n", "1\n2\n3\n",
        "\"x\"\n\"y\"\n", "{\"a\":1,\n \"b\":2}\n", "[{\"a\":1},\n{\"a\":2}]\n",
        "{\"a\":1"
        ",\n"})
    EXPECT_EQ(detect(text), "json") << text;
}

TEST(Detect, TextIsRaw) {
  for (const char* text :
       {"hello\n", "some words\nand more\n",
        "2026-03-01 08:00:02,555 INFO x\n2026-03-01 08:00:03,555 INFO y\n", "[2026-03-01] started\n",
        "{\"a\":1}\nplain\nplain\n{\"a\":2}\n", "Exception a=1 b=2\n\tat x\n"})
    EXPECT_EQ(detect(text), "raw") << text;
}

TEST(Detect, AFewOtherLinesDoNotCount) {
  std::string text;
  for (int i = 0; i < 9; ++i)
    text += "ts=1 level=info msg=x\n";
  EXPECT_EQ(detect(text + "panic: something\n"), "logfmt");
  EXPECT_EQ(detect("panic: something\n" + text), "logfmt");
}

// Parsing must not depend on what was parsed before.
TEST(Formats, LinesAreReadOnTheirOwn) {
  std::vector<std::string> lines;
  for (const auto& entry : fs::directory_iterator(kSamples)) {
    for (std::string& line : support::lines_of(contents(entry.path())))
      lines.push_back(std::move(line));
  }
  support::for_seeds(20, [&](unsigned seed) {
    support::Random random(seed);
    for (const FormatRow& row : formats()) {
      if (!row.make || !row.argument.empty()) continue;
      const auto parser = parser_of(row.name, true);
      parser->set_header("a,b,c");
      for (int i = 0; i < 50; ++i) {
        const auto fresh = parser_of(row.name, true);
        fresh->set_header("a,b,c");
        std::string line = lines[random.below(static_cast<unsigned>(lines.size()))];
        if (random.chance(30)) line.resize(random.below(static_cast<unsigned>(line.size() + 1)));
        if (random.chance(30) && !line.empty())
          line[random.below(static_cast<unsigned>(line.size()))] = static_cast<char>(random.below(256));
        ASSERT_EQ(read(*parser, line), read(*fresh, line)) << row.name << ": " << line;
      }
    }
  });
}

}  // namespace
}  // namespace weir::parse
