// External commands: started, fed, read and always waited for.
//
//   weir::ProcessPool pool(4);   // at most four at once
//   weir::Command sort({"sort", "-u"});
//   sort.input = "b\na\nb\n";
//   const weir::CommandResult result = co_await pool.run(std::move(sort));
//   if (result.status.ok()) use(result.output);   // "a\nb\n"
//
// Purpose: run_command() for a command whose input and output fit into memory; Process for a conversation
// with one; ProcessPool to bound how many run side by side.
// Ownership: no command outlives the object or the call that started it, and none is left as a zombie. Each
// leads a process group of its own, and that group gets the signals, so that what a command has started
// itself goes with it. Of this process's descriptors a command inherits only its three standard streams.
// Threads: a Process and a pool belong to one loop's thread. Starting happens on the offload pool.
// Cancellation: run_command() that is cancelled sends SIGTERM, gives the command `grace` to end, sends
// SIGKILL, waits for it and only then throws Cancelled. Cancelling Process::wait() leaves the command alone.
// Errors: std::system_error that names the program, when it cannot be started; a command that fails is no
// error but an ExitStatus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "weir/stream.hpp"
#include "weir/sync.hpp"

namespace weir {

// How a command ended.
class ExitStatus {
 public:
  ExitStatus() noexcept = default;
  static ExitStatus exited(int code) noexcept { return ExitStatus(code, 0); }
  static ExitStatus killed(int signal) noexcept { return ExitStatus(0, signal); }

  bool ok() const noexcept { return code_ == 0 && signal_ == 0; }
  int code() const noexcept { return code_; }      // 0 when a signal ended it
  int signal() const noexcept { return signal_; }  // 0 when it ended by itself
  std::string describe() const;                    // "exit status 3", "killed by signal 9"
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;

 private:
  ExitStatus(int code, int signal) noexcept : code_(code), signal_(signal) {}
  int code_ = 0;
  int signal_ = 0;
};

// What a standard stream of the command is.
enum class Redirect {
  pipe,     // a Stream of the Process; fed and collected by run_command()
  nothing,  // /dev/null
  inherit,  // this process's own
  merge     // standard error only: where standard output goes
};

// What is done with output beyond Command::max_output.
enum class Overflow {
  fail,  // the command is killed, OutputTooLong thrown
  drop   // the rest is read and dropped; CommandResult says so
};

struct Command {
  // The program, looked up in PATH unless it has a slash, and its arguments. No shell sees them.
  explicit Command(std::vector<std::string> arguments_) : arguments(std::move(arguments_)) {}
  // A script for /bin/sh. Never put untrusted text into it.
  static Command shell(std::string script);

  std::vector<std::string> arguments;
  std::string directory;  // to start in; empty: this process's
  // "NAME=value" each, all that the command gets; nothing: this process's.
  std::optional<std::vector<std::string>> environment;

  Redirect standard_input = Redirect::pipe;
  Redirect standard_output = Redirect::pipe;
  Redirect standard_error = Redirect::pipe;

  // For run_command() and ProcessPool::run() only.
  std::string input;                          // a command that does not read all of it is no error
  Duration timeout = Duration::max();         // then it is killed, and TimeoutError thrown
  Duration grace = std::chrono::seconds(2);   // between SIGTERM and SIGKILL
  std::size_t max_output = 64 * 1024 * 1024;  // bytes kept, for each of the two streams
  Overflow overflow = Overflow::fail;
};

// A command wrote more than Command::max_output.
class OutputTooLong : public std::length_error {
 public:
  OutputTooLong(const std::string& stream, std::size_t limit);
};

struct CommandResult {
  ExitStatus status;
  std::string output;
  std::string errors;
  bool output_cut = false;  // with Overflow::drop: there was more
  bool errors_cut = false;
};

// A running command. Dropped before it was waited for, it is killed, and waited for on the offload pool.
class Process {
 public:
  // Not before the program runs: one that is missing or not executable is an error here.
  static Coro<Process> spawn(Command command);

  Process() noexcept;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  std::int32_t pid() const noexcept;
  const std::string& program() const noexcept;

  // Open when redirected to pipes. Read output and error side by side (or merge them), or a command that
  // fills one of them waits for ever.
  Stream& standard_input() noexcept;
  Stream& standard_output() noexcept;
  Stream& standard_error() noexcept;

  // Until it has ended; afterwards the same status again. One task at a time.
  Coro<ExitStatus> wait();

  // To its process group. False when it has ended already.
  bool signal(int number) noexcept;

  // SIGTERM, and SIGKILL after `grace`; whatever is left of the group when the command itself has ended gets
  // SIGKILL, too. Waits for the end, and is not cut short by a cancellation.
  Coro<ExitStatus> terminate(Duration grace = std::chrono::seconds(2));

 private:
  class State;
  Coro<void> end();
  Coro<bool> ends_within(Duration limit);
  Coro<ExitStatus> stop(Duration grace);

  std::unique_ptr<State> state_;
};

// Starts the command, feeds it, collects what it writes and waits for its end, all at the same time. A
// process that the command leaves behind with its output still open is waited for as well.
Coro<CommandResult> run_command(Command command);

// run_command() for many, at most `processes` of them at a time. Later ones wait in order; a wait that is
// cancelled starts nothing.
class ProcessPool {
 public:
  // 0: as many as the machine has cores.
  explicit ProcessPool(std::size_t processes = 0);

  Coro<CommandResult> run(Command command);

  std::size_t size() const noexcept { return size_; }
  std::size_t running() const noexcept { return size_ - slots_.available(); }

 private:
  std::size_t size_;
  Semaphore slots_;
};

}  // namespace weir
