// What the walk leaves out, or takes, when it is told to.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

#include "input/walk.hpp"
#include "support/temp_dir.hpp"

namespace weir::input {
namespace {

using Paths = std::vector<std::string>;
using support::TempDir;

struct Walked {
  Paths paths;   // below the temporary directory
  Paths errors;  // "path: errno: what", likewise
};

// Of `start`, with and without the types of entries that most file systems give.
Walked walk(const TempDir& dir, const std::string& start, WalkOptions options) {
  Walked result;
  const std::size_t cut = dir.path().size() + 1;
  options.paths = {dir / start};
  options.on_error = [&](const std::string& path, int sys_errno, std::string_view what) {
    std::string text(what);
    const std::size_t at = text.find(dir.path());
    if (at != std::string::npos) text.erase(at, cut);
    result.errors.push_back(path.substr(cut) + ": " + std::to_string(sys_errno) + ": " + text);
  };
  Walker walker(std::move(options));
  for (Found found; walker.next(found);)
    result.paths.push_back(found.path.substr(cut));
  return result;
}

TEST(WalkChoice, DepthIsCountedFromTheArgument) {
  const TempDir dir;
  for (const char* name : {"d/1", "d/a/2", "d/a/b/3", "d/a/b/c/4"})
    dir.write(name);
  const Paths all = {"d/1", "d/a/2", "d/a/b/3", "d/a/b/c/4"};
  for (std::size_t depth = 0; depth <= 5; ++depth) {
    WalkOptions options;
    options.max_depth = depth;
    const std::size_t kept = std::min(depth, all.size());
    EXPECT_EQ(walk(dir, "d", options).paths, Paths(all.begin(), all.begin() + static_cast<long>(kept)));
    EXPECT_EQ(walk(dir, "d/1", options).paths, (Paths{"d/1"}));
  }
}

TEST(WalkChoice, HiddenNamesAreLeftOutBelowTheArgument) {
  const TempDir dir;
  for (const char* name : {".d/.a", ".d/.s/b", ".d/c", ".d/s/.e/f", ".d/s/g.h", ".d/..x", ".d/s/.h"})
    dir.write(name);
  WalkOptions options;
  options.hidden = false;
  EXPECT_EQ(walk(dir, ".d", options).paths, (Paths{".d/c", ".d/s/g.h"}));
  EXPECT_EQ(walk(dir, ".d/.a", options).paths, (Paths{".d/.a"}));
  EXPECT_EQ(walk(dir, ".d/.s", options).paths, (Paths{".d/.s/b"}));
}

TEST(WalkChoice, LargerFilesAreLeftOut) {
  const TempDir dir;
  dir.write("d/0");
  dir.write("d/10", std::string(10, 'x'));
  dir.write("d/s/11", std::string(11, 'x'));
  dir.make_symlink("s/11", "d/to11");
  WalkOptions options;
  options.max_file_bytes = 10;
  EXPECT_EQ(walk(dir, "d", options).paths, (Paths{"d/0", "d/10"}));
  EXPECT_EQ(walk(dir, "d/s/11", options).paths, (Paths{"d/s/11"}));
  options.follow_links = true;  // the size is that of the file, not that of the link
  EXPECT_EQ(walk(dir, "d", options).paths, (Paths{"d/0", "d/10"}));
  options.max_file_bytes = 0;
  EXPECT_EQ(walk(dir, "d", options).paths, (Paths{"d/0"}));
}

TEST(WalkChoice, LinksAreFollowedInTheirPlace) {
  const TempDir dir;
  dir.write("d/b");
  dir.write("d/s/x");
  dir.write("elsewhere/y");
  dir.make_symlink("../elsewhere", "d/a");
  dir.make_symlink("b", "d/c");
  dir.make_symlink("s", "d/t");
  dir.make_fifo("fifo");
  dir.make_symlink("../fifo", "d/u");
  WalkOptions options;
  EXPECT_EQ(walk(dir, "d", options).paths, (Paths{"d/b", "d/s/x"}));
  options.follow_links = true;
  const Walked walked = walk(dir, "d", options);
  EXPECT_EQ(walked.paths, (Paths{"d/a/y", "d/b", "d/c", "d/s/x", "d/t/x"}));
  EXPECT_TRUE(walked.errors.empty());
  options.globs = GlobSet::parse({"!a/", "!c"}).value();
  EXPECT_EQ(walk(dir, "d", options).paths, (Paths{"d/b", "d/s/x", "d/t/x"}));
}

TEST(WalkChoice, LoopsAndBrokenLinksAreReported) {
  const TempDir dir;
  dir.write("d/a/f");
  dir.make_symlink("..", "d/a/up");
  dir.make_symlink(".", "d/a/self");
  dir.make_symlink("gone", "d/broken");
  dir.make_symlink("knot", "d/knot");
  WalkOptions options;
  options.follow_links = true;
  const Walked walked = walk(dir, "d", options);
  EXPECT_EQ(walked.paths, (Paths{"d/a/f"}));
  EXPECT_EQ(walked.errors, (Paths{"d/a/self: 0: file system loop: leads back to d/a",
                                  "d/a/up: 0: file system loop: leads back to d",
                                  "d/broken: " + std::to_string(ENOENT) + ": cannot open",
                                  "d/knot: " + std::to_string(ELOOP) + ": cannot open"}));
}

TEST(WalkChoice, TwoLinksToEachOthersDirectoriesEnd) {
  const TempDir dir;
  dir.write("d/a/f");
  dir.write("d/b/g");
  dir.make_symlink("../b", "d/a/to");
  dir.make_symlink("../a", "d/b/to");
  WalkOptions options;
  options.follow_links = true;
  const Walked walked = walk(dir, "d", options);
  EXPECT_EQ(walked.paths, (Paths{"d/a/f", "d/a/to/g", "d/b/g", "d/b/to/f"}));
  EXPECT_EQ(walked.errors.size(), 2u);
}

// Deeper than the descriptors that are kept, so that the way back leads through the link.
TEST(WalkChoice, TheWayBackFromADeepLinkIsFound) {
  const TempDir dir;
  std::string below = "/0";
  for (int i = 1; i < 40; ++i)
    below.append("/").append(std::to_string(i));
  dir.write("far" + below + "/end");
  dir.write("d/z");
  dir.write("far/z");
  dir.make_symlink("../far", "d/link");
  WalkOptions options;
  options.follow_links = true;
  const Walked walked = walk(dir, "d", options);
  EXPECT_EQ(walked.paths, (Paths{"d/link" + below + "/end", "d/link/z", "d/z"}));
  EXPECT_TRUE(walked.errors.empty());
}

TEST(WalkChoice, OneFileSystemStopsAtMountPoints) {
  struct ::stat root {};
  struct ::stat proc {};
  if (::stat("/", &root) != 0 || ::stat("/proc/sys", &proc) != 0 || root.st_dev == proc.st_dev) GTEST_SKIP();
  WalkOptions options;
  options.paths = {"/"};
  options.globs = GlobSet::parse({"!/*", "/proc", "!/proc/*", "/proc/version"}).value();
  Found found;
  Walker over(options);
  EXPECT_TRUE(over.next(found));
  EXPECT_EQ(found.path, "/proc/version");
  options.one_file_system = true;
  Walker within(options);
  EXPECT_FALSE(within.next(found));
  options.paths = {"/proc"};
  options.globs = GlobSet::parse({"!/*", "/version"}).value();
  Walker on_it(options);
  EXPECT_TRUE(on_it.next(found));
}

}  // namespace
}  // namespace weir::input
