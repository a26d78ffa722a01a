#include "cli/exit_status.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace weir::cli {

int write_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EPIPE) return kExitSelected;
    if (put < 0) {
      std::fprintf(stderr, "weir: standard output: write: %s\n", std::strerror(errno));
      return kExitError;
    }
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return kExitSelected;
}

void end_by_signal(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace weir::cli
