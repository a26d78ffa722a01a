// What is printed of lines that end with more or other than '\n', where a terminal would make a difference.
#include <gtest/gtest.h>

#include "run_grep.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

std::string printed(GrepOptions options, const std::string& text) {
  const support::TempDir directory;
  options.paths = {directory.write("log", text)};
  options.names = GrepNames::never;
  return support::run_grep(options, directory / "output").output;
}

TEST(LineEnd, ATerminalGetsNoReturnOfALineEnd) {
  GrepOptions options;
  options.patterns = {"e$"};
  options.line_end = GrepLineEnd::crlf;
  const std::string text = "one\r\nx\re\r\r\ne\r\nnone\r";
  EXPECT_EQ(printed(options, text), "one\r\ne\r\nnone\r\n");
  options.escape_controls = true;
  EXPECT_EQ(printed(options, text), "one\ne\nnone\n");
  options.patterns = {"x"};
  EXPECT_EQ(printed(options, text), "x\\x0de\\x0d\n");
  options.patterns = {"^e"};
  options.before_context = 1;
  options.groups = true;
  EXPECT_EQ(printed(options, text), "x\\x0de\\x0d\ne\n");
  options.json = true;
  EXPECT_NE(printed(options, text).find("\"e\\r\\n\""), std::string::npos);
}

TEST(LineEnd, NewlinesInLinesThatEndWithNulAreEscapedToo) {
  GrepOptions options;
  options.patterns = {"o"};
  options.line_end = GrepLineEnd::null;
  const std::string text("one\ntwo\0three\0", 14);
  EXPECT_EQ(printed(options, text), std::string("one\ntwo\0", 8));
  options.escape_controls = true;
  EXPECT_EQ(printed(options, text), std::string("one\\x0atwo\0", 11));
}

}  // namespace
}  // namespace weir
