// Which writes reach the output. A pipe in packet mode keeps them apart: a read gives what one write has put
// in.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/temp_dir.hpp"
#include "weir/grep.hpp"

namespace weir {
namespace {

using Writes = std::vector<std::string>;

// What is written while `options` are run; it must fit into the pipe.
Writes writes_of(GrepOptions options) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_DIRECT), 0);
  EXPECT_GE(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), 1 << 20);
  options.output_fd = ends[1];
  options.handle_signals = false;
  const auto summary = grep(options);
  EXPECT_TRUE(summary.ok());
  ::close(ends[1]);
  Writes writes;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    writes.emplace_back(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  return writes;
}

class Buffering : public testing::Test {
 protected:
  Buffering() {
    for (int i = 0; i < 100; ++i)
      lines_.push_back("line " + std::to_string(i) + "\n");
    std::string text;
    for (const std::string& line : lines_)
      text += line;
    options_.paths = {scratch_.write("log", text)};
    options_.patterns = {"line"};
  }

  support::TempDir scratch_;
  Writes lines_;
  GrepOptions options_;
};

TEST_F(Buffering, LineBufferedWritesEachLineByItself) {
  options_.buffering = GrepBuffering::lines;
  EXPECT_EQ(writes_of(options_), lines_);
  options_.chunk_bytes = 16;
  EXPECT_EQ(writes_of(options_), lines_);
}

TEST_F(Buffering, LineBufferedHoldsForAllThatIsPrinted) {
  options_.buffering = GrepBuffering::lines;
  options_.line_numbers = true;
  options_.color = true;
  options_.before_context = 1;
  options_.patterns = {"99"};
  options_.names = GrepNames::always;
  options_.heading = true;
  const Writes writes = writes_of(options_);
  ASSERT_EQ(writes.size(), 3u);
  for (const std::string& line : writes)
    EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(Buffering, BlockBufferedWritesOnceAtTheEndWhatIsLittle) {
  options_.buffering = GrepBuffering::blocks;
  options_.chunk_bytes = 16;
  options_.jobs = 3;
  std::string all;
  for (const std::string& line : lines_)
    all += line;
  EXPECT_EQ(writes_of(options_), Writes{all});
  options_.output = GrepOutput::count;
  options_.total = true;
  EXPECT_EQ(writes_of(options_), Writes{"100\ntotal:100\n"});
}

TEST_F(Buffering, ByDefaultWhatIsReadyGoesOutTogether) {
  EXPECT_LT(writes_of(options_).size(), lines_.size());
}

}  // namespace
}  // namespace weir
