// DirectoryWalker: what is in a directory and below it, entry by entry.
//
//   weir::DirectoryWalker logs("/var/log");
//   while (auto entry = co_await logs.next()) {
//     if (entry->kind == weir::FileKind::regular && entry->path.ends_with(".log")) use(entry->path);
//   }
//
// Purpose: walking trees of any size while other tasks run. Directories are read on the offload pool, and
// never more than WalkOptions::max_open of them are open at once, however deep the tree is.
// Ownership: the walker owns its open directories; an entry is a copy.
// Threads: a walker belongs to one loop's thread, and to one task at a time.
// Cancellation: a next() that is cancelled lets the read under way end, and loses nothing: the walk may go
// on.
// Errors: std::system_error when the root cannot be read, from the first next(). A directory further down
// that cannot be read is an entry with `error` set, and the walk goes on. What appears or goes away meanwhile
// may be seen or not.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "weir/loop.hpp"

namespace weir {

enum class FileKind { regular, directory, symbolic_link, pipe, socket, device, unknown };

struct DirectoryEntry {
  std::string path;  // the root's, a slash, and so on
  FileKind kind = FileKind::unknown;
  std::size_t depth = 0;  // 0: right in the root
  std::error_code error;  // of a directory that was given before and could not be read
};

struct WalkOptions {
  bool recursive = true;
  bool sorted = true;  // the entries of each directory by the bytes of their names
  bool follow_links =
      false;  // links to directories are walked; one that leads back up is an entry with ELOOP
  std::size_t max_depth = 64;  // of directories below the root; deeper ones are given but not read
  std::size_t max_open = 16;   // at least 1; matters for unsorted walks, a sorted one has one open at a time
};

class DirectoryWalker {
 public:
  explicit DirectoryWalker(std::string root, WalkOptions options = WalkOptions());
  DirectoryWalker(DirectoryWalker&& other) noexcept;
  DirectoryWalker& operator=(DirectoryWalker&& other) noexcept;
  ~DirectoryWalker();

  // A directory before what is in it; "." and ".." never. Nothing at the end.
  Coro<std::optional<DirectoryEntry>> next();

  // Leaves out what is in the directory that next() gave last.
  void skip() noexcept;

 private:
  class Level;

  Coro<int> open(std::string path, std::size_t depth);
  Coro<int> read_more();
  Coro<void> close_one_too_many();

  std::string root_;
  WalkOptions options_;
  std::deque<std::unique_ptr<Level>> levels_;  // from the root down
  std::optional<DirectoryEntry> enter_;        // given last, to be read next
  bool started_ = false;
};

}  // namespace weir
