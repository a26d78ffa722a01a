// Every I/O operation of a small scan failing in turn: the scan ends, says one thing, and loses nothing else.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "../input/packers.hpp"
#include "base/unique_fd.hpp"
#include "run_grep.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

GrepOptions options_for(const support::TempDir& directory) {
  GrepOptions options;
  options.patterns = {"needle"};
  options.names = GrepNames::always;
  options.line_numbers = true;
  options.jobs = 1;
  options.chunk_bytes = 64;
  for (const char* name : {"a", "b", "c"})
    options.paths.push_back(directory / name);
  return options;
}

void write_inputs(const support::TempDir& directory) {
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += i % 3 == 0 ? "a needle in line " + std::to_string(i) + "\n" : "hay\n";
  for (const char* name : {"a", "b", "c"})
    directory.write(name, text);
}

bool is_in_order_within(const std::string& part, const std::string& whole) {
  if (!part.empty() && part.back() != '\n') return false;
  std::size_t at = 0;
  for (std::size_t begin = 0; begin < part.size();) {
    const std::size_t end = part.find('\n', begin) + 1;
    const std::string line = part.substr(begin, end - begin);
    at = whole.find(line, at);
    if (at == std::string::npos) return false;
    at += line.size();
    begin = end;
  }
  return true;
}

// A write that fails after a short one leaves a line cut: the device took no more. Nothing else may cut one.
std::string whole_lines(const std::string& output, bool output_failed) {
  return output_failed ? output.substr(0, output.rfind('\n') + 1) : output;
}

// Shards report what they find when they find it.
std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  std::sort(lines.begin(), lines.end());
  std::string sorted;
  for (const std::string& line : lines)
    sorted += line;
  return sorted;
}

TEST(ScanFaults, TheNthOperationFailing) {
  const support::TempDir directory;
  write_inputs(directory);
  GrepOptions options = options_for(directory);
  options.io = "sim:7";
  const support::GrepRun whole = support::run_grep(options, directory / "output");
  ASSERT_EQ(whole.messages, "");
  ASSERT_EQ(std::count(whole.output.begin(), whole.output.end(), '\n'), 21);
  int failures = 0;
  for (int n = 1; n <= 400; ++n) {
    options.io = "sim:7:" + std::to_string(n);
    const support::GrepRun run = support::run_grep(options, directory / "output");
    ASSERT_EQ(run.error, "") << n;
    const bool output_failed = run.messages.find("standard output") != std::string::npos;
    ASSERT_TRUE(is_in_order_within(whole_lines(run.output, output_failed), whole.output))
        << "operation " << n << "\n"
        << run.output;
    if (run.messages.empty()) {
      EXPECT_EQ(run.output, whole.output) << n;
      continue;
    }
    ++failures;
    EXPECT_TRUE(run.summary.any_error) << n;
    EXPECT_EQ(std::count(run.messages.begin(), run.messages.end(), '\n'), 1) << run.messages;
    EXPECT_NE(run.messages.find("Input/output error"), std::string::npos) << run.messages;
    // Two of the three files are always complete, unless the output itself failed.
    if (!output_failed) {
      EXPECT_GE(std::count(run.output.begin(), run.output.end(), '\n'), 14) << n;
    }
  }
  EXPECT_GT(failures, 10);
}

TEST(ScanFaults, FilesThatCannotBeReadDoNotStopTheRest) {
  const support::TempDir directory;
  write_inputs(directory);
  GrepOptions options = options_for(directory);
  options.paths.insert(options.paths.begin() + 1, directory / "missing");
  for (const char* io : {"uring", "threads", "sim:3"}) {
    options.io = io;
    const support::GrepRun run = support::run_grep(options, directory / "output");
    if (run.error.find("io_uring is not available") != std::string::npos) continue;
    EXPECT_EQ(std::count(run.output.begin(), run.output.end(), '\n'), 21) << io;
    EXPECT_EQ(run.messages, "weir: " + (directory / "missing") + ": No such file or directory\n");
    EXPECT_TRUE(run.summary.any_error);
  }
}

TEST(ScanFaults, ALineOverTheLimitIsReportedWithItsPlaceAndLeftOut) {
  const support::TempDir directory;
  const std::string longest(5000, 'x');
  const std::string path = directory.write("long", "one\ntwo\n" + longest + "\nfour\n" + longest + "y");
  GrepOptions options;
  options.patterns = {""};
  options.line_numbers = true;
  options.paths = {path};
  options.max_line_bytes = 4999;
  for (const std::uint32_t chunk : {7U, 100U, 4096U, 262144U}) {
    for (const char* io : {"threads", "sim:5"}) {
      for (const int jobs : {1, 3}) {
        options.io = io;
        options.chunk_bytes = chunk;
        options.jobs = jobs;
        const support::GrepRun run = support::run_grep(options, directory / "output");
        EXPECT_EQ(run.output, "1:one\n2:two\n4:four\n") << "chunk " << chunk << " jobs " << jobs << " " << io;
        EXPECT_EQ(sorted_lines(run.messages),
                  "weir: " + path + ":3: line at byte 8 is longer than 4999 bytes (--max-line): skipped\n" +
                      "weir: " + path +
                      ":5: line at byte 5014 is longer than 4999 bytes (--max-line): skipped\n")
            << "chunk " << chunk << " jobs " << jobs << " " << io;
        EXPECT_TRUE(run.summary.any_error);
      }
    }
  }
}

// The other shards, and whoever waits for what this one had taken, must not wait for ever.
TEST(ScanFaults, AShardThatFailsEndsTheRun) {
  const std::thread::id caller = std::this_thread::get_id();
  GrepOptions options;
  options.patterns = {"needle"};
  options.jobs = 3;
  options.handle_signals = false;
  const support::TempDir directory;
  for (int i = 0; i < 200; ++i)
    options.paths.push_back(directory.write("damaged" + std::to_string(i), "\x1f\x8b\x08no more of it"));
  for (const char* io : {"threads", "sim:3"}) {
    options.io = io;
    std::atomic<bool> has_failed{false};
    options.message = [&](std::string_view) {
      if (std::this_thread::get_id() != caller) {
        has_failed = true;
        throw std::runtime_error("no room for messages");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the others get their turn
    };
    bool has_thrown = false;
    try {
      (void)grep(options);
    } catch (const std::exception& error) {
      has_thrown = true;
      EXPECT_NE(std::string(error.what()).find("no room for messages"), std::string::npos) << error.what();
    }
    EXPECT_EQ(has_thrown, has_failed.load()) << io;
  }
}

// While compressed files are cut into parts, the output fails.
TEST(ScanFaults, AFullDeviceEndsTheRunWhileFilesAreCut) {
  const support::TempDir directory;
  std::string packed;
  for (int i = 0; i < 200; ++i)
    packed += test::bgzf_block("a needle in line " + std::to_string(i) + "\n");
  GrepOptions options;
  options.patterns = {"needle"};
  options.jobs = 2;
  options.io = "threads";
  options.chunk_bytes = 64;
  options.handle_signals = false;
  options.buffering = GrepBuffering::lines;
  options.paths = {directory.write("plain", "a needle\n")};
  for (int i = 0; i < 20; ++i)
    options.paths.push_back(directory.write("packed" + std::to_string(i), packed));
  const base::UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  options.output_fd = full.get();
  for (int i = 0; i < 50; ++i) {
    std::string messages;
    options.message = [&messages](std::string_view line) { messages += line; };
    const Result<GrepSummary> result = grep(options);
    ASSERT_TRUE(result);
    ASSERT_NE(messages.find("No space left on device"), std::string::npos) << messages;
  }
}

}  // namespace
}  // namespace weir
