// Trees deeper than PATH_MAX and than any limit of descriptors.
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "input/walk.hpp"
#include "support/temp_dir.hpp"

namespace weir::input {
namespace {

using support::TempDir;

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* listing = ::opendir("/proc/self/fd");
  while (::readdir(listing) != nullptr)
    ++count;
  ::closedir(listing);
  return count;
}

void create_file(int directory, const char* name) {
  const base::UniqueFd file(::openat(directory, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
  ASSERT_TRUE(file);
}

// `levels` directories called `name` inside each other, with the files "a" and "z" at every `every`th.
void make_chain(const std::string& root, const std::string& name, int levels, int every) {
  base::UniqueFd at(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (int level = 1; level <= levels; ++level) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0755), 0);
    at = base::UniqueFd(::openat(at.get(), name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(at);
    if (level % every != 0) continue;
    create_file(at.get(), "a");
    create_file(at.get(), "z");
  }
}

WalkOptions options_for(const std::string& path, std::vector<std::string>& errors) {
  WalkOptions options;
  options.paths = {path};
  options.on_error = [&errors](const std::string&, int sys_errno, std::string_view what) {
    errors.push_back(std::to_string(sys_errno) + ": " + std::string(what));
  };
  return options;
}

TEST(WalkDeep, TenThousandLevelsTakeFewDescriptors) {
  constexpr int kLevels = 10000;
  const TempDir dir;
  make_chain(dir.path(), "m", kLevels, 1);
  const std::size_t before = open_descriptors();
  std::size_t most = before;
  std::vector<std::string> errors;
  Walker walker(options_for(dir.path(), errors));
  Found found;
  std::string directory = dir.path();
  for (int level = 1; level <= kLevels; ++level) {
    directory += "/m";
    ASSERT_TRUE(walker.next(found));
    ASSERT_EQ(found.path, directory + "/a");
    if (level % 100 == 0) most = std::max(most, open_descriptors());
  }
  EXPECT_TRUE(open_any_length(found.path, O_RDONLY | O_CLOEXEC));
  for (int level = kLevels; level >= 1; --level) {
    ASSERT_TRUE(walker.next(found));
    ASSERT_EQ(found.path, directory + "/z");
    directory.resize(directory.size() - 2);
    if (level % 100 == 0) most = std::max(most, open_descriptors());
  }
  EXPECT_FALSE(walker.next(found));
  EXPECT_TRUE(errors.empty()) << errors.front();
  EXPECT_LE(most, before + Walker::kOpenDirectories + 1);
  EXPECT_EQ(open_descriptors(), before);
}

// Where "m" is followed by a subdirectory "n", going back up has to find the parent again.
class WalkDeepBack : public testing::Test {
 protected:
  static constexpr int kLevels = 40;

  void SetUp() override {
    make_chain(dir_.path(), "m", kLevels, kLevels);
    dir_.write("m/m/n/late");
    errors_.clear();
  }

  std::vector<std::string> rest(Walker& walker) {
    std::vector<std::string> paths;
    for (Found found; walker.next(found);)
      paths.push_back(found.path.substr(dir_.path().size() + 1));
    return paths;
  }

  TempDir dir_;
  std::vector<std::string> errors_;
};

TEST_F(WalkDeepBack, FindsTheParentAgain) {
  Walker walker(options_for(dir_.path(), errors_));
  EXPECT_EQ(rest(walker).back(), "m/m/n/late");
  EXPECT_TRUE(errors_.empty());
}

TEST_F(WalkDeepBack, FindsTheParentOfADirectoryThatWasMovedAway) {
  Walker walker(options_for(dir_.path(), errors_));
  Found found;
  ASSERT_TRUE(walker.next(found));
  dir_.make_directory("elsewhere");
  ASSERT_EQ(::rename((dir_ / "m/m/m").c_str(), (dir_ / "elsewhere/m").c_str()), 0);
  EXPECT_EQ(rest(walker).back(), "m/m/n/late");
}

TEST_F(WalkDeepBack, ReportsAParentThatIsGoneAndKeepsItsFiles) {
  dir_.write("m/m/z");
  Walker walker(options_for(dir_.path(), errors_));
  Found found;
  ASSERT_TRUE(walker.next(found));
  ASSERT_EQ(::rename((dir_ / "m/m/m").c_str(), (dir_ / "moved").c_str()), 0);
  ASSERT_EQ(::rename((dir_ / "m").c_str(), (dir_ / "renamed").c_str()), 0);
  const std::vector<std::string> paths = rest(walker);
  EXPECT_EQ(paths.back(), "m/m/z");
  ASSERT_FALSE(errors_.empty());
  EXPECT_EQ(errors_.front(), std::to_string(ENOENT) + ": cannot return to directory, subdirectories skipped");
}

TEST_F(WalkDeepBack, NoticesAnotherDirectoryInTheParentsPlace) {
  Walker walker(options_for(dir_.path(), errors_));
  Found found;
  ASSERT_TRUE(walker.next(found));
  ASSERT_EQ(::rename((dir_ / "m/m/m").c_str(), (dir_ / "moved").c_str()), 0);
  ASSERT_EQ(::rename((dir_ / "m/m").c_str(), (dir_ / "m/old").c_str()), 0);
  dir_.write("m/m/n/not-this");
  const std::vector<std::string> paths = rest(walker);
  for (const std::string& path : paths)
    EXPECT_EQ(path.find("not-this"), std::string::npos) << path;
  ASSERT_FALSE(errors_.empty());
  EXPECT_EQ(errors_.back(), "0: directory was replaced, subdirectories skipped");
}

TEST(OpenAnyLength, OpensShortPathsAsOpenDoes) {
  const TempDir dir;
  const std::string file = dir.write("file", "x");
  EXPECT_TRUE(open_any_length(file, O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(open_any_length(dir / "missing", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(errno, ENOENT);
  EXPECT_FALSE(open_any_length(dir / std::string(5000, 'n'), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(errno, ENAMETOOLONG);
}

TEST(OpenAnyLength, OpensEveryLengthAroundTheLimit) {
  const TempDir dir;
  make_chain(dir.path(), std::string(100, 'd'), 90, 1);
  std::string directory = dir.path();
  for (int level = 1; level <= 90; ++level) {
    directory += '/' + std::string(100, 'd');
    EXPECT_TRUE(open_any_length(directory + "/a", O_RDONLY | O_CLOEXEC)) << level;
    for (int slashes = 1; slashes < 110; ++slashes) {
      ASSERT_TRUE(open_any_length(directory + std::string(static_cast<std::size_t>(slashes), '/') + "a",
                                  O_RDONLY | O_CLOEXEC))
          << level << " levels, " << slashes << " slashes";
    }
  }
}

}  // namespace
}  // namespace weir::input
