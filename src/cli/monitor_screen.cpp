#include "cli/monitor_screen.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "cli/exit_status.hpp"
#include "cli/terminal.hpp"
#include "weir/monitor.hpp"

namespace weir::cli {

namespace {

volatile std::sig_atomic_t caught_signal = 0;

// A change of size only interrupts the wait.
void note_signal(int number) {
  if (number != SIGWINCH) caught_signal = number;
}

// While it lives: a screen of its own, keys that come at once and are not shown, and signals that are only
// noted.
class Screen {
 public:
  Screen() {
    struct sigaction action = {};
    action.sa_handler = note_signal;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGWINCH})
      ::sigaction(number, &action, nullptr);
    ::tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // a stopped job would leave the terminal like this
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write_output("\33[?1049h\33[?25l");
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen() {
    write_output("\33[?25h\33[?1049l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

 private:
  termios before_{};
};

struct Size {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

Size screen_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

// At most `columns` characters.
std::string_view cut(std::string_view line, std::size_t columns) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80U) continue;
    if (characters++ == columns) return line.substr(0, i);
  }
  return line;
}

void draw(std::string_view text) {
  const Size size = screen_size();
  std::string out = "\33[H";
  std::size_t row = 0;
  while (!text.empty() && row + 2 < size.rows) {
    const std::size_t end = text.find('\n');
    out.append(cut(text.substr(0, end), size.columns)).append("\33[K\r\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++row;
  }
  if (!text.empty()) out.append("...\33[K\r\n");
  out += "\33[J";
  const std::string_view help = "q: quit";
  out.append("\33[").append(std::to_string(size.rows)).append(";1H").append(cut(help, size.columns - 1));
  write_output(out);
}

// Waits; true when the user wants to go.
bool is_over(std::chrono::milliseconds interval) {
  pollfd keys{STDIN_FILENO, POLLIN, 0};
  const int ready = ::poll(&keys, 1, static_cast<int>(interval.count()));
  if (caught_signal != 0) return true;
  if (ready <= 0) return false;
  char key = 0;
  const ssize_t got = ::read(STDIN_FILENO, &key, 1);
  return got <= 0 || key == 'q' || key == 'Q';
}

}  // namespace

int watch_process(const std::string& path, std::chrono::milliseconds interval) {
  std::string problem;
  bool any = false;
  {
    const Screen screen;
    do {
      const auto report = ask_tasks(path);
      if (!report) {
        problem = report.error().what;
        break;
      }
      any = true;
      draw(table_of(report.value()));
    } while (!is_over(interval));
  }
  if (caught_signal != 0) end_by_signal(caught_signal);
  if (problem.empty()) return kExitSelected;
  // That it goes is no failure.
  std::fprintf(stderr, "weir: monitor: %s\n", any ? "the process has ended" : printable(problem).c_str());
  return any ? kExitSelected : kExitError;
}

}  // namespace weir::cli
