#include "process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace weir::test {

namespace {

constexpr int kShownLines = 8;
constexpr std::size_t kShownBytes = 400;  // of a line

void redirect(const std::string& path, int flags, int fd) {
  const int opened = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (opened < 0 || ::dup2(opened, fd) != fd) ::_exit(126);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void become(const Command& command) {
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  redirect(command.stdin_path, O_RDONLY, STDIN_FILENO);
  redirect(command.output_prefix + ".out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect(command.output_prefix + ".err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(command.directory.c_str()) != 0) ::_exit(126);
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = command.environment;
  ::execvpe(arguments.front().c_str(), pointers(arguments).data(), pointers(environment).data());
  ::_exit(127);
}

int wait_for(pid_t child, const sigset_t& signals, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (std::chrono::steady_clock::now() >= until) return kTimedOut;
    const timespec slice{0, 200'000'000};
    sigtimedwait(&signals, nullptr, &slice);
  }
}

// The next line of `text` from `at`, with its newline.
std::string next_line(const std::string& text, std::size_t& at) {
  const std::size_t end = text.find('\n', at);
  const std::size_t stop = end == std::string::npos ? text.size() : end + 1;
  std::string line = text.substr(at, stop - at);
  at = stop;
  return line;
}

std::string shown(char mark, const std::string& line) {
  std::string text = "    ";
  text += mark;
  text += visible(line.substr(0, kShownBytes));
  if (line.empty() || line.back() != '\n') text += " (no newline)\n";
  return text;
}

}  // namespace

Outcome run(const Command& command) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) become(command);
  ::setpgid(child, child);
  Outcome outcome;
  outcome.status = wait_for(child, signals, command.limit);
  ::kill(-child, SIGKILL);
  if (outcome.status == kTimedOut) ::waitpid(child, nullptr, 0);
  outcome.out = read_text(command.output_prefix + ".out");
  outcome.err = read_text(command.output_prefix + ".err");
  return outcome;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::string visible(const std::string& text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || (byte >= 0x20 && byte < 0x7f)) {
      result += c;
    } else {
      result += "\\x";
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    }
  }
  return result;
}

std::string difference(const std::string& expected, const std::string& actual) {
  std::string text;
  std::size_t in_expected = 0;
  std::size_t in_actual = 0;
  for (int lines = 0; lines < kShownLines && (in_expected < expected.size() || in_actual < actual.size());) {
    const bool has_expected = in_expected < expected.size();
    const bool has_actual = in_actual < actual.size();
    const std::string wanted = next_line(expected, in_expected);
    const std::string got = next_line(actual, in_actual);
    if (wanted == got) continue;
    ++lines;
    if (has_expected) text += shown('-', wanted);
    if (has_actual) text += shown('+', got);
  }
  return text;
}

}  // namespace weir::test
