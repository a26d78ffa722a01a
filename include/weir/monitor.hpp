// The monitor: lets somebody look at the tasks of a running program, from another process.
//
//   weir::Monitor monitor;                     // or RunOptions::monitor, or WEIR_MONITOR=1 for run()
//   weir::run(real_main());
//
// and from a shell: `weir monitor`, `weir monitor PID where 1.7`, `weir monitor PID cancel 1.7`.
//
// A Monitor answers on a socket, for this user only (mode 0600): $XDG_RUNTIME_DIR/weir-PID.sock, or
// /tmp/weir-PID.sock. All Monitors of a process that name no path share one; the socket goes with the last,
// or at exit. One left over by a process that was killed does no harm.
//
// It tells of every loop of the process that is made while it lives. It has a thread of its own, and asks
// each loop for a list of its tasks; a loop that gives none within 200 ms is reported as blocked, with the
// task that blocks it. Nothing else happens on the loops until somebody asks, but for what debug mode costs
// too (see debug.hpp).
//
// The other half of this header is the asking side. It blocks, for at most a few seconds. What comes from the
// other process is as that process names it: escape it before it reaches a terminal, as table_of() does.
//
// Ownership: a Monitor owns its socket and its thread. Loops may outlive it.
// Threads: any, for all of it; but a loop that asks about itself cannot answer: offload() the asking.
// Cancellation: a task that is cancelled through the monitor sees Cancelled as from Task::cancel().
// Errors: Monitor throws std::system_error when there can be no socket; who asks gets an Error.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/error.hpp"
#include "weir/loop.hpp"

namespace weir {

namespace detail {
class MonitorServer;
}

class Monitor {
 public:
  // std::system_error when there can be no such socket.
  explicit Monitor(const std::string& path = {});
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  ~Monitor();

  // Of the socket.
  const std::string& path() const noexcept;

  // Whether WEIR_MONITOR asks for one: set, and not 0.
  static bool is_wanted_by_environment() noexcept;

 private:
  std::shared_ptr<detail::MonitorServer> server_;
};

// A task of any loop of a process: "1.17" is task 17 of loop 1. With loop 0 it is task 17 of the only loop
// that has one.
struct TaskKey {
  std::uint64_t loop = 0;
  std::uint64_t id = 0;
};
std::optional<TaskKey> parse_task_key(std::string_view text);

enum class LoopState {
  running,
  blocked,  // it did not answer
  stopped   // it is between two runs
};

struct GaugeReport {
  std::string name;
  std::uint64_t value = 0;
  std::uint64_t limit = 0;  // 0: none
};

struct LoopReport {
  std::uint64_t number = 0;
  LoopState state = LoopState::running;
  std::string io;                // its backend
  std::uint64_t ready = 0;       // tasks and callbacks that could run
  std::uint64_t timers = 0;      // set and not due
  std::uint64_t operations = 0;  // given to the kernel and not completed
  std::uint64_t task_count = 0;
  std::vector<GaugeReport> gauges;
  // The newest ones, where there are very many; of a blocked loop the one that blocks it, if one does.
  std::vector<TaskInfo> tasks;
  // Of a blocked loop.
  std::string blocked_by;  // "task 1.3 'x'", "a callback", or "" if it is in none
  Duration blocked_for{};
};

struct ProcessReport {
  std::uint64_t pid = 0;
  std::string command;                // its arguments, separated by blanks
  std::uint64_t offload_threads = 0;  // of the shared pool
  std::uint64_t offload_busy = 0;     // of these, how many run a job
  std::uint64_t offload_waiting = 0;  // jobs
  std::vector<LoopReport> loops;
};

struct TaskReport {
  std::uint64_t loop = 0;
  TaskInfo task;
  std::vector<AwaitPlace> chain;  // the innermost co_await first
};

// A process of this user that answers.
struct MonitoredProcess {
  std::uint64_t pid = 0;
  std::string path;  // of its socket
  std::string command;
};
std::vector<MonitoredProcess> find_monitored();
// The socket of process `pid`, or nothing.
std::optional<std::string> find_monitor_socket(std::uint64_t pid);

// What the process behind the socket says. An Error if there is none, it is somebody else's, its loop is
// blocked (the last two), or it knows no such task: then of the kind bad_argument.
Result<ProcessReport> ask_tasks(const std::string& path);
Result<TaskReport> ask_task(const std::string& path, const TaskKey& task);
// The task that was asked to stop.
Result<TaskReport> ask_cancel(const std::string& path, const TaskKey& task);

// For people, escaped; lines of any length, each with its end.
std::string table_of(const ProcessReport& report);
std::string table_of(const TaskReport& report);
// One JSON object on one line.
std::string json_of(const ProcessReport& report);
std::string json_of(const TaskReport& report);

}  // namespace weir
