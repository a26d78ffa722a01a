#include "input/walk.hpp"

#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace {

// What the next calls of getdents64() do differently.
struct DirectoryFault {
  int fail_at_call = 0;  // counts down; the call that reaches 0 fails with EIO
  bool hide_types = false;
};
DirectoryFault directory_fault;

}  // namespace

// Stands in front of the C library's, for the faults that no real directory shows at will.
extern "C" __attribute__((visibility("default"))) ssize_t getdents64(int fd, void* buffer,
                                                                     size_t length) noexcept {
  if (directory_fault.fail_at_call > 0 && --directory_fault.fail_at_call == 0) {
    errno = EIO;
    return -1;
  }
  const long got = ::syscall(SYS_getdents64, fd, buffer, length);
  char* bytes = static_cast<char*>(buffer);
  for (long at = 0; directory_fault.hide_types && at < got;) {
    unsigned short record_bytes = 0;
    std::memcpy(&record_bytes, bytes + at + offsetof(dirent64, d_reclen), sizeof record_bytes);
    bytes[at + static_cast<long>(offsetof(dirent64, d_type))] = DT_UNKNOWN;
    at += record_bytes;
  }
  return static_cast<ssize_t>(got);
}

namespace weir::input {
namespace {

using Paths = std::vector<std::string>;
using support::TempDir;

// Puts back the working directory, or the faults, at the end of a test.
class InDirectory {
 public:
  explicit InDirectory(const std::string& path) : before_(::open(".", O_PATH | O_CLOEXEC)) {
    EXPECT_EQ(::chdir(path.c_str()), 0);
  }
  ~InDirectory() { EXPECT_EQ(::fchdir(before_.get()), 0); }

 private:
  base::UniqueFd before_;
};

class WithFault {
 public:
  explicit WithFault(DirectoryFault fault) { directory_fault = fault; }
  ~WithFault() { directory_fault = {}; }
};

// Gives up root's right to read everything, when the tests run as root.
class AsNobody {
 public:
  AsNobody() : is_root_(::geteuid() == 0) { EXPECT_EQ(is_root_ ? ::seteuid(65534) : 0, 0); }
  ~AsNobody() { EXPECT_EQ(is_root_ ? ::seteuid(0) : 0, 0); }

 private:
  bool is_root_;
};

struct Walked {
  std::vector<Found> found;
  Paths errors;  // "path: errno: what"
};

Walked walk(WalkOptions options) {
  Walked result;
  options.on_error = [&result](const std::string& path, int sys_errno, std::string_view what) {
    result.errors.push_back(path + ": " + std::to_string(sys_errno) + ": " + std::string(what));
  };
  Walker walker(std::move(options));
  for (Found one; walker.next(one);)
    result.found.push_back(one);
  return result;
}

Walked walk_paths(Paths paths, const std::vector<std::string>& globs = {}) {
  WalkOptions options;
  options.paths = std::move(paths);
  options.globs = GlobSet::parse(globs).value();
  return walk(std::move(options));
}

Paths paths_of(const Walked& walked) {
  Paths paths;
  for (const Found& one : walked.found)
    paths.push_back(one.path);
  return paths;
}

std::string error(const std::string& path, int sys_errno, const std::string& what) {
  return path + ": " + std::to_string(sys_errno) + ": " + what;
}

TEST(Walk, ArgumentsInOrderDirectoriesSortedDepthFirst) {
  const TempDir dir;
  for (const char* name :
       {"d/b/x", "d/b.log", "d/a", "d/b-1", "d/c/e/f", "d/.hidden", "d/.git/config", "z", "d/B"}) {
    dir.write(name);
  }
  dir.make_directory("d/empty");
  const InDirectory in(dir.path());
  const Walked walked = walk_paths({"z", "d", "z"});
  EXPECT_EQ(paths_of(walked), (Paths{"z", "d/.git/config", "d/.hidden", "d/B", "d/a", "d/b/x", "d/b-1",
                                     "d/b.log", "d/c/e/f", "z"}));
  EXPECT_TRUE(walked.errors.empty());
  EXPECT_TRUE(walked.found.front().explicit_argument);
  EXPECT_FALSE(walked.found.front().in_directory);
  EXPECT_FALSE(walked.found[1].explicit_argument);
  EXPECT_TRUE(walked.found[1].in_directory);
}

TEST(Walk, PathsAreWrittenAsGrepDoes) {
  const TempDir dir;
  dir.write("d/a");
  dir.write("d/s/b");
  {
    const InDirectory in(dir.path());
    EXPECT_EQ(paths_of(walk_paths({"d/"})), (Paths{"d/a", "d/s/b"}));
    EXPECT_EQ(paths_of(walk_paths({"d//"})), (Paths{"d/a", "d/s/b"}));
    EXPECT_EQ(paths_of(walk_paths({"./d/s"})), (Paths{"./d/s/b"}));
    EXPECT_EQ(paths_of(walk_paths({"d/s/.."})), (Paths{"d/s/../a", "d/s/../s/b"}));
  }
  const InDirectory in(dir / "d");
  EXPECT_EQ(paths_of(walk_paths({"."})), (Paths{"./a", "./s/b"}));
  WalkOptions options;
  options.implicit_dot = true;
  EXPECT_EQ(paths_of(walk(options)), (Paths{"a", "s/b"}));
  options.paths = {"s"};
  EXPECT_EQ(paths_of(walk(options)), (Paths{"s/b"}));
  EXPECT_TRUE(paths_of(walk(WalkOptions{})).empty());
}

TEST(Walk, TheRootDirectoryHasOneSlash) {
  const TempDir dir;
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(dir.path().c_str(), nullptr), std::free);
  const std::string expected = real.get() + std::string("/file");
  dir.write("file");
  std::vector<std::string> globs = {"!*/"};  // no way but the one to `expected`
  for (std::size_t at = expected.find('/', 1); at != std::string::npos; at = expected.find('/', at + 1)) {
    globs.push_back(expected.substr(0, at + 1));
  }
  globs.push_back(expected);
  EXPECT_EQ(paths_of(walk_paths({"/"}, globs)), (Paths{expected}));
  EXPECT_EQ(paths_of(walk_paths({"//"}, globs)), (Paths{expected}));
}

TEST(Walk, NamesMayHoldAnyByte) {
  const TempDir dir;
  const std::vector<std::string> names = {"-n", "-", "a\nb", "\xff\xfe",           " ", "a\tb", "\xc3\xa9",
                                          "--", "*", "~",    std::string(255, 'l')};
  Paths expected;
  for (const std::string& name : names)
    expected.push_back(dir.write("d/" + name));
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(paths_of(walk_paths({dir / "d"})), expected);
}

TEST(Walk, SpecialFilesAreTakenAsArgumentsOnly) {
  const TempDir dir;
  dir.write("d/file");
  dir.make_fifo("d/fifo");
  dir.make_symlink("file", "d/link");
  dir.make_symlink(".", "d/loop");
  dir.make_symlink("nowhere", "d/dangling");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = dir / "d/socket";
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

  EXPECT_EQ(paths_of(walk_paths({dir / "d"})), (Paths{dir / "d/file"}));
  const Walked walked =
      walk_paths({dir / "d/fifo", "/dev/null", "-", dir / "d/link", socket_path, dir / "d/dangling"});
  ASSERT_EQ(paths_of(walked), (Paths{dir / "d/fifo", "/dev/null", "-", dir / "d/link"}));
  EXPECT_EQ(walked.found[0].kind, Found::Kind::stream);
  EXPECT_EQ(walked.found[1].kind, Found::Kind::stream);
  EXPECT_EQ(walked.found[2].kind, Found::Kind::standard_input);
  EXPECT_EQ(walked.found[3].kind, Found::Kind::file);
  EXPECT_EQ(walked.errors, (Paths{error(socket_path, 0, "cannot open: is a socket"),
                                  error(dir / "d/dangling", ENOENT, "cannot open")}));
}

TEST(Walk, ALinkToADirectoryIsWalkedWhenItIsAnArgument) {
  const TempDir dir;
  dir.write("real/a");
  const std::string link = dir.make_symlink("real", "link");
  EXPECT_EQ(paths_of(walk_paths({link})), (Paths{link + "/a"}));
}

TEST(Walk, ArgumentsThatCannotBeOpenedAreReportedAndPassedOver) {
  const TempDir dir;
  const std::string file = dir.write("file");
  const std::string loop = dir.make_symlink("loop", "loop");
  const std::string with_nul = file + std::string("\0x", 2);
  const std::string missing = dir / "missing";
  const std::string too_long = dir / std::string(256, 'x');
  const Walked walked = walk_paths({missing, loop, with_nul, "", file + "/", too_long, file});
  EXPECT_EQ(paths_of(walked), (Paths{file}));
  EXPECT_EQ(walked.errors, (Paths{error(missing, ENOENT, "cannot open"), error(loop, ELOOP, "cannot open"),
                                  error(with_nul, 0, "cannot open: the name holds a NUL byte"),
                                  error("", ENOENT, "cannot open"), error(file + "/", ENOTDIR, "cannot open"),
                                  error(too_long, ENAMETOOLONG, "cannot open")}));
}

TEST(Walk, AnUnreadableDirectoryIsReportedAndPassedOver) {
  const TempDir dir;
  dir.write("d/a");
  dir.write("d/closed/b");
  dir.write("d/z");
  dir.set_mode("d/closed", 0);
  const AsNobody nobody;
  const Walked walked = walk_paths({dir / "d/closed", dir / "d"});
  EXPECT_EQ(paths_of(walked), (Paths{dir / "d/a", dir / "d/z"}));
  const std::string expected = error(dir / "d/closed", EACCES, "cannot open directory");
  EXPECT_EQ(walked.errors, (Paths{expected, expected}));
}

TEST(Walk, AnErrorInTheMiddleOfADirectoryKeepsWhatWasRead) {
  const TempDir dir;
  for (int i = 0; i < 3000; ++i)
    dir.write("d/a/a-name-that-takes-some-room-in-the-buffer-" + std::to_string(i));
  dir.write("d/b");
  const WithFault fault({.fail_at_call = 4});  // two for "d", then the second of "a"
  const Walked walked = walk_paths({dir / "d"});
  EXPECT_GT(walked.found.size(), 100u);
  EXPECT_LT(walked.found.size(), 3000u);
  EXPECT_EQ(walked.found.back().path, dir / "d/b");
  EXPECT_EQ(walked.errors, (Paths{error(dir / "d/a", EIO, "cannot read directory")}));
}

TEST(Walk, AFileSystemWithoutEntryTypesGivesTheSame) {
  const TempDir dir;
  dir.write("d/a/x.log");
  dir.write("d/b.log");
  dir.write("d/c.txt");
  dir.make_fifo("d/d.log");
  dir.make_symlink("b.log", "d/e.log");
  const Paths all = {dir / "d/a/x.log", dir / "d/b.log", dir / "d/c.txt"};
  const WithFault fault({.hide_types = true});
  const Walked walked = walk_paths({dir / "d"});
  EXPECT_EQ(paths_of(walked), all);
  EXPECT_TRUE(walked.errors.empty());
  EXPECT_EQ(paths_of(walk_paths({dir / "d"}, {"*.log"})), (Paths{all[0], all[1]}));
  EXPECT_EQ(paths_of(walk_paths({dir / "d"}, {"!a/"})), (Paths{all[1], all[2]}));
}

TEST(Walk, AFileThatVanishesBeforeItsTypeIsKnownIsReported) {
  const TempDir dir;
  dir.write("a");
  const std::string gone = dir.write("b");
  const WithFault fault({.hide_types = true});
  WalkOptions options;
  options.paths = {dir.path()};
  Paths errors;
  options.on_error = [&errors](const std::string& path, int sys_errno, std::string_view what) {
    errors.push_back(error(path, sys_errno, std::string(what)));
  };
  Walker walker(options);
  Found found;
  ASSERT_TRUE(walker.next(found));
  ASSERT_EQ(::unlink(gone.c_str()), 0);
  EXPECT_FALSE(walker.next(found));
  EXPECT_EQ(errors, (Paths{error(gone, ENOENT, "cannot open")}));
}

TEST(Walk, GlobsAreRelativeToTheArgument) {
  const TempDir dir;
  for (const char* name : {"d/a.log", "d/s/b.log", "d/s/t/c.log", "d/s/d.txt", "d/old/e.log"})
    dir.write(name);
  const std::string d = dir / "d";
  EXPECT_EQ(paths_of(walk_paths({d}, {"*.log"})),
            (Paths{d + "/a.log", d + "/old/e.log", d + "/s/b.log", d + "/s/t/c.log"}));
  EXPECT_EQ(paths_of(walk_paths({d + "/"}, {"s/*.log"})), (Paths{d + "/s/b.log"}));
  EXPECT_EQ(paths_of(walk_paths({d}, {"/*.log"})), (Paths{d + "/a.log"}));
  EXPECT_EQ(paths_of(walk_paths({d}, {"!old", "!s/t/"})),
            (Paths{d + "/a.log", d + "/s/b.log", d + "/s/d.txt"}));
  EXPECT_EQ(paths_of(walk_paths({d}, {"*.log", "!s/**"})), (Paths{d + "/a.log", d + "/old/e.log"}));
  EXPECT_EQ(paths_of(walk_paths({d + "/s/d.txt"}, {"*.log"})), (Paths{d + "/s/d.txt"}));  // an argument
  const InDirectory in(d);
  WalkOptions options;
  options.implicit_dot = true;
  options.globs = GlobSet::parse({"s/*"}).value();
  EXPECT_EQ(paths_of(walk(options)), (Paths{"s/b.log", "s/d.txt"}));
}

TEST(Walk, ArgumentsMayComeLater) {
  const TempDir dir;
  const std::string a = dir.write("a");
  const std::string b = dir.write("d/b");
  Walker walker({});
  Found found;
  EXPECT_FALSE(walker.next(found));
  walker.add_argument(dir / "d");
  walker.add_argument(a);
  ASSERT_TRUE(walker.next(found));
  EXPECT_EQ(found.path, b);
  ASSERT_TRUE(walker.next(found));
  EXPECT_EQ(found.path, a);
  EXPECT_TRUE(found.explicit_argument);
  EXPECT_FALSE(walker.next(found));
}

}  // namespace
}  // namespace weir::input
