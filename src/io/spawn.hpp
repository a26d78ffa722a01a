// Starting a child process and learning of its end, by system calls.
#pragma once

#include <sys/types.h>

#include <string>
#include <thread>

#include "base/unique_fd.hpp"
#include "weir/process.hpp"

namespace weir::io {

// Tells that a child has ended: a descriptor that becomes readable then. The child itself stays a zombie
// until it is reaped, so its id means nobody else meanwhile.
class ExitNotice {
 public:
  // A pidfd, or a thread that waits where the kernel has none or a filter forbids it.
  explicit ExitNotice(pid_t pid);
  ExitNotice(const ExitNotice&) = delete;
  ExitNotice& operator=(const ExitNotice&) = delete;
  ~ExitNotice();  // waits for the thread: only when the child has ended

  int fd() const noexcept { return fd_.get(); }

 private:
  base::UniqueFd fd_;
  std::thread waiter_;
};

// The child's process id and this side of its pipes.
struct Spawned {
  pid_t pid = -1;
  base::UniqueFd input;
  base::UniqueFd output;
  base::UniqueFd errors;
};

// Blocks until the program runs. 0, or -errno and nothing was started.
int spawn(const Command& command, Spawned& into);

// Takes the status of a child that has ended: 0, -EAGAIN while it has not, or -errno.
int reap(pid_t pid, ExitStatus& into) noexcept;

// The same, but waits.
void reap_blocking(pid_t pid) noexcept;

}  // namespace weir::io
