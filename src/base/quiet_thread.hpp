// A thread that no signal finds: signals are for the loops. Those that a fault raises stay open, because the
// kernel would kill the process without calling their handlers. std::system_error when there can be none.
#pragma once

#include <csignal>

#include <thread>
#include <utility>

namespace weir::base {

template <class Fn>
std::thread quiet_thread(Fn work) {
  sigset_t blocked;
  sigset_t before;
  sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    sigdelset(&blocked, fault);
  struct Mask {
    explicit Mask(const sigset_t& set) : restored(set) {}
    Mask(const Mask&) = delete;
    Mask& operator=(const Mask&) = delete;
    ~Mask() { pthread_sigmask(SIG_SETMASK, &restored, nullptr); }
    const sigset_t& restored;
  };
  pthread_sigmask(SIG_SETMASK, &blocked, &before);  // a thread inherits the mask of its maker
  const Mask mask(before);
  return std::thread(std::move(work));
}

}  // namespace weir::base
