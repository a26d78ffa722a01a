// What decoders and long lines take counts against the budget, and bombs stay inside it.
#include <gtest/gtest.h>

#include "../input/packers.hpp"
#include "run_grep.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

TEST(DecoderMemory, AFrameWithAWindowOverTheBudgetIsRefusedAndSaysWhatItNeeds) {
  const support::TempDir directory;
  const std::string path = directory.write("wide", test::zstd_with_window(25));
  GrepOptions options;
  options.patterns = {"text"};
  options.paths = {path};
  options.io = "threads";
  options.memory_bytes = 8U << 20;
  for (const int jobs : {1, 2}) {
    options.jobs = jobs;
    const support::GrepRun refused = support::run_grep(options, directory / "output");
    EXPECT_EQ(refused.output, "");
    EXPECT_EQ(refused.messages, "weir: " + path +
                                    ": zstd: needs 33 MiB of memory, more than --memory allows (--memory 33M "
                                    "would do): at byte 0\n");
    EXPECT_TRUE(refused.summary.any_error);
  }
  options.memory_bytes = 33U << 20;
  EXPECT_EQ(support::run_grep(options, directory / "output").output, "text\n");
}

TEST(DecoderMemory, ManyFilesWithoutATellingNameShareTheBudget) {
  const support::TempDir directory;
  GrepOptions options;
  options.patterns = {"text"};
  for (int i = 0; i < 60; ++i)
    options.paths.push_back(
        directory.write(std::string("f").append(std::to_string(i)), test::zstd_with_window(23)));
  options.memory_bytes = 24U << 20;
  options.jobs = 2;
  options.names = GrepNames::never;
  for (const char* io : {"threads", "sim:4"}) {
    options.io = io;
    const support::GrepRun run = support::run_grep(options, directory / "output");
    EXPECT_EQ(run.output.size(), 60 * 5U) << io;
    EXPECT_EQ(run.messages, "") << io;
    // The oldest may always go on: by one decoder over the budget.
    EXPECT_LE(run.summary.peak_budget_bytes, options.memory_bytes + (10U << 20)) << io;
    EXPECT_GE(run.summary.peak_budget_bytes, std::uint64_t{8} << 20) << io;
  }
}

TEST(DecoderMemory, ABombOfLinesStaysInside) {
  const support::TempDir directory;
  std::string packed;
  const std::string piece = test::zstd_frame(std::string(64U << 20, '\n'), true);
  for (int i = 0; i < 8; ++i)
    packed += piece;  // 512 MiB
  GrepOptions options;
  options.patterns = {"x"};
  options.output = GrepOutput::count;
  options.paths = {directory.write("bomb", packed)};
  options.memory_bytes = 16U << 20;
  options.jobs = 2;
  options.io = "sim:2";
  const support::GrepRun run = support::run_grep(options, directory / "output");
  EXPECT_EQ(run.output, "0\n");
  EXPECT_LE(run.summary.peak_budget_bytes, options.memory_bytes + (10U << 20));
}

TEST(DecoderMemory, LongLinesOfManyFilesShareTheBudget) {
  const support::TempDir directory;
  GrepOptions options;
  options.patterns = {"x"};
  const std::string packed = test::packers()[0].pack(std::string(8U << 20, '\0'));
  for (int i = 0; i < 12; ++i)
    options.paths.push_back(directory.write(std::string("f").append(std::to_string(i)), packed));
  options.memory_bytes = 12U << 20;
  options.max_line_bytes = 16U << 20;
  options.output = GrepOutput::count;
  options.jobs = 3;
  options.io = "threads";
  const support::GrepRun run = support::run_grep(options, directory / "output");
  EXPECT_EQ(run.messages, "");
  // A line that is let on may double its buffer.
  EXPECT_LE(run.summary.peak_budget_bytes, options.memory_bytes + (40U << 20));
}

}  // namespace
}  // namespace weir
