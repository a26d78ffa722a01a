#include "weir/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "io/failure.hpp"
#include "io/operation.hpp"
#include "io/spawn.hpp"
#include "weir/offload.hpp"
#include "weir/time.hpp"

namespace weir {

namespace {

// A child that nobody waits for any more, about to die.
class Burial final : public OffloadPool::Job {
 public:
  Burial(pid_t pid, std::unique_ptr<io::ExitNotice> notice) noexcept
      : pid_(pid), notice_(std::move(notice)) {}
  void run_on_pool() noexcept override {
    io::reap_blocking(pid_);
    delete this;
  }

 private:
  pid_t pid_;
  std::unique_ptr<io::ExitNotice> notice_;
};

void kill_and_bury(pid_t pid, std::unique_ptr<io::ExitNotice> notice) noexcept {
  ::kill(-pid, SIGKILL);
  auto* burial = new (std::nothrow) Burial(pid, std::move(notice));
  if (burial) {
    OffloadPool::shared().submit(*burial);
  } else {
    io::reap_blocking(pid);
  }
}

}  // namespace

std::string ExitStatus::describe() const {
  if (signal_ != 0) return "killed by signal " + std::to_string(signal_);
  return "exit status " + std::to_string(code_);
}

Command Command::shell(std::string script) {
  std::vector<std::string> arguments{"/bin/sh", "-c"};
  arguments.push_back(std::move(script));
  return Command(std::move(arguments));
}

class Process::State {
 public:
  explicit State(std::string program) : program_(std::move(program)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (is_alive()) kill_and_bury(pid_, std::move(notice_));
  }

  // On the offload pool. 0 or -errno.
  int start(const Command& command) {
    io::Spawned spawned;
    const int failed = io::spawn(command, spawned);
    if (failed != 0) return failed;
    try {
      notice_ = std::make_unique<io::ExitNotice>(spawned.pid);
      input = stream(spawned.input, "stdin of ");
      output = stream(spawned.output, "stdout of ");
      errors = stream(spawned.errors, "stderr of ");
    } catch (...) {
      kill_and_bury(spawned.pid, std::move(notice_));
      throw;
    }
    pid_ = spawned.pid;
    return 0;
  }

  pid_t pid() const noexcept { return pid_; }
  const std::string& program() const noexcept { return program_; }
  int notice() const noexcept { return notice_->fd(); }
  bool is_alive() const noexcept { return notice_ != nullptr; }
  ExitStatus status() const noexcept { return status_; }

  // True when the child had ended; its id is free from then on.
  bool take_status() {
    const int result = io::reap(pid_, status_);
    if (result == -EAGAIN) return false;
    notice_.reset();
    if (result < 0) io::fail(result, program_, "wait");  // SIGCHLD is ignored: the kernel has thrown it away
    return true;
  }

  Stream input;
  Stream output;
  Stream errors;

 private:
  Stream stream(base::UniqueFd& fd, const char* what) const {
    std::string name = what + program_;
    return fd ? Stream(fd.release(), false, std::move(name)) : Stream();
  }

  std::string program_;
  pid_t pid_ = -1;
  std::unique_ptr<io::ExitNotice> notice_;  // while it has not been waited for
  ExitStatus status_;
};

Process::Process() noexcept = default;
Process::Process(Process&& other) noexcept = default;
Process& Process::operator=(Process&& other) noexcept = default;
Process::~Process() = default;

std::int32_t Process::pid() const noexcept {
  return state_->pid();
}
const std::string& Process::program() const noexcept {
  return state_->program();
}
Stream& Process::standard_input() noexcept {
  return state_->input;
}
Stream& Process::standard_output() noexcept {
  return state_->output;
}
Stream& Process::standard_error() noexcept {
  return state_->errors;
}

Coro<Process> Process::spawn(Command command) {
  Process process;
  process.state_ = std::make_unique<State>(command.arguments.empty() ? "" : command.arguments.front());
  const auto start = [state = process.state_.get(), &command] { return state->start(command); };
  const int result = co_await offload(start);
  if (result < 0) io::fail(result, process.program(), "start");
  co_return process;
}

bool Process::signal(int number) noexcept {
  return state_->is_alive() && ::kill(-state_->pid(), number) == 0;
}

Coro<void> Process::end() {
  io::Operation ended = io::Operation::poll_in(state_->notice());
  const int result = co_await ended;
  if (result < 0) io::fail(result, program(), "wait");
}

Coro<ExitStatus> Process::wait() {
  while (state_->is_alive()) {
    co_await end();
    state_->take_status();
  }
  co_return state_->status();
}

Coro<ExitStatus> Process::terminate(Duration grace) {
  ExitStatus status = co_await with_cancel_disabled(stop(grace));
  co_return status;
}

Coro<bool> Process::ends_within(Duration limit) {
  bool ended = true;
  try {
    co_await timeout(limit, end());
  } catch (const TimeoutError&) {
    ended = false;
  }
  co_return ended;
}

Coro<ExitStatus> Process::stop(Duration grace) {
  if (!state_->is_alive()) co_return state_->status();
  signal(SIGTERM);
  const bool ended = co_await ends_within(grace);
  signal(SIGKILL);
  if (!ended) co_await end();
  ExitStatus status = co_await wait();
  co_return status;
}

}  // namespace weir
