// Messages: one line each, nothing that could act on a terminal, counted, whole under threads.
#include "base/diagnostics.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

namespace weir::base {
namespace {

TEST(Escaped, LeavesTextAlone) {
  for (const char* text : {"", "plain text", "a\tb", "grüße, 日本語, 🪵", "back\\slash \"quotes\""})
    EXPECT_EQ(escaped(text), text);
}

TEST(Escaped, WritesControlBytesAsHex) {
  EXPECT_EQ(escaped("line\nbreak\r"), "line\\x0abreak\\x0d");
  EXPECT_EQ(escaped("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(escaped(std::string_view("\0x\x7f", 3)), "\\x00x\\x7f");
  for (int byte = 0; byte < 0x20; ++byte) {
    const std::string out = escaped(std::string(1, static_cast<char>(byte)));
    EXPECT_EQ(out.size(), byte == '\t' ? 1U : 4U) << byte;
  }
}

TEST(Escaped, WritesC1ControlsOfUtf8AsHexAndTheirNeighboursNot) {
  EXPECT_EQ(escaped("\xc2\x9b"
                    "31m"),
            "\\xc2\\x9b31m");  // CSI in one character
  EXPECT_EQ(escaped("\xc2\x80\xc2\x9f"), "\\xc2\\x80\\xc2\\x9f");
  EXPECT_EQ(escaped("\xc2\xa0\xc2\xbf"), "\xc2\xa0\xc2\xbf");
  EXPECT_EQ(escaped("\xe2\x82\xac\xc3\x9b"), "\xe2\x82\xac\xc3\x9b");  // continuation bytes are no controls
  EXPECT_EQ(escaped("\xc2"), "\xc2");
}

TEST(Escaped, Appends) {
  std::string out = "x";
  append_escaped(out, "\n");
  EXPECT_EQ(out, "x\\x0a");
}

TEST(ErrnoText, IsTheSystemsMessage) {
  EXPECT_EQ(errno_text(ENOENT), "No such file or directory");
}

class DiagnosticsTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  Diagnostics diagnostics_{[this](std::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(DiagnosticsTest, ErrorsAreCountedNotesAreNot) {
  diagnostics_.note("by the way");
  EXPECT_FALSE(diagnostics_.any_error());
  diagnostics_.error("a.log:3: bad\nname");
  EXPECT_TRUE(diagnostics_.any_error());
  EXPECT_EQ(lines_, (std::vector<std::string>{"weir: by the way\n", "weir: a.log:3: bad\\x0aname\n"}));
}

TEST_F(DiagnosticsTest, FileErrorsMayBeSilentButCount) {
  diagnostics_.set_file_errors_silent(true);
  diagnostics_.file_error("a.log: open: Permission denied");
  EXPECT_TRUE(lines_.empty());
  EXPECT_TRUE(diagnostics_.any_error());
  diagnostics_.error("not about a file");
  EXPECT_EQ(lines_.size(), 1U);
}

TEST_F(DiagnosticsTest, LinesFromManyThreadsStayWhole) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 200; ++i)
        diagnostics_.error(std::string(50, static_cast<char>('a' + t)));
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  ASSERT_EQ(lines_.size(), 800U);
  for (const std::string& line : lines_)
    EXPECT_EQ(line, "weir: " + std::string(50, line[6]) + "\n");
}

}  // namespace
}  // namespace weir::base
