#include "input/path_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::input {
namespace {

using Paths = std::vector<std::string>;

// The names in `content`, fed `piece` bytes at a time.
Paths parse(std::string_view content, char separator, std::size_t piece) {
  PathList list(separator);
  Paths paths;
  for (std::size_t at = 0; at < content.size(); at += piece)
    list.feed(content.substr(at, piece), paths);
  list.finish(paths);
  return paths;
}

TEST(PathList, SplitsLinesWhereverTheContentIsCut) {
  const std::string_view content = "one\n\n-dash\n sp ace \r\n\n\xff\xfe\nlast";
  const Paths expected = {"one", "-dash", " sp ace \r", "\xff\xfe", "last"};
  for (std::size_t piece = 1; piece <= content.size(); ++piece) {
    EXPECT_EQ(parse(content, '\n', piece), expected) << "pieces of " << piece;
  }
}

TEST(PathList, SplitsAtNulAndKeepsNewlines) {
  const std::string_view content("a\nb\0\0c\0", 7);
  for (std::size_t piece = 1; piece <= content.size(); ++piece) {
    EXPECT_EQ(parse(content, '\0', piece), (Paths{"a\nb", "c"})) << "pieces of " << piece;
  }
}

TEST(PathList, GivesCompleteNamesAtOnce) {
  PathList list('\n');
  Paths paths;
  list.feed("one\ntw", paths);
  EXPECT_EQ(paths, (Paths{"one"}));
  list.feed("o\n", paths);
  EXPECT_EQ(paths, (Paths{"one", "two"}));
  list.finish(paths);
  EXPECT_EQ(paths.size(), 2u);
}

TEST(PathList, EmptyContentHasNoNames) {
  EXPECT_TRUE(parse("", '\n', 1).empty());
  EXPECT_TRUE(parse("\n\n\n", '\n', 2).empty());
}

TEST(PathList, DropsAndCountsNamesThatAreNoPath) {
  PathList list('\n');
  Paths paths;
  const std::string block(64 * 1024, 'x');
  for (int i = 0; i < 16; ++i)
    list.feed(block, paths);
  list.feed("\nx", paths);
  for (int i = 0; i < 16; ++i)
    list.feed(block, paths);
  list.feed("\nafter\n", paths);
  ASSERT_EQ(paths.size(), 2u);
  EXPECT_EQ(paths[0].size(), PathList::kMaxPathBytes);
  EXPECT_EQ(paths[1], "after");
  EXPECT_EQ(list.dropped(), 1u);
}

}  // namespace
}  // namespace weir::input
