#include "input/sorted_walk.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace weir::input {
namespace {

using Paths = std::vector<std::string>;
using By = WalkOrder::By;
using support::TempDir;

void set_times(const std::string& path, long accessed, long modified) {
  const struct ::timespec times[2] = {{accessed, 5}, {modified, 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

Paths walk(const TempDir& dir, const Paths& names, WalkOrder order) {
  WalkOptions options;
  for (const std::string& name : names)
    options.paths.push_back(dir / name);
  SortedWalker walker(std::move(options), order);
  while (!walker.is_plain() && walker.collect()) {
  }
  Paths paths;
  for (Found found; walker.next(found);)
    paths.push_back(found.path.substr(dir.path().size() + 1));
  return paths;
}

TEST(SortedWalk, ByTimeThenByPath) {
  const TempDir dir;
  for (const char* name : {"d/a", "d/b", "d/c/x", "e"})
    dir.write(name);
  set_times(dir / "d/a", 10, 40);
  set_times(dir / "d/b", 30, 20);
  set_times(dir / "d/c/x", 20, 20);
  set_times(dir / "e", 40, -30);  // before 1970
  const Paths all = {"d", "e"};
  EXPECT_EQ(walk(dir, all, {By::path, false}), (Paths{"d/a", "d/b", "d/c/x", "e"}));
  EXPECT_EQ(walk(dir, all, {By::path, true}), (Paths{"e", "d/c/x", "d/b", "d/a"}));
  EXPECT_EQ(walk(dir, all, {By::modified, false}), (Paths{"e", "d/b", "d/c/x", "d/a"}));
  EXPECT_EQ(walk(dir, all, {By::modified, true}), (Paths{"d/a", "d/c/x", "d/b", "e"}));
  EXPECT_EQ(walk(dir, all, {By::accessed, false}), (Paths{"d/a", "d/c/x", "d/b", "e"}));
  EXPECT_EQ(walk(dir, all, {By::created, false}).size(), 4u);
  EXPECT_TRUE(walk(dir, {}, {By::modified, false}).empty());
}

TEST(SortedWalk, ManyAreCollectedInPieces) {
  const TempDir dir;
  Paths expected;
  for (int i = 0; i < 9000; ++i) {
    const std::string name = "d/" + std::to_string(i);
    dir.write(name);
    set_times(dir / name, 0, 100000 - i);
    expected.push_back(name);
  }
  EXPECT_EQ(walk(dir, {"d"}, {By::modified, true}), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(walk(dir, {"d"}, {By::modified, false}), expected);
}

}  // namespace
}  // namespace weir::input
