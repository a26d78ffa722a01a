// --label and --count-by-pattern against each pattern alone by PCRE2, over random files, chunks and shards.
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
  support::Pcre2Oracle::Options flags;
  std::vector<std::string> contents;  // of options.paths
};

Case random_case(PatternGenerator& generator, const support::TempDir& directory) {
  Case c;
  const filter::PatternOptions patterns = generator.options();
  c.options.patterns = patterns.patterns;
  for (unsigned i = generator.below(12); i > 0; --i)
    c.options.patterns.push_back(generator.word());
  for (std::size_t i = 0; i < c.options.patterns.size(); ++i)
    c.options.pattern_names.push_back(
        generator.chance(50) ? std::string("n").append(std::to_string(generator.below(5))) : "");
  if (patterns.syntax == filter::Syntax::fixed) c.options.syntax = GrepSyntax::fixed;
  if (patterns.case_mode != filter::CaseMode::sensitive) c.options.case_mode = GrepCase::insensitive;
  c.options.word = patterns.word && !patterns.whole_line;
  c.options.whole_line = patterns.whole_line;
  c.flags = {c.options.syntax == GrepSyntax::fixed, c.options.case_mode == GrepCase::insensitive,
             c.options.word, c.options.whole_line};
  if (generator.chance(30)) c.options.max_count = generator.below(4);
  if (generator.chance(30)) c.options.limit = generator.below(6);
  if (generator.chance(30)) c.options.not_patterns = {"foo"};
  for (unsigned i = 1 + generator.below(4); i > 0; --i) {
    c.contents.push_back(generator.text(generator.chance(30)));
    c.options.paths.push_back(directory.write(std::string("f").append(std::to_string(i)), c.contents.back()));
  }
  static constexpr std::uint32_t kChunks[] = {7, 64, 1000, 262144};
  c.options.chunk_bytes = kChunks[generator.below(4)];
  c.options.jobs = static_cast<int>(1 + generator.below(4));
  return c;
}

struct Expected {
  std::string lines;   // with --label and names
  std::string counts;  // in all
};

// Throws std::invalid_argument on a pattern that PCRE2 refuses.
Expected expect(const Case& c) {
  std::vector<std::string> names;
  std::vector<std::size_t> label_of;
  std::vector<std::unique_ptr<support::Pcre2Oracle>> oracles;
  for (std::size_t i = 0; i < c.options.patterns.size(); ++i) {
    std::string name = c.options.pattern_names[i];
    if (name.empty()) name = std::to_string(i + 1);
    label_of.push_back(static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
    if (label_of.back() == names.size()) names.push_back(name);
    oracles.push_back(std::make_unique<support::Pcre2Oracle>(std::vector{c.options.patterns[i]}, c.flags));
  }
  support::Pcre2Oracle excluded(c.options.not_patterns, c.flags);
  Expected expected;
  std::vector<std::uint64_t> counts(names.size());
  std::uint64_t all = 0;
  for (std::size_t file = 0; file < c.contents.size(); ++file) {
    std::uint64_t selected = 0;
    const std::string& text = c.contents[file];
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string line = text.substr(begin, end - begin);
      begin = end + 1;
      std::vector<bool> labels(names.size());
      for (std::size_t i = 0; i < oracles.size(); ++i)
        if (oracles[i]->selects(line)) labels[label_of[i]] = true;
      if (std::find(labels.begin(), labels.end(), true) == labels.end() || excluded.selects(line)) continue;
      if (selected == c.options.max_count || all == c.options.limit) continue;
      ++selected;
      ++all;
      std::string shown;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!labels[i]) continue;
        shown += (shown.empty() ? "" : ",") + names[i];
        ++counts[i];
      }
      expected.lines += c.options.paths[file] + ":" + shown + ":" + line + "\n";
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    expected.counts += std::to_string(counts[i]) + "\t" + names[i] + "\n";
  return expected;
}

bool check_seed(unsigned seed, const support::TempDir& directory) {
  PatternGenerator generator(seed);
  Case c = random_case(generator, directory);
  Expected expected;
  try {
    expected = expect(c);
  } catch (const std::invalid_argument&) {
    return false;
  }
  for (const std::string& io : {std::string("threads"), "sim:" + std::to_string(seed)}) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", io " + io + ", first pattern <" +
                 c.options.patterns.front() + ">");
    c.options.io = io;
    c.options.output = GrepOutput::lines;
    c.options.labels = true;
    c.options.names = GrepNames::always;
    const support::GrepRun lines = support::run_grep(c.options, directory / "output");
    if (lines.error.find("pattern") != std::string::npos) return false;
    EXPECT_EQ(lines.output, expected.lines);
    c.options.output = GrepOutput::count_by_pattern;
    c.options.names = GrepNames::automatic;
    EXPECT_EQ(support::run_grep(c.options, directory / "output").output, expected.counts);
  }
  return true;
}

TEST(Label, TellsWhatEachPatternAloneWould) {
  const support::TempDir directory;
  unsigned checked = 0;
  const bool counts = support::for_seeds(300, [&](unsigned seed) { checked += check_seed(seed, directory); });
  if (counts) {
    EXPECT_GT(checked, 150U);
  }
}

TEST(Label, IsRefusedForLinesThatMatchNothing) {
  const support::TempDir directory;
  GrepOptions options;
  options.patterns = {"a"};
  options.paths = {directory.write("f", "a\n")};
  options.invert = true;
  options.labels = true;
  EXPECT_NE(support::run_grep(options, directory / "output").error, "");
}

}  // namespace
}  // namespace weir
