#include "io/operation.hpp"

#include <cerrno>

#include "io/backend.hpp"

namespace weir::io {

namespace {
void* pointer_to(const char* text) noexcept {
  return const_cast<char*>(text);
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
