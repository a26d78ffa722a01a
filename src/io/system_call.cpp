#include "io/system_call.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace weir::io {

namespace {

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
    case Operation::Code::poll_in:
      break;
  }
  errno = EINVAL;
  return -1;
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
      return perform(operation);
    default:
      return -EAGAIN;
  }
}

bool is_readable_now(int fd) noexcept {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) != 0;
}

}  // namespace weir::io
