// A directory of its own for a test, removed with all that is in it, however deep, at the end of the scope.
//
// Lies in $TMPDIR or /tmp. Names are relative to it. Failing to prepare a file throws std::system_error: the
// test then fails there. One thread at a time.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace weir::support {

class TempDir {
 public:
  TempDir() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/weir-test-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) fail(path_);
    check(::chmod(path_.c_str(), 0755), path_);  // for tests that give up root
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { remove_tree(); }

  const std::string& path() const noexcept { return path_; }
  std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }

  // Creates the file, over an older one, and the directories on the way; gives the whole path.
  std::string write(std::string_view name, std::string_view content = "") const {
    const std::string path = prepare(name);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) fail(path);
    return path;
  }

  std::string append(std::string_view name, std::string_view content) const {
    const std::string path = *this / name;
    std::ofstream file(path, std::ios::binary | std::ios::app);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) fail(path);
    return path;
  }

  std::string read(std::string_view name) const {
    const std::string path = *this / name;
    std::ifstream file(path, std::ios::binary);
    if (!file) fail(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  // With the directories on the way; one that exists is left as it is.
  std::string make_directory(std::string_view name) const {
    const std::string path = prepare(name);
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) fail(path);
    return path;
  }

  // `target` is stored as it is.
  std::string make_symlink(const std::string& target, std::string_view name) const {
    const std::string path = prepare(name);
    check(::symlink(target.c_str(), path.c_str()), path);
    return path;
  }

  std::string make_fifo(std::string_view name) const {
    const std::string path = prepare(name);
    check(::mkfifo(path.c_str(), 0644), path);
    return path;
  }

  void set_mode(std::string_view name, mode_t mode) const {
    const std::string path = *this / name;
    check(::chmod(path.c_str(), mode), path);
  }

 private:
  [[noreturn]] static void fail(const std::string& path) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  static void check(int result, const std::string& path) {
    if (result != 0) fail(path);
  }

  std::string prepare(std::string_view name) const {
    for (std::size_t slash = name.find('/'); slash != std::string_view::npos;
         slash = name.find('/', slash + 1)) {
      const std::string parent = *this / name.substr(0, slash);
      if (::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) fail(parent);
    }
    return *this / name;
  }

  // Subdirectories move up into path_ before their parent goes, so that no path grows long and no more than
  // one directory is open.
  void remove_tree() const {
    std::size_t moved = 0;
    std::vector<std::string> waiting = {path_};
    while (!waiting.empty()) {
      const std::string directory = std::move(waiting.back());
      waiting.pop_back();
      ::chmod(directory.c_str(), 0700);
      for (const std::string& name : names_in(directory)) {
        const std::string entry = directory + '/' + name;
        if (::unlink(entry.c_str()) == 0) continue;
        std::string above = path_ + "/removed-" + std::to_string(moved++);
        if (::rename(entry.c_str(), above.c_str()) == 0) waiting.push_back(std::move(above));
      }
      if (directory != path_) ::rmdir(directory.c_str());
    }
    ::rmdir(path_.c_str());
  }

  static std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
    while (stream != nullptr) {
      const dirent* entry = ::readdir(stream.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
  }

  std::string path_;
};

}  // namespace weir::support
