#include "weir/debug.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <vector>

#include "async/debug_report.hpp"
#include "async/place.hpp"
#include "async/watchdog.hpp"

namespace weir {

namespace detail {

namespace {

std::atomic<int> modes{0};
std::atomic<Duration::rep> slow_step{Duration::max().count()};
std::atomic<int> exit_wanted{-1};

// All DebugModes that live, the last one counts; and the watchdog, while there is one.
struct State {
  std::mutex mutex;
  std::vector<const DebugOptions*> options;
  std::unique_ptr<Watchdog> watchdog;
  std::unique_ptr<Observation> observation;
};

State& state() {
  static State& instance = *new State;  // outlives all threads
  return instance;
}

bool is_on() noexcept {
  return modes.load(std::memory_order_relaxed) > 0;
}

void apply_limit() {
  const auto& all = state().options;
  slow_step = all.empty() ? Duration::max().count() : all.back()->slow_step.count();
}

std::string in_milliseconds(Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

void report(const std::string& line) {
  const std::lock_guard lock(state().mutex);
  if (state().options.empty()) return;
  const DebugOptions& options = *state().options.back();
  if (options.report) {
    options.report(line);
    return;
  }
  const std::string text = "weir: debug: " + line + "\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

Duration slow_step_limit() noexcept {
  return Duration(slow_step.load(std::memory_order_relaxed));
}

void report_step(const LoopObserver& observer, const LoopObserver::View& ended, const TaskBase* task) {
  if (!is_on()) return;
  const bool is_suspended = task && !task->done();
  const Duration took = Clock::now() - ended.since;
  if (took >= slow_step_limit()) {
    std::string end;
    if (is_suspended) {
      end = ", up to the co_await at " + place_text(ended.place);
    } else if (task) {
      end = ", up to its end";
    }
    report(observer.actor(ended) + " held its loop for " + in_milliseconds(took) + end);
  }
  if (is_suspended) report_held_locks(*task, ended.place);
}

void report_pending(const Loop& loop, const std::string& what) {
  if (!is_on() || loop.task_count() == 0) return;
  const std::string number = loop.observer() ? std::to_string(loop.observer()->number()) : "?";
  for (const TaskInfo& task : loop.tasks(100)) {
    std::string line = "task " + number + "." + std::to_string(task.id) + " '" + task.name + "' " + what;
    line += ": spawned at " + task.spawned_at;
    if (!task.waiting_for.empty()) line += ", waits for " + task.waiting_for + " at " + task.waiting_at;
    report(line);
  }
}

void report_all_pending(const std::string& what) {
  if (!is_on()) return;
  struct Answers {
    std::mutex mutex;
    std::condition_variable changed;
    int waiting = 0;
  };
  const auto answers = std::make_shared<Answers>();
  Loop* const own = Loop::current();
  visit_observers([&](LoopObserver& observer) {
    Loop* const loop = &observer.loop();
    if (loop == own || !observer.view().is_running) return;
    const auto list = [answers, loop, what] {
      report_pending(*loop, what);
      const std::lock_guard lock(answers->mutex);
      --answers->waiting;
      answers->changed.notify_all();
    };
    const std::lock_guard lock(answers->mutex);
    if (loop->call_soon_threadsafe(list)) ++answers->waiting;
  });
  if (own) report_pending(*own, what);
  std::unique_lock lock(answers->mutex);
  answers->changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return answers->waiting == 0; });
  if (answers->waiting == 0) return;
  report(std::to_string(answers->waiting) + " loops are blocked: their tasks are not listed");
}

bool list_pending_and_exit(int status) noexcept {
  int none = -1;
  return is_on() && exit_wanted.compare_exchange_strong(none, status);
}

int wanted_exit() noexcept {
  return exit_wanted.load(std::memory_order_relaxed);
}

void note_never_awaited(const PromiseBase& promise) noexcept {
  if (!is_on()) return;
  try {
    const std::source_location place = promise.place();
    std::string line = "a coroutine was never awaited: " + function_name(place.function_name()) + " (" +
                       place_text(place) + ")";
    const Loop* loop = Loop::current();
    const TaskBase* task = loop ? loop->current_task() : nullptr;
    if (task) {
      line += "; dropped by task '" + task->name() + "'";
      const PromiseBase* running = loop->observer() ? loop->observer()->running() : nullptr;
      if (running) line.append(1, ' ').append(standing_text(running->place()));
    }
    report(line);
  } catch (...) {  // no memory for a message
  }
}

namespace {
thread_local HeldLock* held_locks = nullptr;
}  // namespace

HeldLock::HeldLock(std::source_location where) noexcept : next_(held_locks), where_(where) {
  if (next_) next_->previous_ = this;
  held_locks = this;
}

HeldLock::~HeldLock() {
  (previous_ ? previous_->next_ : held_locks) = next_;
  if (next_) next_->previous_ = previous_;
}

void report_held_locks(const TaskBase& task, std::source_location suspended_at) {
  for (HeldLock* lock = held_locks; lock; lock = lock->next_) {
    if (std::exchange(lock->reported_, true)) continue;
    report("task '" + task.name() + "' holds a thread lock, taken at " + place_text(lock->where_) +
           ", across the co_await at " + place_text(suspended_at));
  }
}

}  // namespace detail

DebugMode::DebugMode(DebugOptions options) : options_(std::move(options)) {
  static const int registered =
      std::atexit([] { detail::report_all_pending("is not done as the process exits"); });
  (void)registered;
  detail::State& state = detail::state();
  const std::lock_guard lock(state.mutex);
  state.options.push_back(&options_);
  detail::apply_limit();
  ++detail::modes;
  if (state.watchdog) return;
  state.observation = std::make_unique<detail::Observation>();
  state.watchdog = std::make_unique<detail::Watchdog>();
}

DebugMode::~DebugMode() {
  detail::State& state = detail::state();
  std::unique_ptr<detail::Watchdog> ended;  // joined outside of the lock: it may be reporting
  const std::lock_guard guard(state.mutex);
  std::erase(state.options, &options_);
  detail::apply_limit();
  if (--detail::modes > 0) return;
  ended = std::move(state.watchdog);
  state.observation.reset();
}

bool DebugMode::is_on() noexcept {
  return detail::is_on();
}

bool DebugMode::is_wanted_by_environment() noexcept {
  const char* value = std::getenv("WEIR_ASYNC_DEBUG");
  return value && *value != '\0' && std::string_view(value) != "0";
}

DebugOptions DebugMode::options_from_environment() {
  DebugOptions options;
  const char* limit = std::getenv("WEIR_SLOW_STEP_MS");
  const long value = limit ? std::strtol(limit, nullptr, 10) : 0;
  if (value > 0) options.slow_step = std::chrono::milliseconds(value);
  return options;
}

}  // namespace weir
