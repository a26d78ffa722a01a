// Scans of mapped files that others cut short or write to meanwhile.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "pipeline/interruptible.hpp"
#include "pipeline/resolve.hpp"
#include "pipeline/scan.hpp"
#include "run_grep.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

constexpr std::uint32_t kChunk = 4096;

// A plan whose matcher tells `hook` the number of each chunk, before and after it looks at it.
class HookedPlan final : public filter::Plan {
 public:
  using Hook = std::function<void(int chunk, bool is_done)>;

  HookedPlan(std::shared_ptr<const filter::Plan> plan, Hook hook)
      : plan_(std::move(plan)), hook_(std::move(hook)) {}

  std::unique_ptr<filter::LineMatcher> make_line_matcher() const override {
    return std::make_unique<Matcher>(plan_->make_line_matcher(), hook_);
  }
  std::unique_ptr<filter::MatchFinder> make_match_finder(bool with_groups) const override {
    return plan_->make_match_finder(with_groups);
  }
  std::unique_ptr<filter::PatternTeller> make_pattern_teller() const override {
    return plan_->make_pattern_teller();
  }
  bool bears_changes() const override { return plan_->bears_changes(); }
  std::string_view engine() const override { return plan_->engine(); }
  std::vector<std::string> explain() const override { return plan_->explain(); }

 private:
  class Matcher final : public filter::LineMatcher {
   public:
    Matcher(std::unique_ptr<filter::LineMatcher> matcher, Hook hook)
        : matcher_(std::move(matcher)), hook_(std::move(hook)) {}
    std::size_t find_lines(std::string_view text, std::size_t limit,
                           std::vector<filter::Line>& lines) override {
      hook_(++chunk_, false);
      const std::size_t done = matcher_->find_lines(text, limit, lines);
      hook_(chunk_, true);
      return done;
    }

   private:
    std::unique_ptr<filter::LineMatcher> matcher_;
    Hook hook_;
    int chunk_ = 0;
  };

  std::shared_ptr<const filter::Plan> plan_;
  Hook hook_;
};

struct HookedRun {
  std::string output;
  std::string messages;
  std::uint64_t mapped = 0;
};

HookedRun run_hooked(GrepOptions options, const support::TempDir& directory, HookedPlan::Hook hook) {
  HookedRun run;
  const std::string path = directory.write("output", "");
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  options.output_fd = fd;
  options.handle_signals = false;
  auto resolved = pipeline::resolve(options);
  EXPECT_TRUE(resolved);
  pipeline::Resolved& with = resolved.value();
  with.filter = std::make_shared<const HookedPlan>(with.filter, std::move(hook));
  base::Diagnostics diagnostics([&run](std::string_view line) { run.messages += line; });
  const pipeline::ScanPlan plan(options, with, false);
  int signal = 0;
  {
    Loop loop(io::make_backend(with.backend).value());
    pipeline::Scan scan(plan, with.inputs, with.backend, with.jobs, diagnostics);
    pipeline::run_interruptible(loop, scan.run(&loop), options, diagnostics, signal);
    run.mapped = scan.context().counters.mapped.load();
  }
  ::close(fd);
  std::ifstream file(path, std::ios::binary);
  run.output.assign(std::istreambuf_iterator<char>(file), {});
  return run;
}

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "line " + std::to_string(i) + " of some length, which is not always the same" +
            std::string(static_cast<std::size_t>(i % 13), '.') + "\n";
  return text;
}

GrepOptions all_lines_of(const std::string& path) {
  GrepOptions options;
  options.patterns = {""};
  options.paths = {path};
  options.mapping = Mapping::always;
  options.chunk_bytes = kChunk;
  options.jobs = 1;
  options.io = "threads";
  return options;
}

void cut(const std::string& path, std::size_t left) {
  EXPECT_EQ(::truncate(path.c_str(), static_cast<off_t>(left)), 0);
}

// What comes behind the cut may have been lent already, or not yet.
void expect_what_is_left(const std::string& text) {
  for (const bool after : {false, true}) {
    for (const std::size_t left : {20000UL, 20480UL, 50001UL, 3 * text.size() / 4, text.size() - 1}) {
      for (const bool context : {false, true}) {
        const support::TempDir directory;
        const std::string path = directory.write("file", text);
        GrepOptions options = all_lines_of(path);
        options.line_numbers = context;
        if (context) options.before_context = options.after_context = 2;
        const HookedRun run = run_hooked(options, directory, [&](int chunk, bool is_done) {
          if (chunk == 4 && is_done == after) cut(path, left);
        });
        GrepOptions plain = options;
        plain.mapping = Mapping::never;
        const support::GrepRun expected = support::run_grep(plain, directory / "plain");
        EXPECT_TRUE(run.output == expected.output) << "left " << left;
        EXPECT_GT(run.mapped, 0U);
        EXPECT_EQ(run.messages, "weir: " + path +
                                    ": truncated while it was read: " + std::to_string(text.size()) +
                                    " bytes at first, now " + std::to_string(left) + "\n");
      }
    }
  }
}

TEST(MappedScans, AFileThatIsCutShortAheadGivesWhatIsLeft) {
  expect_what_is_left(numbered_lines(2000));
  expect_what_is_left(numbered_lines(9000));
}

// What was printed before stays; what is gone is not replaced by anything.
TEST(MappedScans, AFileThatIsCutShortBehindGivesNoZeros) {
  const std::string text = numbered_lines(2000);
  for (const std::size_t left : {0UL, 1UL, 4096UL, 6000UL, 12288UL}) {
    const support::TempDir directory;
    const std::string path = directory.write("file", text);
    const HookedRun run = run_hooked(all_lines_of(path), directory, [&](int chunk, bool is_done) {
      if (chunk == 5 && !is_done) cut(path, left);
    });
    EXPECT_TRUE(run.output == text.substr(0, run.output.size())) << "left " << left;
    EXPECT_GT(run.output.size(), 3 * kChunk);
    EXPECT_EQ(std::count(run.messages.begin(), run.messages.end(), '\n'), 1) << run.messages;
  }
}

TEST(MappedScans, WhatIsWrittenMeanwhileIsReadOnceMoreOrNotAtAll) {
  const std::string text = numbered_lines(500);
  const support::TempDir directory;
  const std::string path = directory.write("file", text);
  // Cut and written anew between two chunks: as long as before, so that nothing shows it.
  const HookedRun run = run_hooked(all_lines_of(path), directory, [&](int chunk, bool is_done) {
    if (chunk == 3 && is_done) directory.write("file", std::string(text.size(), 'x') + "\n");
  });
  EXPECT_EQ(run.output.find('\0'), std::string::npos);
}

// Bytes that change at any moment: nothing is worth anything, but the scan ends, and within its memory.
TEST(MappedScans, AnyEngineBearsBytesThatChange) {
  const unsigned seed = 20260301;
  const support::TempDir directory;
  const std::string text = numbered_lines(3000);
  const std::string path = directory.write("file", text);
  std::atomic<bool> is_over = false;
  std::thread writer([&] {
    std::mt19937 random(seed);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    std::string noise(5000, '\0');
    while (!is_over) {
      for (char& c : noise)
        c = "\n\n ei0line\xc3\xa9\xff\0"[random() % 14];
      const auto size = random() % noise.size();
      const auto at = random() % (text.size() - size);
      if (::pwrite(fd, noise.data(), size, static_cast<off_t>(at)) < 0) break;
      if (random() % 4 == 0 && ::pwrite(fd, text.data() + at, size, static_cast<off_t>(at)) < 0) break;
    }
    ::close(fd);
  });
  const std::vector<std::vector<std::string>> patterns = {{"line 7"},
                                                          {"7 of", "line 12", "some", "same."},
                                                          {"[a-z]+ \\d{3,}\\s+o\\w"},
                                                          {"l(i|o)ne.*(\\w+) \\1"},
                                                          {"\\bé?line\\b"},
                                                          {"(?i)LINE .* SAME"},
                                                          {"^line.*\\.$"},
                                                          {""}};
  for (int round = 0; round < 2; ++round) {
    for (const auto& some : patterns) {
      for (const int shape : {0, 1, 2, 3, 4}) {
        GrepOptions options = all_lines_of(path);
        options.patterns = some;
        options.jobs = 1 + round;
        options.chunk_bytes = round == 0 ? 65536 : 777;
        options.line_numbers = shape == 1;
        options.invert = shape == 2;
        if (shape == 3) options.before_context = options.after_context = 3;
        if (shape == 4) options.output = GrepOutput::count;
        const support::GrepRun run = support::run_grep(options, directory / "output");
        EXPECT_EQ(run.error, "");
        EXPECT_GT(run.summary.mapped_bytes, 0U);
      }
    }
  }
  is_over = true;
  writer.join();
}

TEST(MappedScans, WhatIsNoRegularFileIsRead) {
  GrepOptions options = all_lines_of("/proc/self/status");
  const support::TempDir directory;
  const support::GrepRun run = support::run_grep(options, directory / "output");
  EXPECT_EQ(run.summary.mapped_bytes, 0U);
  EXPECT_NE(run.output.find("Name:"), std::string::npos);
}

TEST(MappedScans, AFileThatGrowsGivesWhatWasAdded) {
  const std::string text = numbered_lines(9000);
  const support::TempDir directory;
  for (const Mapping mapping : {Mapping::always, Mapping::never}) {
    const std::string path = directory.write("file", text + "unfinished");
    GrepOptions options = all_lines_of(path);
    options.mapping = mapping;
    const HookedRun run = run_hooked(options, directory, [&](int chunk, bool is_done) {
      if (chunk == 3 && is_done) directory.append("file", " no more\nlast\n");
    });
    EXPECT_TRUE(run.output == text + "unfinished no more\nlast\n");
    EXPECT_EQ(run.mapped > 0, mapping == Mapping::always);
  }
}

}  // namespace
}  // namespace weir
