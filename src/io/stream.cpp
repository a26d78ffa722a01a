#include "weir/stream.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "io/failure.hpp"
#include "io/operation.hpp"
#include "weir/pipe.hpp"

namespace weir {

namespace {
constexpr std::size_t kReadBytes = 64 * 1024;  // what a pipe holds
constexpr std::size_t kMaxWrite = 1U << 20;
}  // namespace

Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(is_socket_, other.is_socket_);
  std::swap(name_, other.name_);
  return *this;
}

Stream::~Stream() {
  if (fd_ >= 0) ::close(fd_);
}

Coro<std::size_t> Stream::read_some(std::span<char> buffer) {
  if (buffer.empty()) co_return 0;
  const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(buffer.size(), 1U << 30));
  io::Operation receive = io::Operation::receive(fd_, buffer.data(), length);
  const int got = co_await receive;
  if (got < 0) io::fail(got, name_, "read");
  co_return static_cast<std::size_t>(got);
}

Coro<std::size_t> Stream::read(std::span<char> buffer) {
  std::size_t total = 0;
  while (total < buffer.size()) {
    const std::size_t got = co_await read_some(buffer.subspan(total));
    if (got == 0) break;
    total += got;
  }
  co_return total;
}

Coro<std::string> Stream::read_all(std::size_t max_bytes) {
  std::string content;
  for (;;) {
    const std::size_t before = content.size();
    content.resize(before + kReadBytes);
    const std::span<char> room(content.data() + before, kReadBytes);
    const std::size_t got = co_await read_some(room);
    content.resize(before + got);
    if (got == 0) break;
    if (content.size() > max_bytes)
      throw std::length_error(name_ + ": more than " + std::to_string(max_bytes) + " bytes");
  }
  co_return content;
}

Coro<void> Stream::write_all(std::string_view data) {
  while (!data.empty()) {
    const auto length = static_cast<std::uint32_t>(std::min(data.size(), kMaxWrite));
    io::Operation write = io::Operation::send(fd_, data.data(), length, is_socket_);
    const int put = co_await write;
    if (put <= 0) io::fail(put < 0 ? put : -EIO, name_, "write");
    data.remove_prefix(static_cast<std::size_t>(put));
  }
}

Coro<void> Stream::shutdown_write() {
  if (!is_socket_) {
    co_await close();
    co_return;
  }
  io::Operation shutdown = io::Operation::shutdown(fd_, SHUT_WR);
  const int result = co_await shutdown;
  if (result < 0) io::fail(result, name_, "shutdown");
}

Coro<void> Stream::close() {
  const int fd = std::exchange(fd_, -1);
  if (fd < 0) co_return;
  io::Operation close = io::Operation::close(fd);
  const int result = co_await close;
  if (result < 0) io::fail(result, name_, "close");
}

LineReader Stream::lines(const LineOptions& options) {
  return LineReader(*this, options);
}

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) io::fail(-errno, "pipe", "create");
  Stream reader(ends[0], false, "pipe");
  Stream writer(ends[1], false, "pipe");
  return Pipe(std::move(reader), std::move(writer));
}

}  // namespace weir
