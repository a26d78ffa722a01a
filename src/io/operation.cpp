#include "io/operation.hpp"

#include <poll.h>

#include <cerrno>

#include "io/backend.hpp"

namespace weir::io {

namespace {
void* pointer_to(const char* text) noexcept {
  return const_cast<char*>(text);
}
void* pointer_to(const sockaddr* address) noexcept {
  return const_cast<sockaddr*>(address);
}
}  // namespace

Operation Operation::open(const char* path, int flags, unsigned mode) noexcept {
  return Operation(Code::open, "open", -1, pointer_to(path), mode, 0, flags);
}
Operation Operation::read(int fd, char* buffer, std::uint32_t length, std::uint64_t offset) noexcept {
  return Operation(Code::read, "read", fd, buffer, length, offset, 0);
}
Operation Operation::write(int fd, const char* buffer, std::uint32_t length, std::uint64_t offset) noexcept {
  return Operation(Code::write, "write", fd, pointer_to(buffer), length, offset, 0);
}
Operation Operation::close(int fd) noexcept {
  return Operation(Code::close, "close", fd, nullptr, 0, 0, 0);
}
Operation Operation::stat(int fd, struct ::statx* into) noexcept {
  return Operation(Code::stat, "stat", fd, into, 0, 0, 0);
}
Operation Operation::poll_in(int fd) noexcept {
  return Operation(Code::poll_in, "readable", fd, nullptr, 0, 0, 0);
}
Operation Operation::receive(int fd, char* buffer, std::uint32_t length) noexcept {
  return Operation(Code::receive, "receive", fd, buffer, length, kStream, 0);
}
Operation Operation::send(int fd, const char* buffer, std::uint32_t length, bool is_socket) noexcept {
  const Code code = is_socket ? Code::send : Code::write_pipe;
  return Operation(code, "send", fd, pointer_to(buffer), length, kStream, 0);
}
Operation Operation::accept(int fd) noexcept {
  return Operation(Code::accept, "connection", fd, nullptr, 0, 0, 0);
}
Operation Operation::connect(int fd, const sockaddr* address, std::uint32_t length) noexcept {
  return Operation(Code::connect, "connect", fd, pointer_to(address), length, kStream, 0);
}
Operation Operation::shutdown(int fd, int how) noexcept {
  return Operation(Code::shutdown, "shutdown", fd, nullptr, 0, 0, how);
}
Operation Operation::sync(int fd, bool data_only) noexcept {
  return Operation(Code::sync, "sync", fd, nullptr, 0, 0, data_only ? 1 : 0);
}
Operation Operation::rename(const char* from, const char* to) noexcept {
  return Operation(Code::rename, "rename", -1, pointer_to(from), 0, 0, 0, to);
}
Operation Operation::unlink(const char* path) noexcept {
  return Operation(Code::unlink, "unlink", -1, pointer_to(path), 0, 0, 0);
}

short Operation::awaited_events() const noexcept {
  switch (code_) {
    case Code::poll_in:
    case Code::receive:
    case Code::accept:
      return POLLIN;
    case Code::read:
      return is_stream() ? POLLIN : short{0};
    case Code::send:
    case Code::write_pipe:
      return POLLOUT;
    default:
      return 0;
  }
}

void Operation::suspend() noexcept {
  backend_of(loop()).start(*this);
}

bool Operation::abandon() noexcept {
  if (code_ == Code::close) return false;
  cancel_wanted_ = true;
  backend_of(loop()).cancel(*this);
  return false;
}

void Operation::complete(int result, bool immediate) noexcept {
  result_ = result;
  immediate_ = immediate;
  wake();
}

int Operation::result() {
  if (result_ == -ECANCELED && task()->take_delivery()) throw Cancelled{};
  return result_;
}

}  // namespace weir::io
