// What tests of coordination are made of: coroutines that end in a known way, and runs on the virtual clock.
#pragma once

#include <string>
#include <vector>

#include "unit/async/loops.hpp"

namespace weir::testing {

using Log = std::vector<std::string>;

// Runs `coro` and says how it ended: "ok", "cancelled" or the message of its error.
inline Coro<std::string> outcome_of(Coro<void> coro) {
  std::string text;
  try {
    co_await std::move(coro);
    text = "ok";
  } catch (const Cancelled&) {
    text = "cancelled";
  } catch (...) {
    text = describe(std::current_exception());
  }
  co_return text;
}

inline Coro<void> nap(Duration delay) {
  co_await sleep(delay);
}

inline Coro<int> value_after(Duration delay, int value) {
  co_await sleep(delay);
  co_return value;
}

inline Coro<void> fail_after(Duration delay, std::string message) {
  co_await sleep(delay);
  throw std::runtime_error(message);
}

inline Coro<int> no_value_after(Duration delay, std::string message) {
  co_await sleep(delay);
  throw std::runtime_error(message);
}

// Sleeps for an hour; notes `name` when cancelled, after clean-up that awaits.
inline Coro<void> long_sleep(Log* log, std::string name) {
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (!cancelled) co_return;
  co_await sleep(1ms);
  log->push_back(name);
  throw Cancelled{};
}

// Gives everybody who is ready a few turns.
inline Coro<void> run_briefly(int rounds = 3) {
  for (int i = 0; i < rounds; ++i)
    co_await yield();
}

inline Coro<void> cancel_later(TaskGroup& group, Coro<void> coro, Duration delay, std::string* outcome) {
  Task<std::string> task = group.spawn(outcome_of(std::move(coro)), "outer");
  co_await sleep(delay);
  task.cancel();
  co_await task.wait();
  *outcome = task.result();
}

using Tasks = std::vector<Task<int>>;

inline std::string names_of(const Tasks& tasks) {
  std::string names;
  for (const Task<int>& task : tasks)
    names += task.name();
  return names;
}

inline double seconds_since(TimePoint begin) {
  return std::chrono::duration<double>(Loop::current()->now() - begin).count();
}

// Tasks that give 0, 1, 2, ... after that many seconds, named a, b, c, ...
inline Tasks spawn_after(TaskGroup& group, const std::vector<int>& delays_s) {
  Tasks tasks;
  for (const int delay : delays_s) {
    const char name = static_cast<char>('a' + tasks.size());
    tasks.push_back(group.spawn(value_after(std::chrono::seconds(delay), delay), std::string(1, name)));
  }
  return tasks;
}

inline Coro<void> wait_for_them(Tasks tasks) {
  co_await wait(tasks);
}

// One run on a simulated loop of its own; checks that no frame is left.
class Case : public ::testing::Test {
 protected:
  std::string run(Coro<void> main) { return run_simulated(outcome_of(std::move(main))); }
  // How `coro` ends when its task is cancelled after `delay`.
  std::string when_cancelled(Coro<void> coro, Duration delay = 5ms) {
    std::string outcome;
    run_simulated(with_group(cancel_later, std::move(coro), delay, &outcome));
    return outcome;
  }
  Log log_;

 private:
  FrameCheck frames_;
};

}  // namespace weir::testing
