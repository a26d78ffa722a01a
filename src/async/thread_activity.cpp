#include "async/thread_activity.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "base/unique_fd.hpp"

namespace weir::detail {

namespace {

struct Call {
  long number;
  const char* activity;
};
constexpr Call kCalls[] = {
    {SYS_clock_nanosleep, "sleeps"},
    {SYS_nanosleep, "sleeps"},
    {SYS_read, "reads"},
    {SYS_pread64, "reads"},
    {SYS_readv, "reads"},
    {SYS_write, "writes"},
    {SYS_pwrite64, "writes"},
    {SYS_openat, "opens a file"},
    {SYS_fsync, "syncs a file"},
    {SYS_fdatasync, "syncs a file"},
    {SYS_flock, "waits for a file lock"},
    {SYS_fcntl, "waits for a file lock"},
    {SYS_ppoll, "polls"},
#ifdef SYS_poll
    {SYS_poll, "polls"},
    {SYS_select, "polls"},
    {SYS_epoll_wait, "polls"},
#endif
    {SYS_pselect6, "polls"},
    {SYS_epoll_pwait, "polls"},
    {SYS_connect, "connects"},
    {SYS_accept4, "accepts a connection"},
    {SYS_recvfrom, "receives"},
    {SYS_recvmsg, "receives"},
    {SYS_sendto, "sends"},
    {SYS_sendmsg, "sends"},
    {SYS_wait4, "waits for a process"},
    {SYS_waitid, "waits for a process"},
};

// "NR 0xARG0 0xARG1 ...", "running", or "-1 ..." for a thread that waits outside of a system call.
std::string read_syscall(::pid_t thread) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/syscall", static_cast<int>(thread));
  const base::UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  char text[256];
  const ssize_t got = file ? ::read(file.get(), text, sizeof text) : 0;
  return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : std::string();
}

#ifdef __GLIBC__
// Whether the futex at `address` is that of a pthread mutex that `thread` owns. It may be anything else, and
// gone by now: read as if it were another process's.
bool is_own_mutex(std::uintptr_t address, ::pid_t thread) {
  int owner = 0;
  const std::uintptr_t at = address + offsetof(pthread_mutex_t, __data.__owner);
  iovec local{&owner, sizeof owner};
  iovec remote{reinterpret_cast<void*>(at), sizeof owner};
  const ssize_t got = ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0);
  return got == static_cast<ssize_t>(sizeof owner) && owner == thread;
}
#else
bool is_own_mutex(std::uintptr_t, ::pid_t) {
  return false;
}
#endif

std::string futex_activity(const char* arguments, ::pid_t thread) {
  constexpr unsigned long kContended = 2;  // what a locked mutex's futex holds while somebody waits
  char* end = nullptr;
  const auto address = static_cast<std::uintptr_t>(std::strtoull(arguments, &end, 16));
  const unsigned long operation = std::strtoul(end, &end, 16);
  const unsigned long value = std::strtoul(end, &end, 16);
  const bool is_wait = (operation & static_cast<unsigned>(FUTEX_CMD_MASK)) == FUTEX_WAIT;
  if (!is_wait || value != kContended) return "waits for another thread";
  if (!is_own_mutex(address, thread)) return "waits for a thread lock";
  return "waits for a thread lock that it holds already: a task kept it across a co_await";
}

}  // namespace

std::string thread_activity(::pid_t thread) {
  const std::string text = read_syscall(thread);
  if (text.empty()) return {};
  if (text.starts_with("running")) return "is computing";
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (number == SYS_futex) return futex_activity(end, thread);
  for (const Call& call : kCalls) {
    if (call.number == number) return call.activity;
  }
  if (number < 0) return "waits for memory or a processor";
  return "is in system call " + std::to_string(number);
}

}  // namespace weir::detail
