#include "weir/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "io/failure.hpp"
#include "io/operation.hpp"
#include "weir/offload.hpp"

namespace weir {

namespace {

constexpr std::uint32_t kReadBytes = 256 * 1024;

int open_flags(OpenMode mode) noexcept {
  switch (mode) {
    case OpenMode::read:
      return O_RDONLY;
    case OpenMode::write:
      return O_WRONLY | O_CREAT | O_TRUNC;
    case OpenMode::append:
      return O_WRONLY | O_CREAT | O_APPEND;
    case OpenMode::read_write:
      return O_RDWR;
    case OpenMode::update:
      return O_RDWR | O_CREAT;
    case OpenMode::create_new:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      read_offset_(other.read_offset_),
      write_offset_(other.write_offset_) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(read_offset_, other.read_offset_);
  std::swap(write_offset_, other.write_offset_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Coro<File> File::open(std::string path, OpenMode mode, unsigned permissions) {
  io::Operation open = io::Operation::open(path.c_str(), open_flags(mode), permissions);
  const int fd = co_await open;
  if (fd < 0) io::fail(fd, path, "open");
  File file(fd, std::move(path));
  co_return file;
}

Coro<std::size_t> File::read(std::span<char> buffer) {
  const std::size_t got = co_await read_at(buffer, read_offset_);
  read_offset_ += got;
  co_return got;
}

Coro<std::size_t> File::read_at(std::span<char> buffer, std::uint64_t offset) {
  std::size_t total = 0;
  while (total < buffer.size()) {
    const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(buffer.size() - total, 1U << 30));
    io::Operation read = io::Operation::read(fd_, buffer.data() + total, length, offset + total);
    const int got = co_await read;
    if (got < 0) io::fail(got, path_, "read");
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  co_return total;
}

Coro<std::string> File::read_all(std::size_t max_bytes) {
  std::string content;
  for (;;) {
    const std::size_t before = content.size();
    content.resize(before + kReadBytes);
    const std::span<char> room(content.data() + before, kReadBytes);
    const std::size_t got = co_await read_at(room, before);
    content.resize(before + got);
    if (content.size() > max_bytes)
      throw std::length_error(path_ + ": more than " + std::to_string(max_bytes) + " bytes");
    if (got < kReadBytes) break;
  }
  co_return content;
}

Coro<void> File::write(std::string_view data) {
  co_await write_at(data, write_offset_);
  write_offset_ += data.size();
}

Coro<void> File::write_at(std::string_view data, std::uint64_t offset) {
  std::size_t total = 0;
  while (total < data.size()) {
    const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(data.size() - total, 1U << 30));
    io::Operation write = io::Operation::write(fd_, data.data() + total, length, offset + total);
    const int put = co_await write;
    if (put <= 0) io::fail(put < 0 ? put : -EIO, path_, "write");
    total += static_cast<std::size_t>(put);
  }
}

Coro<void> File::write_all(std::string_view data) {
  co_await resize(0);
  co_await write_at(data, 0);
  write_offset_ = data.size();
}

// The ring of older kernels knows no truncation.
Coro<void> File::resize(std::uint64_t size) {
  const auto truncate = [fd = fd_, size] {
    return ::ftruncate(fd, static_cast<off_t>(size)) == 0 ? 0 : -errno;
  };
  int result = -EINTR;
  while (result == -EINTR)
    result = co_await offload(truncate);
  if (result < 0) io::fail(result, path_, "resize");
}

Coro<void> File::sync_as(bool data_only) {
  io::Operation sync = io::Operation::sync(fd_, data_only);
  const int result = co_await sync;
  if (result < 0) io::fail(result, path_, "sync");
}

Coro<void> File::sync() {
  co_await sync_as(false);
}

Coro<void> File::sync_data() {
  co_await sync_as(true);
}

Coro<FileStat> File::stat() {
  struct ::statx raw = {};
  io::Operation stat = io::Operation::stat(fd_, &raw);
  const int result = co_await stat;
  if (result < 0) io::fail(result, path_, "stat");
  FileStat out;
  out.size = raw.stx_size;
  out.mode = raw.stx_mode;
  out.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  out.inode = raw.stx_ino;
  out.modified = raw.stx_mtime.tv_sec;
  co_return out;
}

Coro<void> File::close() {
  const int fd = std::exchange(fd_, -1);
  if (fd < 0) co_return;
  io::Operation close = io::Operation::close(fd);
  const int result = co_await close;
  if (result < 0) io::fail(result, path_, "close");
}

LineReader File::lines(const LineOptions& options) {
  return LineReader(*this, options);
}

Coro<std::string> read_file(std::string path, std::size_t max_bytes) {
  File file = co_await File::open(std::move(path));
  std::string content = co_await file.read_all(max_bytes);
  co_await file.close();
  co_return content;
}

Coro<void> write_file(std::string path, std::string data) {
  File file = co_await File::open(std::move(path), OpenMode::write);
  co_await file.write(data);
  co_await file.close();
}

Coro<void> remove_file(std::string path) {
  io::Operation unlink = io::Operation::unlink(path.c_str());
  const int result = co_await unlink;
  if (result < 0) io::fail(result, path, "remove");
}

Coro<void> rename_file(std::string from, std::string to) {
  io::Operation rename = io::Operation::rename(from.c_str(), to.c_str());
  const int result = co_await rename;
  if (result < 0) io::fail(result, from, "rename");
}

}  // namespace weir
