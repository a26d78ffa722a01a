#include "weir/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string_view>

#include "base/unique_fd.hpp"
#include "io/failure.hpp"
#include "weir/offload.hpp"

namespace weir {

namespace {

constexpr std::size_t kBatch = 256;  // entries read at a time, unless they are to be sorted
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

FileKind kind_of_mode(mode_t mode) noexcept {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symbolic_link;
  if (S_ISFIFO(mode)) return FileKind::pipe;
  if (S_ISSOCK(mode)) return FileKind::socket;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return FileKind::device;
  return FileKind::unknown;
}

FileKind kind_of(int directory, const dirent& entry, bool follow) noexcept {
  struct ::stat info = {};
  const bool is_link = entry.d_type == DT_LNK;
  if (entry.d_type != DT_UNKNOWN && !(is_link && follow)) return kind_of_mode(DTTOIF(entry.d_type));
  if (follow && ::fstatat(directory, entry.d_name, &info, 0) == 0) return kind_of_mode(info.st_mode);
  if (::fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0) return kind_of_mode(info.st_mode);
  return FileKind::unknown;
}

std::string inside(const std::string& directory, std::string_view name) {
  std::string path = directory;
  if (path.empty() || path.back() != '/') path += '/';
  return path.append(name);
}

struct CloseDirectory {
  void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

std::error_code code_of(int error) noexcept {
  return std::error_code(error, std::generic_category());
}

}  // namespace

// One directory on the way down. What blocks runs on the offload pool, while the walker waits for it.
class DirectoryWalker::Level {
 public:
  Level(std::string path, std::size_t depth) noexcept : path_(std::move(path)), depth_(depth) {}

  const std::string& path() const noexcept { return path_; }
  std::size_t depth() const noexcept { return depth_; }
  bool is_open() const noexcept { return stream_ != nullptr; }
  bool is_empty() const noexcept { return next_ == entries_.size(); }
  DirectoryEntry take() noexcept { return std::move(entries_[next_++]); }

  // Blocking: 0 or an errno.
  int start(const WalkOptions& options, const std::deque<std::unique_ptr<Level>>& above) {
    const int nofollow = options.follow_links || above.empty() ? 0 : O_NOFOLLOW;
    base::UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow));
    struct ::stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return errno;
    device_ = info.st_dev;
    inode_ = info.st_ino;
    const auto is_this = [this](const auto& level) {
      return level->device_ == device_ && level->inode_ == inode_;
    };
    if (std::any_of(above.begin(), above.end(), is_this)) return ELOOP;
    stream_.reset(::fdopendir(fd.get()));
    if (!stream_) return errno;
    fd.release();
    return read(options, kBatch);
  }

  // Blocking. `most` entries more, or all and in order.
  int read(const WalkOptions& options, std::size_t most) {
    if (options.sorted) most = kAll;
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
    int error = 0;
    while (entries_.size() < most) {
      errno = 0;
      const dirent* entry = ::readdir(stream_.get());
      if (!entry) {
        error = errno;
        stream_.reset();
        break;
      }
      add(*entry, options);
    }
    if (options.sorted) std::sort(entries_.begin(), entries_.end(), is_before);
    return error;
  }

 private:
  static bool is_before(const DirectoryEntry& a, const DirectoryEntry& b) { return a.path < b.path; }

  void add(const dirent& found, const WalkOptions& options) {
    const std::string_view name = found.d_name;
    if (name == "." || name == "..") return;
    DirectoryEntry entry;
    entry.path = inside(path_, name);
    entry.kind = kind_of(::dirfd(stream_.get()), found, options.follow_links);
    entry.depth = depth_;
    entries_.push_back(std::move(entry));
  }

  std::string path_;
  std::size_t depth_;
  std::unique_ptr<DIR, CloseDirectory> stream_;  // until all is read
  std::vector<DirectoryEntry> entries_;
  std::size_t next_ = 0;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

DirectoryWalker::DirectoryWalker(std::string root, WalkOptions options)
    : root_(std::move(root)), options_(options) {}
DirectoryWalker::DirectoryWalker(DirectoryWalker&& other) noexcept = default;
DirectoryWalker& DirectoryWalker::operator=(DirectoryWalker&& other) noexcept = default;
DirectoryWalker::~DirectoryWalker() = default;

void DirectoryWalker::skip() noexcept {
  enter_.reset();
}

Coro<std::optional<DirectoryEntry>> DirectoryWalker::next() {
  if (!started_) {
    const int error = co_await open(root_, 0);
    if (error != 0) io::fail(-error, root_, "read");
    started_ = true;
  }
  if (enter_) {
    const int error = co_await open(enter_->path, enter_->depth + 1);
    DirectoryEntry entered = std::move(*enter_);
    enter_.reset();
    entered.error = code_of(error);
    if (error != 0) co_return entered;
  }
  while (!levels_.empty()) {
    Level& last = *levels_.back();
    if (!last.is_empty()) {
      DirectoryEntry entry = last.take();
      if (options_.recursive && entry.kind == FileKind::directory && entry.depth < options_.max_depth)
        enter_ = entry;
      co_return entry;
    }
    const int error = co_await read_more();
    if (error == 0) continue;
    DirectoryEntry broken;
    broken.path = last.path();
    broken.kind = FileKind::directory;
    broken.depth = last.depth() - (last.depth() > 0 ? 1 : 0);
    broken.error = code_of(error);
    co_return broken;
  }
  co_return std::nullopt;
}

// 0 or an errno. Nothing has changed when it is cancelled.
Coro<int> DirectoryWalker::open(std::string path, std::size_t depth) {
  co_await close_one_too_many();
  auto level = std::make_unique<Level>(std::move(path), depth);
  const auto start = [this, opened = level.get()] { return opened->start(options_, levels_); };
  const int error = co_await offload(start);
  if (error == 0) levels_.push_back(std::move(level));
  co_return error;
}

// The last directory has no entry left: more of it, or back to the one above.
Coro<int> DirectoryWalker::read_more() {
  Level* last = levels_.back().get();
  if (!last->is_open()) {
    levels_.pop_back();
    co_return 0;
  }
  const auto read = [this, last] { return last->read(options_, kBatch); };
  const int error = co_await offload(read);
  co_return error;
}

// What is left of the outermost open directory goes into memory.
Coro<void> DirectoryWalker::close_one_too_many() {
  const auto is_open = [](const auto& level) { return level->is_open(); };
  const auto count = std::count_if(levels_.begin(), levels_.end(), is_open);
  if (count == 0 || static_cast<std::size_t>(count) < std::max<std::size_t>(1, options_.max_open)) co_return;
  Level* outermost = std::find_if(levels_.begin(), levels_.end(), is_open)->get();
  const auto read = [this, outermost] { return outermost->read(options_, kAll); };
  co_await offload(read);
}

}  // namespace weir
