#include "input/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <utility>

namespace weir::input {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr int kPlaceFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;  // to open what is below, not to read
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

base::UniqueFd open_at(int directory, const char* path, int flags) {
  int fd = -1;
  do {
    fd = ::openat(directory, path, flags);
  } while (fd < 0 && errno == EINTR);
  return base::UniqueFd(fd);
}

// The type field of a directory entry, for what stat() says.
unsigned char entry_type(mode_t mode) {
  return static_cast<unsigned char>(IFTODT(mode));
}

}  // namespace

Walker::Walker(WalkOptions options)
    : arguments_(std::make_move_iterator(options.paths.begin()),
                 std::make_move_iterator(options.paths.end())),
      options_(std::move(options)),
      starts_at_dot_(arguments_.empty() && options_.implicit_dot),
      buffer_(new char[kBufferBytes]) {}

bool Walker::next(Found& found) {
  if (std::exchange(starts_at_dot_, false)) start(std::string());
  for (;;) {
    if (!directories_.empty()) {
      if (take_entry(found)) return true;
    } else if (arguments_.empty()) {
      return false;
    } else if (take_argument(found)) {
      return true;
    }
  }
}

bool Walker::take_argument(Found& found) {
  std::string path = std::move(arguments_.front());
  arguments_.pop_front();
  found.explicit_argument = true;
  found.in_directory = false;
  found.member.clear();
  if (path == "-") {
    found.path = std::move(path);
    found.kind = Found::Kind::standard_input;
    return true;
  }
  struct stat status {};
  if (path.find('\0') != std::string::npos) {
    report(path, 0, "cannot open: the name holds a NUL byte");
  } else if (::stat(path.c_str(), &status) != 0 && !split_member(path, found, status)) {
    report(path, errno, "cannot open");
  } else if (S_ISDIR(status.st_mode)) {
    start(std::move(path));
  } else if (S_ISSOCK(status.st_mode)) {
    report(path, 0, "cannot open: is a socket");
  } else {
    found.path = std::move(path);
    found.kind = S_ISREG(status.st_mode) ? Found::Kind::file : Found::Kind::stream;
    return true;
  }
  return false;
}

// Whether what stands before a '!' is a file; it becomes the path then. errno is left as it is.
bool Walker::split_member(std::string& path, Found& found, struct ::stat& status) const {
  const int reason = errno;
  for (std::size_t mark = path.find('!'); options_.archives && mark != std::string::npos;
       mark = path.find('!', mark + 1)) {
    const std::string archive = path.substr(0, mark);
    const bool is_file = ::stat(archive.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    if (!is_file || mark + 1 == path.size()) continue;
    found.member = path.substr(mark + 1);
    path = archive;
    return true;
  }
  errno = reason;
  return false;
}

// Begins the walk of a directory argument; "" is the working directory without a name.
void Walker::start(std::string path) {
  start_ = path.empty() ? "." : path;
  base::UniqueFd fd = open_at(AT_FDCWD, start_.c_str(), kDirectoryFlags);
  if (!fd) return report(start_, errno, "cannot open directory");
  path_ = std::move(path);
  if (!path_.empty()) {
    path_.erase(path_.find_last_not_of('/') + 1);  // "/" becomes ""
    path_ += '/';
  }
  start_bytes_ = path_.size();
  if (options_.ignore_files) ignore_rules_.start(start_, options_.on_error);
  if (options_.max_depth > 0) enter(std::move(fd));
}

bool Walker::take_entry(Found& found) {
  Entry entry;
  if (!entries_.next(entry)) {
    leave();
    return false;
  }
  const unsigned char type = type_of(entry);
  if (type == DT_DIR) descend(entry.name);
  if (type != DT_REG) return false;
  if (options_.max_file_bytes != WalkOptions::kNoLimit) {
    struct stat status {};
    if (!look_at(entry, status)) return false;
    if (static_cast<std::uint64_t>(status.st_size) > options_.max_file_bytes) return false;
  }
  found.path.assign(path_).append(entry.name);
  found.kind = Found::Kind::file;
  found.member.clear();
  found.explicit_argument = false;
  found.in_directory = true;
  return true;
}

// DT_REG, DT_DIR, or anything else for what is to be passed over.
unsigned char Walker::type_of(const Entry& entry) {
  if (entry.type == DT_REG || entry.type == DT_DIR) return entry.type;
  struct stat status {};
  if (!look_at(entry, status)) return DT_UNKNOWN;
  const unsigned char type = entry_type(status.st_mode);
  const bool taken = (type == DT_REG || type == DT_DIR) && admits(entry.name, type == DT_DIR);
  return taken ? type : static_cast<unsigned char>(DT_UNKNOWN);
}

// False when that fails, which is reported.
bool Walker::look_at(const Entry& entry, struct ::stat& status) {
  const base::UniqueFd& fd = directories_.back().fd;
  if (!fd) return false;  // reported by reopen()
  const int flags = options_.follow_links ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::fstatat(fd.get(), entry.name.data(), &status, flags) == 0) return true;
  const int reason = errno;
  report(path_ + std::string(entry.name), reason, "cannot open");
  return false;
}

void Walker::descend(std::string_view name) {
  const base::UniqueFd& parent = directories_.back().fd;
  if (!parent || directories_.size() >= options_.max_depth) return;  // without parent: reported by reopen()
  const std::size_t parent_bytes = path_.size();
  path_.append(name).append(1, '/');
  const int flags = kDirectoryFlags | (options_.follow_links ? 0 : O_NOFOLLOW);
  base::UniqueFd fd = open_at(parent.get(), name.data(), flags);
  if (fd) return enter(std::move(fd));
  const int reason = errno;
  report(directory_path(), reason, "cannot open directory");
  path_.resize(parent_bytes);
}

// path_ is the directory's; when it is not entered, path_ is its parent's again.
void Walker::enter(base::UniqueFd fd) {
  const int read_from = fd.get();
  Directory directory;
  directory.fd = std::move(fd);
  directory.path_bytes = path_.size();
  if ((options_.follow_links || options_.one_file_system) && !may_enter(directory)) {
    path_.resize(directories_.empty() ? 0 : directories_.back().path_bytes);
    return;
  }
  close_farthest();
  directories_.push_back(std::move(directory));
  if (options_.ignore_files) {
    const std::string_view below = std::string_view(path_).substr(start_bytes_);
    ignore_rules_.enter(read_from, below, directory_path(), options_.on_error);
  }
  entries_.open();
  read_entries(read_from);
  entries_.seal();
}

// Not into another file system, nor by a link into a directory that the walk is inside of.
bool Walker::may_enter(Directory& directory) {
  struct stat status {};
  if (::fstat(directory.fd.get(), &status) != 0) {
    const int reason = errno;
    report(directory_path(), reason, "cannot open directory");
    return false;
  }
  directory.device = status.st_dev;
  directory.inode = status.st_ino;
  if (directories_.empty()) return true;
  if (options_.one_file_system && directories_.front().device != status.st_dev) return false;
  const auto same = [&status](const Directory& one) {
    return one.device == status.st_dev && one.inode == status.st_ino;
  };
  const auto ancestor = std::find_if(directories_.begin(), directories_.end(), same);
  if (ancestor == directories_.end()) return true;
  const std::string above = path_.substr(0, std::max<std::size_t>(ancestor->path_bytes, 1) - 1);
  report(directory_path(), 0, "file system loop: leads back to " + (above.empty() ? "." : above));
  return false;
}

void Walker::close_farthest() {
  if (directories_.size() < kOpenDirectories) return;
  Directory& farthest = directories_[directories_.size() - kOpenDirectories];
  struct stat status {};
  if (farthest.fd && ::fstat(farthest.fd.get(), &status) == 0) {
    farthest.device = status.st_dev;
    farthest.inode = status.st_ino;
  }
  farthest.fd.reset();
}

void Walker::read_entries(int fd) {
  for (;;) {
    const ssize_t got = ::getdents64(fd, buffer_.get(), kBufferBytes);
    if (got > 0) {
      take_records(static_cast<std::size_t>(got));
    } else if (got == 0) {
      return;
    } else if (const int reason = errno; reason != EINTR) {
      return report(directory_path(), reason, "cannot read directory");
    }
  }
}

void Walker::take_records(std::size_t bytes) {
  for (const char* at = buffer_.get(); at < buffer_.get() + bytes;) {
    unsigned short record_bytes = 0;
    std::memcpy(&record_bytes, at + offsetof(dirent64, d_reclen), sizeof record_bytes);
    unsigned char type = 0;
    std::memcpy(&type, at + offsetof(dirent64, d_type), sizeof type);
    const std::string_view name(at + offsetof(dirent64, d_name));
    at += record_bytes;
    const bool is_link = type == DT_LNK && options_.follow_links;
    const bool maybe_taken = type == DT_REG || type == DT_DIR || type == DT_UNKNOWN || is_link;
    if (!maybe_taken || name == "." || name == "..") continue;
    // Of the others it is not known yet whether they are directories.
    const bool admitted = type == DT_REG || type == DT_DIR ? admits(name, type == DT_DIR)
                                                           : admits(name, false) || admits(name, true);
    if (admitted) entries_.add(name, type);
  }
}

// Of an entry in the directory read last, or in the innermost one.
bool Walker::admits(std::string_view name, bool is_directory) {
  if (!options_.hidden && name.front() == '.') return false;
  if (!is_directory && !options_.types.empty() && !options_.types.admits(name)) return false;
  if (options_.globs.empty() && !options_.ignore_files) return true;
  const std::size_t directory_bytes = directories_.back().path_bytes - start_bytes_;
  candidate_.assign(path_, start_bytes_, directory_bytes);
  candidate_.append(name);
  if (!options_.globs.empty() && !options_.globs.admits(candidate_, is_directory)) return false;
  return !options_.ignore_files || (name != ".git" && !ignore_rules_.ignores(candidate_, is_directory));
}

void Walker::leave() {
  entries_.close();
  if (options_.ignore_files) ignore_rules_.leave();
  const base::UniqueFd child = std::move(directories_.back().fd);
  directories_.pop_back();
  if (directories_.empty()) return;
  Directory& parent = directories_.back();
  path_.resize(parent.path_bytes);
  if (!parent.fd) reopen(parent, child);
}

// Back to a directory whose descriptor was given up: up from its child, or, when that leads elsewhere because
// the child was moved, down from the argument.
void Walker::reopen(Directory& directory, const base::UniqueFd& child) {
  const auto is_it = [&directory](const base::UniqueFd& fd) {
    struct stat status {};
    return fd && ::fstat(fd.get(), &status) == 0 && status.st_dev == directory.device &&
           status.st_ino == directory.inode;
  };
  base::UniqueFd fd;
  if (child) fd = open_at(child.get(), "..", kPlaceFlags);
  if (!is_it(fd)) {
    fd = open_from_start();
    const int reason = errno;
    if (!fd) return report(directory_path(), reason, "cannot return to directory, subdirectories skipped");
    if (!is_it(fd)) return report(directory_path(), 0, "directory was replaced, subdirectories skipped");
  }
  directory.fd = std::move(fd);
}

base::UniqueFd Walker::open_from_start() const {
  base::UniqueFd fd = open_at(AT_FDCWD, start_.c_str(), kPlaceFlags);
  for (std::size_t i = 1; fd && i < directories_.size(); ++i) {
    const std::size_t begin = directories_[i - 1].path_bytes;
    const std::string name = path_.substr(begin, directories_[i].path_bytes - 1 - begin);
    const int flags = kPlaceFlags | (options_.follow_links ? 0 : O_NOFOLLOW);
    fd = open_at(fd.get(), name.c_str(), flags);
  }
  return fd;
}

// path_ as a person writes it: "/" and "." for the arguments that say no more.
std::string Walker::directory_path() const {
  if (path_.size() <= 1) return path_.empty() ? "." : path_;
  return path_.substr(0, path_.size() - 1);
}

void Walker::report(const std::string& path, int sys_errno, std::string_view what) const {
  if (options_.on_error) options_.on_error(path, sys_errno, what);
}

base::UniqueFd open_any_length(const std::string& path, int flags) {
  base::UniqueFd directory;
  std::size_t at = 0;
  while (path.size() - at >= PATH_MAX) {
    const std::size_t cut = path.rfind('/', at + PATH_MAX - 1);
    if (cut == std::string::npos || cut <= at) {
      errno = ENAMETOOLONG;
      return {};
    }
    const std::string stretch = path.substr(at, cut - at);
    base::UniqueFd next = open_at(directory ? directory.get() : AT_FDCWD, stretch.c_str(), kPlaceFlags);
    if (!next) return next;
    directory = std::move(next);
    at = path.find_first_not_of('/', cut);
    if (at == std::string::npos) at = path.size();
  }
  return open_at(directory ? directory.get() : AT_FDCWD, path.c_str() + at, flags);
}

}  // namespace weir::input
