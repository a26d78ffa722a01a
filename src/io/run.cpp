#include "weir/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "async/debug_report.hpp"
#include "io/backend.hpp"

namespace weir {

std::unique_ptr<Loop> make_loop(const RunOptions& options) {
  std::string wanted = options.io;
  if (wanted.empty() || wanted == "auto") {
    const char* from_environment = std::getenv("WEIR_IO");
    if (from_environment) wanted = from_environment;
  }
  const auto choice = io::parse_backend_choice(wanted);
  if (!choice) throw std::invalid_argument(choice.error().what);
  auto backend = io::make_backend(choice.value());
  if (!backend) throw std::runtime_error(backend.error().what);
  return std::make_unique<Loop>(std::move(backend).value());
}

namespace detail {

RunWatch::RunWatch(const RunOptions& options) {
  if (options.debug) {
    debug_.emplace(options.debug_options);
  } else if (DebugMode::is_wanted_by_environment()) {
    debug_.emplace(DebugMode::options_from_environment());
  }
  if (!options.monitor && !Monitor::is_wanted_by_environment()) return;
  try {
    monitor_.emplace();
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "weir: %s\n", error.what());
  }
}

namespace {

// What the handler may touch. It runs on whichever thread the signal hits.
std::atomic<int> caught_signal{0};
std::atomic<Loop*> signalled_loop{nullptr};
std::atomic<unsigned> grace_seconds{2};
std::atomic<int> handlers_at_work{0};
struct sigaction previous_int;
struct sigaction previous_term;
struct sigaction previous_alarm;

// In debug mode somebody says first what is pending; if that takes longer than a second too, that was all.
void end_now(int) {
  if (list_pending_and_exit(128 + caught_signal.load())) {
    alarm(1);
    return;
  }
  _exit(128 + caught_signal.load());
}

void on_signal(int number) {
  const int interrupted_errno = errno;
  int none = 0;
  if (!caught_signal.compare_exchange_strong(none, number)) _exit(128 + number);
  alarm(grace_seconds.load());
  ++handlers_at_work;
  if (Loop* loop = signalled_loop.load()) loop->on_signal();
  --handlers_at_work;
  errno = interrupted_errno;
}

struct sigaction action_for(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return action;
}

// A signal that the caller ignores (nohup, a background job of a shell) stays ignored.
void handle(int number, const struct sigaction& action, struct sigaction& previous) noexcept {
  sigaction(number, nullptr, &previous);
  if (previous.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
}

}  // namespace

SignalScope::SignalScope(Loop& loop, std::chrono::seconds grace) {
  Loop* none = nullptr;
  if (!signalled_loop.compare_exchange_strong(none, &loop)) {
    throw std::logic_error("signals are already handled by another loop");
  }
  caught_signal = 0;
  grace_seconds = static_cast<unsigned>(std::max<std::chrono::seconds::rep>(1, grace.count()));
  const struct sigaction stop = action_for(on_signal);
  const struct sigaction timed_out = action_for(end_now);
  sigaction(SIGALRM, &timed_out, &previous_alarm);
  handle(SIGINT, stop, previous_int);
  handle(SIGTERM, stop, previous_term);
}

SignalScope::~SignalScope() {
  sigaction(SIGINT, &previous_int, nullptr);
  sigaction(SIGTERM, &previous_term, nullptr);
  alarm(0);
  sigaction(SIGALRM, &previous_alarm, nullptr);
  signalled_loop = nullptr;
  // A handler that interrupted another thread may still hold the loop.
  while (handlers_at_work.load() != 0)
    std::this_thread::yield();
}

int SignalScope::caught() const noexcept {
  return caught_signal.load();
}

}  // namespace detail
}  // namespace weir
