// A file replaced at once: written beside it, synced, renamed over it.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>

#include "weir/file.hpp"
#include "weir/offload.hpp"
#include "weir/time.hpp"

namespace weir {

namespace {

// Hidden, so that who takes all files of a directory does not take a half.
std::string temporary_beside(const std::string& path) {
  static std::atomic<unsigned> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const std::size_t name = path.rfind('/') + 1;  // 0 without a slash
  return path.substr(0, name) + "." + path.substr(name) + "." + std::to_string(::getpid()) + "-" +
         std::to_string(now) + "-" + std::to_string(count++) + ".tmp";
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Of the file that is to be replaced, if there is one.
void copy_permissions(const std::string& from, const std::string& to) noexcept {
  struct ::stat old = {};
  if (::lstat(from.c_str(), &old) != 0 || !S_ISREG(old.st_mode)) return;
  [[maybe_unused]] const int result = ::chmod(to.c_str(), old.st_mode & 07777);
}

Coro<void> fill(File file, std::string like, std::string_view data, bool durable) {
  const auto keep = [like, path = file.path()] { copy_permissions(like, path); };
  co_await offload(keep);
  co_await file.write(data);
  if (durable) co_await file.sync();
  co_await file.close();
}

Coro<void> sync_directory(std::string path) {
  File directory = co_await File::open(std::move(path));
  co_await directory.sync();
  co_await directory.close();
}

Coro<void> put_in_place(std::string temporary, std::string path, bool durable, bool* in_place) {
  co_await rename_file(std::move(temporary), path);
  *in_place = true;
  if (durable) co_await sync_directory(directory_of(path));
}

}  // namespace

Coro<void> write_file_atomically(std::string path, std::string data) {
  co_await write_file_atomically(std::move(path), std::move(data), AtomicWriteOptions());
}

Coro<void> write_file_atomically(std::string path, std::string data, AtomicWriteOptions options) {
  const std::string temporary = temporary_beside(path);
  File file = co_await File::open(temporary, OpenMode::create_new, options.permissions);
  std::exception_ptr failure;
  bool in_place = false;
  try {
    co_await fill(std::move(file), path, data, options.durable);
    co_await with_cancel_disabled(put_in_place(temporary, path, options.durable, &in_place));
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return;
  try {
    if (!in_place) co_await with_cancel_disabled(remove_file(temporary));
  } catch (...) {
    // The first error is the one to report.
  }
  std::rethrow_exception(failure);
}

}  // namespace weir
