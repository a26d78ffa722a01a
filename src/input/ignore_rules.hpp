// What .gitignore and .ignore files leave out of a walk, with git's meaning of the patterns.
//
// The files of a directory hold for what is below it, up to the next repository (a directory that has a
// .git): walks that start deeper down see the same rules, for those of the parents are read up to their
// repository. Where there is no repository above, the argument's own are the first. Any .ignore goes before
// any .gitignore, a deeper file before a shallower one, a later rule before an earlier one.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "input/glob.hpp"

namespace weir::input {

// `what` says what failed, "cannot open directory"; `sys_errno` says why, 0 when `what` says it all.
using WalkErrorCallback = std::function<void(const std::string& path, int sys_errno, std::string_view what)>;

// The rules of one file. Patterns that are none match nothing, as with git.
class IgnoreFile {
 public:
  enum class Verdict { none, ignore, take };

  static IgnoreFile parse(std::string_view text);

  // `path`: relative to the file's directory.
  Verdict verdict(std::string_view path, bool is_directory) const;

 private:
  std::vector<Glob> rules_;
};

// The rules for where a walk is. Used by one thread.
class IgnoreRules {
 public:
  // Begins at the directory `path`, an argument, with the rules of its parents.
  void start(const std::string& path, const WalkErrorCallback& on_error);

  // Reads the rules of the directory `fd`, which is at `below` from the argument: "" or with a '/' at its
  // end. `name` is for messages.
  void enter(int fd, std::string_view below, const std::string& name, const WalkErrorCallback& on_error);
  void leave() { levels_.pop_back(); }

  // `below`: the path from the argument.
  bool ignores(std::string_view below, bool is_directory);

 private:
  struct Level {
    std::size_t base = 0;  // bytes of location_ before what the rules are relative to
    bool is_repository = false;
    IgnoreFile ignore;
    IgnoreFile gitignore;
  };

  std::vector<Level> levels_;  // outermost first
  std::string above_;          // from the repository to the argument, "" or with a '/' at its end
  std::string location_;
};

}  // namespace weir::input
