// --limit against the run without it, cut by hand: random patterns, files, outputs, chunk sizes and shards,
// on every backend. WEIR_SEED repeats a case.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "run_grep.hpp"
#include "support/pattern_generator.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

using support::PatternGenerator;

// A line of output with name and number, as "path:12:" or "path-12-"; of "--" nothing but is_line = false.
struct OutputLine {
  bool is_line = false;
  bool selected = false;
  std::string path;
  std::uint64_t number = 0;
};

OutputLine parse(const std::string& text, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!text.starts_with(path)) continue;
    return {true, text[path.size()] == ':', path, std::strtoull(text.c_str() + path.size() + 1, nullptr, 10)};
  }
  return {};
}

struct Case {
  GrepOptions options;
  std::vector<std::string> full;  // the lines of the whole run, with names and numbers
};

GrepOptions random_options(PatternGenerator& generator, const support::TempDir& directory) {
  GrepOptions options;
  const filter::PatternOptions patterns = generator.options();
  options.patterns = patterns.patterns;
  if (patterns.syntax == filter::Syntax::fixed) options.syntax = GrepSyntax::fixed;
  if (patterns.case_mode != filter::CaseMode::sensitive) options.case_mode = GrepCase::insensitive;
  options.invert = generator.chance(30);
  if (generator.chance(30)) options.max_count = generator.below(4);
  options.names = GrepNames::always;
  options.line_numbers = true;
  for (unsigned i = 1 + generator.below(5); i > 0; --i) {
    std::string content;
    for (unsigned k = generator.below(4); k > 0; --k)
      content += generator.text(generator.chance(20)) + "\n";
    options.paths.push_back(directory.write(std::string("f").append(std::to_string(i)), content));
  }
  static constexpr std::uint32_t kChunks[] = {7, 13, 64, 200, 1000, 262144};
  options.chunk_bytes = kChunks[generator.below(6)];
  options.jobs = static_cast<int>(1 + generator.below(4));
  return options;
}

std::string run(const GrepOptions& options, const support::TempDir& directory) {
  const support::GrepRun result = support::run_grep(options, directory / "output");
  EXPECT_EQ(result.error, "");
  return result.output;
}

// The beginning of the output: `limit` selected lines, and the context of the last one.
std::string cut_lines(const Case& c, std::uint64_t limit) {
  std::string text;
  std::uint64_t selected = 0;
  OutputLine last;
  std::uint64_t trailing = 0;
  std::string separator;
  for (const std::string& shown : c.full) {
    const OutputLine line = parse(shown, c.options.paths);
    if (!line.is_line) {
      separator = shown + "\n";
      continue;
    }
    const bool follows = line.path == last.path && line.number == last.number + 1;
    if (selected == limit && (line.selected || !follows || trailing == 0)) break;
    selected += line.selected;
    trailing = line.selected ? c.options.after_context : trailing - (trailing > 0);
    text += std::exchange(separator, {}) + shown + "\n";
    last = line;
  }
  return text;
}

// The first `limit` selected lines.
std::vector<OutputLine> first_selected(const Case& c, std::uint64_t limit) {
  std::vector<OutputLine> selected;
  for (const std::string& shown : c.full)
    if (OutputLine line = parse(shown, c.options.paths); line.selected && selected.size() < limit)
      selected.push_back(line);
  return selected;
}

std::string cut_matches(const Case& c, std::uint64_t limit, const std::string& whole) {
  std::set<std::pair<std::string, std::uint64_t>> wanted;
  for (const OutputLine& line : first_selected(c, limit))
    wanted.emplace(line.path, line.number);
  std::string text;
  for (const std::string& shown : support::lines_of(whole)) {
    const OutputLine line = parse(shown, c.options.paths);
    if (wanted.count({line.path, line.number}) > 0) text += shown + "\n";
  }
  return text;
}

std::string counts(const Case& c, std::uint64_t limit, const std::string& matches, bool of_matches) {
  std::map<std::string, std::uint64_t> count;
  std::uint64_t left = limit;
  const auto selected = first_selected(c, limit);
  if (of_matches && !c.options.invert) {
    for (const std::string& shown : support::lines_of(cut_matches(c, limit, matches)))
      ++count[parse(shown, c.options.paths).path];
  } else {
    for (const OutputLine& line : selected)
      ++count[line.path];
  }
  std::string text;
  for (const std::string& path : c.options.paths) {
    if (left == 0) break;
    text += path + ":" + std::to_string(count[path]) + "\n";
    for (const OutputLine& line : selected)
      left -= line.path == path;
  }
  return text;
}

std::string first_lines(const std::string& text, std::uint64_t limit) {
  std::string first;
  for (const std::string& line : support::lines_of(text))
    if (limit-- > 0)
      first += line + "\n";
    else
      break;
  return first;
}

std::vector<std::string> match_events(const std::string& json) {
  std::vector<std::string> events;
  for (const std::string& event : support::lines_of(json))
    if (event.starts_with("{\"type\":\"match\"")) events.push_back(event);
  return events;
}

void check_json(GrepOptions options, const Case& c, std::uint64_t limit, const support::TempDir& directory) {
  options.json = true;
  std::vector<std::string> expected = match_events(run(options, directory));
  expected.resize(std::min<std::size_t>(expected.size(), limit));
  options.limit = limit;
  const std::string json = run(options, directory);
  EXPECT_EQ(match_events(json), expected);
  const std::string total = "\"matched_lines\":" + std::to_string(first_selected(c, limit).size()) + ",";
  EXPECT_NE(support::lines_of(json).back().find(total), std::string::npos) << json;
}

// False when the pattern is refused.
bool check_seed(unsigned seed, const support::TempDir& directory) {
  PatternGenerator generator(seed);
  Case c;
  c.options = random_options(generator, directory);
  const std::uint64_t limit = generator.below(8);
  const bool context = generator.chance(40);
  const bool passthru = !context && generator.chance(20);
  GrepOptions with_context = c.options;
  with_context.groups = context;
  with_context.passthru = passthru;
  with_context.before_context = context ? generator.below(4) : 0;
  with_context.after_context = context ? generator.below(4) : 0;
  if (!support::run_grep(c.options, directory / "output").error.empty()) return false;
  c.full = support::lines_of(run(c.options, directory));
  GrepOptions options = c.options;
  options.output = GrepOutput::only_matching;
  const std::string matches = run(options, directory);
  for (const std::string& io :
       {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", limit " + std::to_string(limit) + ", io " + io +
                 ", chunk " + std::to_string(c.options.chunk_bytes) + ", jobs " +
                 std::to_string(c.options.jobs) + ", pattern <" + c.options.patterns.front() + ">");
    c.options.io = with_context.io = io;
    if (support::run_grep(c.options, directory / "output").error.find("not available") != std::string::npos)
      continue;
    Case shown{with_context, support::lines_of(run(with_context, directory))};
    options = with_context;
    options.limit = limit;
    EXPECT_EQ(run(options, directory), limit == 0 ? "" : cut_lines(shown, limit));
    options = c.options;
    options.limit = limit;
    options.output = GrepOutput::only_matching;
    EXPECT_EQ(run(options, directory), cut_matches(c, limit, matches));
    options.output = GrepOutput::count;
    EXPECT_EQ(run(options, directory), counts(c, limit, matches, false));
    options.output = GrepOutput::count_matches;
    EXPECT_EQ(run(options, directory), counts(c, limit, matches, true));
    for (const GrepOutput listing : {GrepOutput::files_with_matches, GrepOutput::files_without_match}) {
      options.output = listing;
      options.limit = GrepOptions::kNoLimit;
      const std::string all = run(options, directory);
      options.limit = limit;
      EXPECT_EQ(run(options, directory), first_lines(all, limit));
    }
    check_json(c.options, c, limit, directory);
    if (testing::Test::HasFailure()) break;
  }
  return true;
}

TEST(Limit, CutsTheWholeRun) {
  const support::TempDir directory;
  unsigned checked = 0;
  const bool counts = support::for_seeds(300, [&](unsigned seed) { checked += check_seed(seed, directory); });
  if (counts) {
    EXPECT_GT(checked, 150U);
  }
}

// The reader of a pipe that stays open waits for nothing that is not wanted.
TEST(Limit, EndsBesideAnOpenPipe) {
  const support::TempDir directory;
  const std::string pipe = directory.make_fifo("pipe");
  const int fd = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::write(fd, "one\ntwo\none\n", 12), 12);
  GrepOptions options;
  options.patterns = {"one"};
  options.paths = {pipe};
  options.limit = 1;
  for (const char* io : {"threads", "uring"}) {
    options.io = io;
    const support::GrepRun result = support::run_grep(options, directory / "output");
    if (result.error.find("not available") != std::string::npos) continue;
    EXPECT_EQ(result.output, "one\n") << io;
    ASSERT_EQ(::write(fd, "one\ntwo\none\n", 12), 12);
  }
  ::close(fd);
}

}  // namespace
}  // namespace weir
