// The whole scan against PCRE2 run line by line: random patterns over random files, cut at random places, on
// every backend, with one to four shards. The bytes must be the same. WEIR_SOAK=seconds runs longer;
// WEIR_SEED repeats a case.
#include <gtest/gtest.h>

#include "run_grep.hpp"
#include "support/pattern_generator.hpp"
#include "support/pcre2_oracle.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

using support::PatternGenerator;

struct Case {
  GrepOptions options;
  std::vector<std::pair<std::string, std::string>> files;  // path, content
  bool caseless = false;
};

std::string random_content(PatternGenerator& generator) {
  if (generator.chance(5)) return {};
  std::string content = generator.text(generator.chance(30));
  if (generator.chance(30)) content += "\n" + generator.mostly_ascii();
  if (generator.chance(15)) {  // lines longer than a chunk
    std::string longer;
    while (longer.size() < 3000)
      longer += generator.word() + " ";
    content.insert(content.find('\n') + 1, longer);
  }
  return content;
}

// The content with other line ends: some of them "\r\n", or all of them NUL.
std::string with_line_ends(const std::string& content, GrepLineEnd line_end, PatternGenerator& generator) {
  std::string text;
  for (const char c : content) {
    if (line_end == GrepLineEnd::null && (c == '\n' || c == '\0')) {
      text += c == '\n' ? '\0' : '\n';
      continue;
    }
    if (line_end == GrepLineEnd::crlf && c == '\n' && generator.chance(60)) text += '\r';
    text += c;
  }
  if (line_end == GrepLineEnd::crlf && generator.chance(20)) text += '\r';
  return text;
}

// Each byte of `content` as the character with its number, in UTF-8.
std::string from_latin1(const std::string& content) {
  std::string text;
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xc0 | byte >> 6);
    text += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3f));
  }
  return text;
}

// The same in UTF-16, behind a byte order mark. Lowest byte first a NUL behind it would make it UTF-32.
std::string utf16_from_latin1(const std::string& content, bool big) {
  big = big || content.substr(0, 1) == std::string(1, '\0');
  std::string text = big ? "\xfe\xff" : "\xff\xfe";
  for (const char c : content) {
    if (big) text += '\0';
    text += c;
    if (!big) text += '\0';
  }
  return text;
}

// Changes `content` to what the file `stored` is to be read as.
std::string stored_in_some_encoding(std::string& content, Case& c, PatternGenerator& generator) {
  const bool is_latin1 = c.options.encoding != "auto";
  if (!is_latin1 && !generator.chance(20)) return content;
  const std::string stored = is_latin1 ? content : utf16_from_latin1(content, generator.chance(50));
  content = from_latin1(content);
  return stored;
}

Case random_case(unsigned seed, const support::TempDir& directory) {
  PatternGenerator generator(seed);
  Case c;
  filter::PatternOptions patterns = generator.options();
  if (patterns.case_mode == filter::CaseMode::smart) patterns.case_mode = filter::CaseMode::insensitive;
  c.caseless = patterns.case_mode == filter::CaseMode::insensitive;
  c.options.patterns = patterns.patterns;
  if (patterns.syntax == filter::Syntax::fixed) c.options.syntax = GrepSyntax::fixed;
  c.options.case_mode = c.caseless ? GrepCase::insensitive : GrepCase::sensitive;
  c.options.word = patterns.word && !patterns.whole_line;
  c.options.whole_line = patterns.whole_line;
  c.options.invert = generator.chance(20);
  c.options.line_numbers = generator.chance(50);
  c.options.byte_offsets = generator.chance(30);
  if (generator.chance(25)) c.options.max_count = 1 + generator.below(5);
  if (generator.chance(25)) c.options.output = GrepOutput::count;
  if (generator.chance(10)) c.options.output = GrepOutput::files_with_matches;
  if (generator.chance(10)) c.options.output = GrepOutput::files_without_match;
  if (generator.chance(30)) {
    c.options.groups = true;
    c.options.before_context = generator.below(5);
    c.options.after_context = generator.below(5);
  } else if (generator.chance(10)) {
    c.options.passthru = true;
  }
  if (generator.chance(30)) c.options.line_end = GrepLineEnd::crlf;
  if (generator.chance(30)) c.options.line_end = GrepLineEnd::null;
  if (generator.chance(15)) c.options.encoding = "latin1";
  c.options.names = generator.chance(70) ? GrepNames::always : GrepNames::never;
  for (unsigned i = 1 + generator.below(4); i > 0; --i) {
    std::string content = with_line_ends(random_content(generator), c.options.line_end, generator);
    const std::string stored = stored_in_some_encoding(content, c, generator);
    c.files.emplace_back(directory.write(std::string("f").append(std::to_string(i)), stored), content);
    c.options.paths.push_back(c.files.back().first);
  }
  static constexpr std::uint32_t kChunks[] = {7, 13, 64, 200, 1000, 4096, 262144};
  c.options.chunk_bytes = kChunks[generator.below(7)];
  c.options.jobs = static_cast<int>(1 + generator.below(4));
  if (seed % 2 == 0) c.options.mapping = Mapping::always;
  return c;
}

char terminator(const Case& c) {
  return c.options.line_end == GrepLineEnd::null ? '\0' : '\n';
}

struct ExpectedLine {
  std::size_t begin;
  std::size_t end;
  bool selected;
  bool shown;
};

// The lines of a file, and which of them -A, -B, -C, -m and --passthru show.
std::vector<ExpectedLine> expected_lines(const Case& c, const std::string& content,
                                         support::Pcre2Oracle& oracle) {
  std::vector<ExpectedLine> lines;
  std::uint64_t selected = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find(terminator(c), begin), content.size());
    std::string line = content.substr(begin, end - begin);
    if (c.options.line_end == GrepLineEnd::crlf && line.ends_with('\r')) line.pop_back();
    const bool wanted = selected < c.options.max_count && oracle.selects(line) != c.options.invert;
    selected += wanted;
    lines.push_back({begin, end, wanted, wanted || c.options.passthru});
    begin = end + 1;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].selected) continue;
    const std::size_t first = i - std::min<std::size_t>(i, c.options.before_context);
    const std::size_t last = std::min<std::size_t>(lines.size() - 1, i + c.options.after_context);
    for (std::size_t k = first; k <= last; ++k)
      lines[k].shown = true;
  }
  return lines;
}

std::string expected_of_file(const Case& c, const std::string& path, const std::string& content,
                             support::Pcre2Oracle& oracle, bool any_before) {
  std::string text;
  std::uint64_t selected = 0;
  const auto lines = expected_lines(c, content, oracle);
  bool follows = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const ExpectedLine& line = lines[i];
    selected += line.selected;
    if (line.shown) {
      if (!follows && (!text.empty() || any_before) && c.options.groups) text += "--\n";
      const char mark = line.selected ? ':' : '-';
      if (c.options.names == GrepNames::always) text.append(path).push_back(mark);
      if (c.options.line_numbers) text.append(std::to_string(i + 1)).push_back(mark);
      if (c.options.byte_offsets) text.append(std::to_string(line.begin)).push_back(mark);
      text.append(content, line.begin, line.end - line.begin).push_back(terminator(c));
    }
    follows = line.shown;
  }
  switch (c.options.output) {
    case GrepOutput::count:
      return (c.options.names == GrepNames::always ? path + ":" : "") + std::to_string(selected) + "\n";
    case GrepOutput::files_with_matches:
      return selected > 0 ? path + "\n" : "";
    case GrepOutput::files_without_match:
      return selected > 0 ? "" : path + "\n";
    default:
      return text;
  }
}

// False when PCRE2 refuses the pattern, or gives up on a line.
bool check_seed(unsigned seed, const support::TempDir& directory) {
  Case c = random_case(seed, directory);
  std::string expected;
  try {
    support::Pcre2Oracle::Options options;
    options.fixed_strings = c.options.syntax == GrepSyntax::fixed;
    options.caseless = c.caseless;
    options.word = c.options.word;
    options.whole_line = c.options.whole_line;
    options.dollar_end_only = c.options.line_end == GrepLineEnd::null;
    support::Pcre2Oracle oracle(c.options.patterns, options);
    for (const auto& [path, content] : c.files)
      expected += expected_of_file(c, path, content, oracle, !expected.empty());
    if (oracle.gave_up()) return false;
  } catch (const std::invalid_argument&) {
    return false;
  }
  for (const std::string& io :
       {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
    c.options.io = io;
    const support::GrepRun run = support::run_grep(c.options, directory / "output");
    if (run.error.find("io_uring is not available") != std::string::npos) continue;
    if (run.error.find("pattern") != std::string::npos) return false;  // refused for -i or -w on raw bytes
    EXPECT_EQ(run.error, "") << "seed " << seed;
    EXPECT_EQ(run.messages, "") << "seed " << seed;
    EXPECT_EQ(run.output, expected) << "seed " << seed << ", io " << io << ", chunk " << c.options.chunk_bytes
                                    << ", jobs " << c.options.jobs << ", engine " << run.summary.engine
                                    << ", first pattern <" << c.options.patterns.front() << ">";
    if (testing::Test::HasFailure()) return true;
  }
  return true;
}

TEST(ScanDifferential, GivesTheBytesOfPcre2LineByLine) {
  const support::TempDir directory;
  unsigned checked = 0;
  const bool is_run = support::for_seeds(1500, [&](unsigned seed) {
    if (check_seed(seed, directory)) ++checked;
  });
  if (!is_run) return;
  std::printf("%u cases checked on every backend\n", checked);
  EXPECT_GT(checked, 1000U);
}

}  // namespace
}  // namespace weir
