#include "input/ignore_rules.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/unique_fd.hpp"

namespace weir::input {

namespace {

constexpr std::size_t kMostBytes = 16U << 20;  // of a file; a larger one is not made of rules

// Spaces at the end do not count, unless a backslash is before them.
std::string_view without_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      at = std::min(at + 1, line.size() - 1);
      end = at + 1;
    } else if (line[at] != ' ') {
      end = at + 1;
    }
  }
  return line.substr(0, end);
}

bool has_repository(int directory, const char* path) {
  return ::faccessat(directory, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

// The rules in `name` of the directory; none when there is no such file.
IgnoreFile read_rules(int directory, const char* name, const std::string& directory_name,
                      const WalkErrorCallback& on_error) {
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;  // a FIFO would block the walk
  const base::UniqueFd fd(::openat(directory, name, flags));
  int reason = fd ? 0 : errno;
  std::string text;
  while (reason == 0 && text.size() < kMostBytes) {
    constexpr std::size_t kPiece = 16 * 1024;
    const std::size_t had = text.size();
    text.resize(had + kPiece);
    const ssize_t got = ::read(fd.get(), text.data() + had, kPiece);
    if (got < 0 && errno != EINTR) reason = errno;
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
  }
  const bool is_no_file = reason == ENOENT || reason == ENOTDIR || reason == EISDIR || reason == EAGAIN;
  if (reason != 0 && !is_no_file && on_error) {
    std::string path = directory_name;
    on_error(path.append("/").append(name), reason, "cannot read");
  }
  return IgnoreFile::parse(text);
}

}  // namespace

IgnoreFile IgnoreFile::parse(std::string_view text) {
  IgnoreFile file;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    line = without_trailing_spaces(line);
    if (line.empty()) continue;
    Result<Glob> glob = Glob::parse(line, {.gitignore = true});
    if (glob) file.rules_.push_back(std::move(glob).value());
  }
  return file;
}

IgnoreFile::Verdict IgnoreFile::verdict(std::string_view path, bool is_directory) const {
  const auto decisive = std::find_if(rules_.rbegin(), rules_.rend(),
                                     [&](const Glob& rule) { return rule.matches(path, is_directory); });
  if (decisive == rules_.rend()) return Verdict::none;
  return decisive->is_exclude() ? Verdict::take : Verdict::ignore;
}

void IgnoreRules::start(const std::string& path, const WalkErrorCallback& on_error) {
  levels_.clear();
  above_.clear();
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) return;  // its opening will say why, or it is too long
  std::string whole = real.get();
  if (whole.back() != '/') whole += '/';
  // The repository that the argument is in, if it is not one itself.
  std::size_t root = whole.size();
  while (root > 0 && !has_repository(AT_FDCWD, (whole.substr(0, root) + ".git").c_str()))
    root = root == 1 ? 0 : whole.rfind('/', root - 2) + 1;
  if (root == 0 || root == whole.size()) return;
  above_ = whole.substr(root);
  for (std::size_t at = root; at < whole.size(); at = whole.find('/', at) + 1) {
    const std::string directory = whole.substr(0, at);
    const base::UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) continue;
    Level level;
    level.base = at - root;
    level.is_repository = at == root;
    level.ignore = read_rules(fd.get(), ".ignore", directory.substr(0, at - 1), on_error);
    level.gitignore = read_rules(fd.get(), ".gitignore", directory.substr(0, at - 1), on_error);
    levels_.push_back(std::move(level));
  }
}

void IgnoreRules::enter(int fd, std::string_view below, const std::string& name,
                        const WalkErrorCallback& on_error) {
  Level level;
  level.base = above_.size() + below.size();
  level.is_repository = has_repository(fd, ".git");
  level.ignore = read_rules(fd, ".ignore", name, on_error);
  level.gitignore = read_rules(fd, ".gitignore", name, on_error);
  levels_.push_back(std::move(level));
}

bool IgnoreRules::ignores(std::string_view below, bool is_directory) {
  location_.assign(above_).append(below);
  const std::string_view path = location_;
  for (IgnoreFile Level::*file : {&Level::ignore, &Level::gitignore}) {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      const auto verdict = ((*level).*file).verdict(path.substr(level->base), is_directory);
      if (verdict != IgnoreFile::Verdict::none) return verdict == IgnoreFile::Verdict::ignore;
      if (level->is_repository) break;
    }
  }
  return false;
}

}  // namespace weir::input
