// run(main): the way into the runtime. Makes a loop with the best I/O backend the machine allows, runs the
// coroutine and all it spawns, and returns its value or throws its exception.
//
//   int main() { return weir::run(real_main()); }
//
// With signals handled (the default), the first SIGINT or SIGTERM cancels the main task; when it has cleaned
// up, run() throws Interrupted. A second signal, or clean-up that takes longer than the grace period, ends
// the process at once with 128 + the signal's number. A signal that is ignored on entry stays ignored.
//
// Tests run on a simulation ("sim" as the backend): the clock of the loop is virtual and jumps to the next
// timer, so that no sleep takes any time; reads, writes and the like are real, but end in an order, and in
// pieces, that SEED decides.
//
// Ownership: run() owns the loop and all of its tasks; none is left when it returns.
// Threads: any thread may run a loop of its own, one at a time; signals go to one loop of the process.
// Cancellation: by a signal, or from another thread by Loop::cancel_root_threadsafe().
// Errors: what the main coroutine throws; Interrupted after a signal; std::invalid_argument or
// std::runtime_error for a backend that is unknown or not allowed here; std::logic_error in a running loop.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include "weir/debug.hpp"
#include "weir/loop.hpp"
#include "weir/monitor.hpp"

namespace weir {

// The main task was cancelled by a signal.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int signal) noexcept : signal_(signal) {}
  int signal() const noexcept { return signal_; }
  const char* what() const noexcept override { return "interrupted by a signal"; }

 private:
  int signal_;
};

struct RunOptions {
  // "uring", "threads", "sim", "sim:SEED"; empty or "auto": WEIR_IO from the environment, then what works.
  std::string io;
  bool handle_signals = true;
  std::chrono::seconds grace{2};  // at least 1
  std::string name = "main";
  bool debug = false;  // as a DebugMode around the run; so does WEIR_ASYNC_DEBUG=1 in the environment
  DebugOptions debug_options;
  bool monitor = false;  // as a Monitor around the run; so does WEIR_MONITOR=1
};

// A loop for this thread. std::invalid_argument for an unknown backend, std::runtime_error for one that the
// machine does not allow.
std::unique_ptr<Loop> make_loop(const RunOptions& options = {});

namespace detail {

// While it lives, SIGINT and SIGTERM cancel the root task of `loop`. One a process at a time.
class SignalScope {
 public:
  SignalScope(Loop& loop, std::chrono::seconds grace);
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
  ~SignalScope();

  // The signal that arrived, or 0.
  int caught() const noexcept;
};

// Debug mode and monitor for as long as a run takes, where they are wanted. A monitor that cannot be is
// reported on standard error, and no reason not to run.
class RunWatch {
 public:
  explicit RunWatch(const RunOptions& options);

 private:
  std::optional<DebugMode> debug_;
  std::optional<Monitor> monitor_;
};

}  // namespace detail

template <class T>
T run(Coro<T> main, const RunOptions& options = {},
      std::source_location where = std::source_location::current()) {
  const detail::RunWatch watch(options);
  const std::unique_ptr<Loop> loop = make_loop(options);
  if (!options.handle_signals) return loop->run_until_complete(std::move(main), options.name, where);
  detail::SignalScope signals(*loop, options.grace);
  try {
    return loop->run_until_complete(std::move(main), options.name, where);
  } catch (const Cancelled&) {
    if (signals.caught() != 0) throw Interrupted(signals.caught());
    throw;
  }
}

}  // namespace weir
