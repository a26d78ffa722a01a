#include "io/system_call.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

namespace weir::io {

namespace {

// A pipe without readers raises SIGPIPE in the thread that writes, and no flag prevents it: it is held back,
// and taken away when it is this write's.
long write_without_signal(int fd, const char* buffer, std::size_t length) noexcept {
  sigset_t signal;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&signal);
  sigaddset(&signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signal, &before);
  sigpending(&pending);
  const long put = ::write(fd, buffer, length);
  const int error = errno;
  if (put < 0 && error == EPIPE && sigismember(&pending, SIGPIPE) == 0) {
    const timespec at_once{};
    while (sigtimedwait(&signal, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return put;
}

long call_stream(const Operation& operation) noexcept {
  switch (operation.code()) {
    case Operation::Code::receive:
      return ::read(operation.fd(), operation.buffer(), operation.length());
    case Operation::Code::send:
      return ::send(operation.fd(), operation.buffer(), operation.length(), MSG_NOSIGNAL);
    case Operation::Code::write_pipe:
      return write_without_signal(operation.fd(), operation.buffer(), operation.length());
    case Operation::Code::accept:
      return ::accept4(operation.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    case Operation::Code::connect:
      return ::connect(operation.fd(), operation.address(), operation.length());
    case Operation::Code::shutdown:
      return ::shutdown(operation.fd(), operation.flags());
    default:
      errno = EINVAL;
      return -1;
  }
}

long call(const Operation& operation) noexcept {
  const auto offset = static_cast<off_t>(operation.offset());
  switch (operation.code()) {
    case Operation::Code::open:
      return ::open(operation.path(), operation.flags() | O_CLOEXEC, operation.mode());
    case Operation::Code::read:
      if (operation.is_stream()) return ::read(operation.fd(), operation.buffer(), operation.length());
      return ::pread(operation.fd(), operation.buffer(), operation.length(), offset);
    case Operation::Code::write:
      if (operation.is_stream()) return ::write(operation.fd(), operation.buffer(), operation.length());
      return ::pwrite(operation.fd(), operation.buffer(), operation.length(), offset);
    case Operation::Code::close:
      // The descriptor is gone even on EINTR (Linux), so a retry could close somebody else's.
      return ::close(operation.fd()) == 0 || errno == EINTR ? 0 : -1;
    case Operation::Code::stat:
      return ::statx(operation.fd(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, operation.statx_buffer());
    case Operation::Code::sync:
      return operation.flags() != 0 ? ::fdatasync(operation.fd()) : ::fsync(operation.fd());
    case Operation::Code::rename:
      return ::rename(operation.path(), operation.target());
    case Operation::Code::unlink:
      return ::unlink(operation.path());
    default:
      return call_stream(operation);
  }
}

int open_if_cached(const Operation& operation) noexcept {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(operation.flags() | O_CLOEXEC));
  how.resolve = RESOLVE_CACHED;
  if ((operation.flags() & O_CREAT) != 0) return -EAGAIN;
  const long fd = ::syscall(SYS_openat2, AT_FDCWD, operation.path(), &how, sizeof how);
  if (fd >= 0) return static_cast<int>(fd);
  // Filters and old kernels refuse the call itself; the pool asks again and gets the real reason.
  return errno == ENOENT ? -ENOENT : -EAGAIN;
}

int read_if_cached(const Operation& operation) noexcept {
  if (operation.is_stream()) return -EAGAIN;
  iovec into{operation.buffer(), operation.length()};
  const ssize_t got = ::preadv2(operation.fd(), &into, 1, static_cast<off_t>(operation.offset()), RWF_NOWAIT);
  return got >= 0 ? static_cast<int>(got) : -EAGAIN;
}

}  // namespace

int perform(const Operation& operation) noexcept {
  for (;;) {
    const long result = call(operation);
    if (result >= 0) return static_cast<int>(result);
    if (errno != EINTR) return -errno;
  }
}

int perform_if_cached(const Operation& operation) noexcept {
  switch (operation.code()) {
    case Operation::Code::open:
      return open_if_cached(operation);
    case Operation::Code::read:
      return read_if_cached(operation);
    case Operation::Code::close:
    case Operation::Code::stat:  // of an open file: its inode is in memory
    case Operation::Code::connect:
    case Operation::Code::shutdown:
      return perform(operation);
    default:
      return -EAGAIN;
  }
}

bool is_ready_now(int fd, short events) noexcept {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, 0) != 0;
}

}  // namespace weir::io
