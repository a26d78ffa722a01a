// Walking directories, on every backend, against std::filesystem.
#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

namespace fs = std::filesystem;

class Directories : public OnEachBackend {
 protected:
  support::TempDir directory_;
};
WEIR_ON_EACH_BACKEND(Directories);

using Entries = std::vector<DirectoryEntry>;

Coro<Entries> walk(std::string root, WalkOptions options) {
  Entries entries;
  DirectoryWalker walker(std::move(root), options);
  while (auto entry = co_await walker.next())
    entries.push_back(std::move(*entry));
  auto behind = co_await walker.next();
  EXPECT_FALSE(behind.has_value());
  co_return entries;
}
std::vector<std::string> paths_of(const Entries& entries) {
  std::vector<std::string> paths;
  for (const DirectoryEntry& entry : entries) {
    EXPECT_FALSE(entry.error) << entry.path << ": " << entry.error.message();
    paths.push_back(entry.path);
  }
  return paths;
}
std::vector<std::string> sorted(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  return paths;
}
std::vector<std::string> found_by_library(const std::string& root) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    paths.push_back(entry.path());
  return sorted(std::move(paths));
}

void make_tree(const support::TempDir& directory, std::string at, std::mt19937& random, int depth) {
  const auto files = random() % 6;
  for (auto i = files; i > 0; --i)
    directory.write(at + "f" + std::to_string(random() % 100));
  const auto directories = depth > 0 ? random() % 4 : 0;
  for (auto i = directories; i > 0; --i) {
    const std::string name = at + "d" + std::to_string(random() % 100);
    directory.make_directory(name);
    make_tree(directory, name + "/", random, depth - 1);
  }
}

TEST_P(Directories, HoldWhatTheStandardLibraryFinds) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    const std::string root = directory_.make_directory("tree" + std::to_string(seed));
    make_tree(directory_, "tree" + std::to_string(seed) + "/", random, 5);
    const std::vector<std::string> expected = found_by_library(root);
    for (const bool in_order : {true, false}) {
      WalkOptions options;
      options.sorted = in_order;
      options.max_open = 1 + seed % 3;
      const auto paths = paths_of(run(walk(root, options)));
      EXPECT_EQ(sorted(paths), expected) << seed;
    }
  }
}

TEST_P(Directories, ComeInOrderAParentBeforeItsChildren) {
  for (const char* name : {"b/2", "b/1", "a", "c/d/e", "c/x"})
    directory_.write(name);
  const std::string root = directory_.path();
  using Paths = std::vector<std::string>;
  const Paths all{"/a", "/b", "/b/1", "/b/2", "/c", "/c/d", "/c/d/e", "/c/x"};
  Paths expected;
  for (const std::string& path : all)
    expected.push_back(root + path);
  const Entries entries = run(walk(root + "/", WalkOptions()));
  EXPECT_EQ(paths_of(entries), expected);
  EXPECT_EQ(entries[6].depth, 2U);
  EXPECT_EQ(entries[6].kind, FileKind::regular);
  EXPECT_EQ(entries[5].kind, FileKind::directory);
  WalkOptions flat;
  flat.recursive = false;
  EXPECT_EQ(run(walk(root, flat)).size(), 3U);
  WalkOptions shallow;
  shallow.max_depth = 1;
  EXPECT_EQ(run(walk(root, shallow)).size(), 7U);
}

Coro<std::size_t> count_without(std::string root, std::string skipped) {
  std::size_t count = 0;
  DirectoryWalker walker(root);
  while (auto entry = co_await walker.next()) {
    ++count;
    if (entry->path == skipped) walker.skip();
  }
  co_return count;
}

TEST_P(Directories, CanBeLeftOut) {
  for (const char* name : {"a/1", "b/1", "b/2", "c"})
    directory_.write(name);
  EXPECT_EQ(run(count_without(directory_.path(), directory_ / "b")), 4U);
}

TEST_P(Directories, AreNotAllOpenAtOnce) {
  std::string deep = "d";
  for (int i = 0; i < 60; ++i) {
    directory_.write(deep + "/file");
    deep += "/d";
  }
  directory_.make_directory(deep);
  for (const bool in_order : {true, false}) {
    long peak = 0;
    WalkOptions options;
    options.sorted = in_order;
    options.max_open = 3;
    const auto watch = [](std::string root, WalkOptions how, long* most) -> Coro<int> {
      int count = 0;
      DirectoryWalker walker(root, how);
      while (auto entry = co_await walker.next()) {
        *most = std::max(*most, open_descriptors());
        ++count;
      }
      co_return count;
    };
    const long before = open_descriptors();
    EXPECT_EQ(run(watch(directory_.path(), options, &peak)), 121);
    EXPECT_LE(peak - before, 3);
  }
}

Coro<Entries> remove_while_walking(std::string root, std::string removed) {
  Entries entries;
  DirectoryWalker walker(root);
  while (auto entry = co_await walker.next()) {
    if (entry->path == removed) fs::remove_all(removed);
    entries.push_back(std::move(*entry));
  }
  co_return entries;
}

TEST_P(Directories, ThatCannotBeReadAreEntries) {
  for (const char* name : {"a/1", "b/1", "c/1"})
    directory_.write(name);
  const Entries entries = run(remove_while_walking(directory_.path(), directory_ / "b"));
  ASSERT_EQ(entries.size(), 6U);
  EXPECT_EQ(entries[3].path, directory_ / "b");
  EXPECT_EQ(entries[3].error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(entries[5].path, directory_ / "c/1");
  for (const std::string& bad : {directory_ / "none", directory_ / "a/1"}) {
    try {
      run(walk(bad, WalkOptions()));
      ADD_FAILURE() << bad;
    } catch (const std::system_error& error) {
      EXPECT_EQ(std::string(error.what()).find(bad + ": read: "), 0U) << error.what();
    }
  }
}

TEST_P(Directories, FollowLinksOnlyWhenAskedAndNeverInCircles) {
  directory_.write("real/file");
  directory_.make_symlink("real", "link");
  directory_.make_symlink("..", "real/up");
  directory_.make_symlink("nowhere", "dangling");
  directory_.make_fifo("pipe");
  std::map<std::string, FileKind> kinds;
  for (const DirectoryEntry& entry : run(walk(directory_.path(), WalkOptions())))
    kinds[entry.path.substr(directory_.path().size())] = entry.kind;
  const std::map<std::string, FileKind> expected{{"/dangling", FileKind::symbolic_link},
                                                 {"/link", FileKind::symbolic_link},
                                                 {"/pipe", FileKind::pipe},
                                                 {"/real", FileKind::directory},
                                                 {"/real/file", FileKind::regular},
                                                 {"/real/up", FileKind::symbolic_link}};
  EXPECT_EQ(kinds, expected);
  WalkOptions follow;
  follow.follow_links = true;
  std::size_t circles = 0;
  std::size_t files = 0;
  for (const DirectoryEntry& entry : run(walk(directory_.path(), follow))) {
    EXPECT_TRUE(!entry.error || entry.error == std::errc::too_many_symbolic_link_levels);
    circles += entry.error ? 1U : 0U;
    files += entry.kind == FileKind::regular ? 1U : 0U;
  }
  EXPECT_EQ(circles, 2U);
  EXPECT_EQ(files, 2U);
}

// The walk goes on behind a cancellation, and nothing is lost.
Coro<void> step(DirectoryWalker* walker, std::vector<std::string>* paths, bool* done) {
  auto entry = co_await walker->next();
  if (entry) paths->push_back(entry->path);
  *done = !entry;
}
Coro<std::vector<std::string>> walk_cancelled(TaskGroup& group, std::string root) {
  DirectoryWalker walker(root);
  std::vector<std::string> paths;
  bool done = false;
  for (int i = 0; !done; ++i) {
    Task<void> task = group.spawn(step(&walker, &paths, &done));
    for (int wait = 0; wait < i % 4; ++wait)
      co_await yield();
    if (i % 3 != 0) task.cancel();
    co_await task.wait();
  }
  co_return paths;
}
Coro<void> walk_in_spells(TaskGroup& group, std::string root, std::vector<std::string>* into) {
  *into = co_await walk_cancelled(group, root);
}

TEST_P(Directories, AWalkSurvivesCancellation) {
  std::mt19937 random(2);
  for (int i = 0; i < 5; ++i)
    make_tree(directory_, "", random, 5);
  ASSERT_GT(found_by_library(directory_.path()).size(), 20U);
  std::vector<std::string> paths;
  run(with_group(walk_in_spells, directory_.path(), &paths));
  EXPECT_EQ(sorted(paths), found_by_library(directory_.path()));
}

Coro<void> tick(long* ticks) {
  for (;;) {
    co_await yield();
    ++*ticks;
  }
}
Coro<void> walk_beside(TaskGroup& group, std::string root, long* ticks) {
  group.spawn(tick(ticks));
  WalkOptions options;
  options.sorted = false;
  const Entries entries = co_await walk(root, options);
  EXPECT_EQ(entries.size(), 600U);
  group.cancel();
}

TEST_P(Directories, DoNotHoldUpTheLoop) {
  for (int i = 0; i < 600; ++i)
    directory_.write(std::to_string(i));
  long ticks = 0;
  run(with_group(walk_beside, directory_.path(), &ticks));
  EXPECT_GE(ticks, 3);  // one for each time that it read
}

}  // namespace
}  // namespace weir::testing
