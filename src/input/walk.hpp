// What to scan, in output order: the arguments as given, directories in place of their files, depth first,
// entries by the bytes of their names.
//
// Pulled one by one; a directory is read when its first entry is asked for. Blocks in system calls, so the
// caller runs it away from the loop, on one thread at a time. Holds at most kOpenDirectories descriptors
// and the names of the directories that it is inside of.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "input/entry_stack.hpp"
#include "input/file_types.hpp"
#include "input/glob.hpp"
#include "input/ignore_rules.hpp"

namespace weir::input {

struct Found {
  enum class Kind {
    file,            // a regular file, when it was looked at
    stream,          // a FIFO or device: read from start to end, not by ranges
    standard_input,  // path is "-"
  };
  std::string path;    // as grep prints it: the argument, '/', the way down
  std::string member;  // of an argument ARCHIVE!MEMBER, what stands behind the '!'
  Kind kind = Kind::file;
  bool explicit_argument = false;
  bool in_directory = false;
};

struct WalkOptions {
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  // "-" is standard input. A directory is walked, a symbolic link followed. More may come by add_argument().
  std::vector<std::string> paths;
  // Walk the working directory when `paths` is empty, and write its files as "a", not "./a".
  bool implicit_dot = false;
  bool archives = false;  // understand ARCHIVE!MEMBER, where there is no such file
  // For what is found in directories, relative to the argument; arguments themselves are always taken.
  GlobSet globs;
  TypeChoice types;                         // of files, by their names
  bool ignore_files = false;                // leave out what .gitignore and .ignore say, and .git itself
  bool hidden = true;                       // take names that begin with a dot
  bool follow_links = false;                // symbolic links too, except back to a directory they are in
  bool one_file_system = false;             // only directories on the argument's
  std::uint64_t max_depth = kNoLimit;       // 1: only what is right in the argument
  std::uint64_t max_file_bytes = kNoLimit;  // costs a stat a file, links cost one each
  WalkErrorCallback on_error;
};

class Walker {
 public:
  static constexpr std::size_t kOpenDirectories = 16;

  explicit Walker(WalkOptions options);

  // Behind those that are still to come.
  void add_argument(std::string path) { arguments_.push_back(std::move(path)); }

  // False when the arguments are used up; after add_argument() it may be called again. Whatever cannot be
  // opened or read is reported to on_error, in its place in the order, and passed over.
  // Inside directories only regular files are taken: no FIFOs, devices or sockets, and no symbolic links
  // unless they are to be followed.
  bool next(Found& found);

 private:
  struct Directory {
    base::UniqueFd fd;  // closed in far ancestors
    dev_t device = 0;   // with inode, known from the time the fd was closed, or earlier
    ino_t inode = 0;
    std::size_t path_bytes = 0;  // of path_, up to and with this directory's '/'
  };

  bool take_argument(Found& found);
  bool split_member(std::string& path, Found& found, struct ::stat& status) const;
  void start(std::string path);
  bool take_entry(Found& found);
  unsigned char type_of(const Entry& entry);
  bool look_at(const Entry& entry, struct ::stat& status);
  void descend(std::string_view name);
  bool may_enter(Directory& directory);
  void enter(base::UniqueFd fd);
  void close_farthest();
  void read_entries(int fd);
  void take_records(std::size_t bytes);
  bool admits(std::string_view name, bool is_directory);
  void leave();
  void reopen(Directory& directory, const base::UniqueFd& child);
  base::UniqueFd open_from_start() const;
  std::string directory_path() const;
  void report(const std::string& path, int sys_errno, std::string_view what) const;

  std::deque<std::string> arguments_;
  WalkOptions options_;  // but for the paths
  IgnoreRules ignore_rules_;
  bool starts_at_dot_;
  std::unique_ptr<char[]> buffer_;  // for getdents64
  EntryStack entries_;              // one list for each of directories_
  std::vector<Directory> directories_;
  std::string path_;             // of the innermost directory, with its '/'; then of what was found
  std::string start_;            // the argument being walked, as it is opened
  std::size_t start_bytes_ = 0;  // of path_, up to and with the argument's '/'
  std::string candidate_;        // path of an entry below the argument, for the globs
};

// open(2) for paths of any length, which directories deeper than PATH_MAX have: longer ones are opened in
// stretches. Invalid on failure, with errno set.
base::UniqueFd open_any_length(const std::string& path, int flags);

}  // namespace weir::input
