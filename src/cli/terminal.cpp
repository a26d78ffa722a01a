#include "cli/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace weir::cli {

namespace {

constexpr std::string_view kClearLine = "\r\33[K";

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDERR_FILENO, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

}  // namespace

void ErrorOutput::message(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(shown_, false)) write_all(kClearLine);
  write_all(line);
}

void ErrorOutput::progress(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (line.empty() && !shown_) return;
  shown_ = !line.empty();
  write_all(std::string(kClearLine) + std::string(line));
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

bool wants_color(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color && *no_color) return false;
  const char* term = std::getenv("TERM");
  return is_terminal(fd) && term && std::string_view(term) != "dumb";
}

}  // namespace weir::cli
