// Records of several lines against a plain reading of the whole file: random files, cut at random places, on
// every backend, with one to four shards. WEIR_SOAK=seconds runs longer; WEIR_SEED repeats a case.
#include <gtest/gtest.h>

#include "run_grep.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

using support::Random;

struct Case {
  GrepOptions options;
  std::string content;
};

std::string random_content(Random& random) {
  std::string content;
  const unsigned lines = random.below(random.chance(20) ? 400 : 40);
  const unsigned starts = 5 + random.below(80);
  for (unsigned i = 0; i < lines; ++i) {
    if (random.chance(starts)) content += '#';
    const unsigned length = random.chance(2) ? 300 : random.below(12);
    for (unsigned k = 0; k < length; ++k)
      content += random.chance(8) ? static_cast<char>('a' + random.below(4)) : '.';
    content += '\n';
  }
  if (random.chance(40) && !content.empty()) content.pop_back();
  return content;
}

Case random_case(unsigned seed) {
  Random random(seed);
  Case c;
  c.content = random_content(random);
  c.options.patterns = {"a"};
  c.options.record_start = "^#";
  if (random.chance(30)) c.options.and_patterns = {"b"};
  if (random.chance(30)) c.options.not_patterns = {"c"};
  if (random.chance(30)) c.options.max_line_bytes = 1 + random.below(120);
  c.options.invert = random.chance(30);
  c.options.line_numbers = random.chance(50);
  if (random.chance(20)) c.options.max_count = 1 + random.below(4);
  if (random.chance(25)) c.options.output = GrepOutput::count;
  const bool is_bounded = c.options.max_line_bytes < GrepOptions().max_line_bytes;
  if (!is_bounded && random.chance(20)) c.options.before_context = c.options.after_context = random.below(3);
  if (c.options.before_context == 0 && random.chance(20)) c.options.limit = 1 + random.below(4);
  c.options.groups = c.options.before_context > 0;
  static constexpr std::uint32_t kChunks[] = {7, 13, 64, 200, 1000, 4096, 262144};
  c.options.chunk_bytes = kChunks[random.below(7)];
  c.options.jobs = static_cast<int>(1 + random.below(4));
  return c;
}

struct Record {
  std::size_t first_line = 0;
  std::vector<std::string> lines;
  std::size_t bytes = 0;  // with every '\n'
};

struct Line {
  std::string text;
  bool selected = false;
  bool shown = false;
  bool skipped = false;
};

// A line that is too long ends a record, and so does one that would make it too long.
std::vector<Record> records_of(const Case& c, std::vector<Line>& lines) {
  std::vector<Record> records;
  bool follows = false;
  for (std::size_t at = 0; at < c.content.size();) {
    const std::size_t end = std::min(c.content.find('\n', at), c.content.size());
    const std::string text = c.content.substr(at, end - at);
    at = end + 1;
    lines.push_back({text});
    lines.back().skipped = text.size() > c.options.max_line_bytes;
    if (lines.back().skipped) {
      follows = false;
      continue;
    }
    const bool fits = follows && records.back().bytes + text.size() <= c.options.max_line_bytes;
    if (!fits || text.starts_with('#')) records.push_back({lines.size() - 1, {}, 0});
    follows = true;
    records.back().lines.push_back(text);
    records.back().bytes += text.size() + 1;
  }
  return records;
}

bool is_selected(const Case& c, const Record& record) {
  const auto holds = [&record](char byte) {
    for (const std::string& line : record.lines)
      if (line.find(byte) != std::string::npos) return true;
    return false;
  };
  bool selected = holds('a');
  if (!c.options.and_patterns.empty() && !holds('b')) selected = false;
  if (!c.options.not_patterns.empty() && holds('c')) selected = false;
  return selected != c.options.invert;
}

void show_context(const Case& c, std::vector<Line>& lines) {
  const auto reach = [&](std::size_t from, int step, std::uint64_t count) {
    for (std::size_t i = from; count > 0; --count) {
      i += static_cast<std::size_t>(step);
      if (i >= lines.size()) return;
      lines[i].shown = true;
    }
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].selected) continue;
    lines[i].shown = true;
    reach(i, -1, c.options.before_context);
    reach(i, 1, c.options.after_context);
  }
}

std::string expected_of(const Case& c) {
  std::vector<Line> lines;
  std::uint64_t selected = 0;
  for (const Record& record : records_of(c, lines)) {
    if (selected == std::min(c.options.max_count, c.options.limit) || !is_selected(c, record)) continue;
    ++selected;
    for (std::size_t i = 0; i < record.lines.size(); ++i)
      lines[record.first_line + i].selected = true;
  }
  if (c.options.output == GrepOutput::count) return std::to_string(selected) + "\n";
  show_context(c, lines);
  std::string text;
  bool follows = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].shown) {
      if (!follows && !text.empty() && c.options.groups) text += "--\n";
      if (c.options.line_numbers) text += std::to_string(i + 1) + (lines[i].selected ? ":" : "-");
      text += lines[i].text + "\n";
    }
    follows = lines[i].shown;
  }
  return text;
}

void check_seed(unsigned seed, const support::TempDir& directory) {
  Case c = random_case(seed);
  c.options.paths = {directory.write("log", c.content)};
  const std::string expected = expected_of(c);
  for (const std::string& io :
       {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
    c.options.io = io;
    const support::GrepRun run = support::run_grep(c.options, directory / "output");
    if (run.error.find("io_uring is not available") != std::string::npos) continue;
    EXPECT_EQ(run.error, "") << "seed " << seed;
    EXPECT_EQ(run.output, expected) << "seed " << seed << ", io " << io << ", chunk " << c.options.chunk_bytes
                                    << ", jobs " << c.options.jobs << ", longest " << c.options.max_line_bytes
                                    << ", content " << testing::PrintToString(c.content.substr(0, 600));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Records, AreThoseOfAPlainReading) {
  const support::TempDir directory;
  support::for_seeds(400, [&directory](unsigned seed) { check_seed(seed, directory); });
}

}  // namespace
}  // namespace weir
