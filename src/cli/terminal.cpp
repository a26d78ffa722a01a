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

bool can_redraw(int fd) {
  const char* term = std::getenv("TERM");
  return is_terminal(fd) && term && std::string_view(term) != "dumb";
}

bool wants_color(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return !(no_color && *no_color) && can_redraw(fd);
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f || byte >= 0x80 ? '?' : c;
  }
  return out;
}

}  // namespace weir::cli
