// Code run in a forked child, for what would spoil or end the test program: filters, limits, signals.
//
// The parent must not have started threads (ThreadSanitizer forbids threads after such a fork), so these
// tests have a program of their own in which only children run loops.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "base/sanitizers.hpp"

namespace weir::testing {

class ChildProcess {
 public:
  static constexpr int kThrew = 99;
  static constexpr int kSignalled = 1000;  // + the signal's number

  // The child ends with the value of `work`, or after 30 s by SIGALRM's default action.
  explicit ChildProcess(const std::function<int()>& work) {
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) ::_exit(run(work));
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
  }

  void send_signal(int number) const {
#if WEIR_TSAN
    // ThreadSanitizer keeps a signal back until the next call that it intercepts, and io_uring_enter is none:
    // one that arrives just before it would be noticed only when something else wakes the loop.
    while (!is_asleep())
      ::usleep(1000);
#endif
    ::kill(pid_, number);
  }

  // Waits for the end: the exit status, or kSignalled + signal.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
  }

 private:
  bool is_asleep() const {
    std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
    std::string line;
    std::getline(stat, line);
    const std::size_t name_end = line.rfind(')');
    return name_end == std::string::npos ||
           std::string_view("SZ").find(line[name_end + 2]) != std::string_view::npos;
  }

  static int run(const std::function<int()>& work) {
    ::alarm(30);
    try {
      return work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "child: %s\n", error.what());
    } catch (...) {
      std::fprintf(stderr, "child: an exception of unknown type\n");
    }
    return kThrew;
  }

  pid_t pid_ = -1;
};

inline int run_in_child(const std::function<int()>& work) {
  ChildProcess child(work);
  return child.wait();
}

}  // namespace weir::testing
