#include "async/watchdog.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "async/debug_report.hpp"
#include "async/place.hpp"
#include "async/thread_activity.hpp"
#include "base/quiet_thread.hpp"

namespace weir::detail {

namespace {

Duration pause() noexcept {
  return std::clamp<Duration>(slow_step_limit() / 4, std::chrono::milliseconds(1),
                              std::chrono::milliseconds(25));
}

// What is to be said about the step that `observer` is in, or nothing. One that goes on is told of again
// after ten times as long.
std::string stuck(LoopObserver& observer) {
  const LoopObserver::View view = observer.view();
  if (!view.is_in_step) return {};
  if (observer.told.step != view.step) observer.told = {view.step, slow_step_limit()};
  const Duration held = Clock::now() - view.since;
  if (held < observer.told.next) return {};
  observer.told.next = held * 10;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(held);
  std::string line =
      observer.actor(view) + " holds its loop for " + std::to_string(ms.count()) + " ms so far";
  if (view.is_in_coroutine) line += ", " + standing_text(view.place);
  const std::string activity = thread_activity(view.thread);
  if (!activity.empty()) line += "; the thread " + activity;
  return line;
}

void look() {
  std::vector<std::string> lines;
  visit_observers([&lines](LoopObserver& observer) {
    std::string line = stuck(observer);
    if (!line.empty()) lines.push_back(std::move(line));
  });
  for (const std::string& line : lines)
    report(line);
}

}  // namespace

Watchdog::Watchdog() : thread_(base::quiet_thread([this] { run(); })) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, pause(), [this] { return is_stopping_; })) {
    if (wanted_exit() >= 0) {
      report_all_pending("has not cleaned up in time");
      ::_exit(wanted_exit());
    }
    look();
  }
}

}  // namespace weir::detail
