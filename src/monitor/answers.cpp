#include "monitor/answers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "async/observer.hpp"
#include "async/place.hpp"
#include "base/unique_fd.hpp"
#include "weir/offload.hpp"

namespace weir::monitor {

namespace {

constexpr std::chrono::milliseconds kPatience(200);  // for a loop to answer
constexpr std::size_t kMostTasks = 10'000;           // a loop; a listing must not hold it up for long

using detail::LoopObserver;

struct Answer {
  LoopReport loop;
  std::optional<TaskReport> task;
  bool is_awaited = false;  // posted, and not here yet
};

// What was asked of the loops. They may answer when nobody waits any more.
struct Round {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Answer> answers;
  std::size_t missing = 0;
};

// On the loop's thread.
using Question = std::function<void(LoopObserver&, Answer&)>;

void describe_loop(LoopObserver& observer, Answer& answer) {
  Loop& loop = observer.loop();
  LoopReport& report = answer.loop;
  report.io = loop.driver().name();
  report.ready = loop.ready_count();
  report.timers = loop.timer_count();
  report.operations = loop.driver().in_flight();
  report.task_count = loop.task_count();
  report.tasks = loop.tasks(kMostTasks);
  for (const Gauge* gauge : observer.gauges())
    report.gauges.push_back({gauge->name(), gauge->value(), gauge->limit()});
}

// As far as it can be seen from here.
void describe_blocked(const LoopObserver& observer, LoopReport& report) {
  const LoopObserver::View view = observer.view();
  report.state = LoopState::blocked;
  if (!view.is_in_step) return;
  report.blocked_by = observer.actor(view);
  report.blocked_for = Clock::now() - view.since;
  if (view.task_id == 0) return;
  TaskInfo task{};
  task.id = view.task_id;
  task.name = view.task;
  task.state = TaskState::running;
  if (view.is_in_coroutine) task.waiting_at = detail::place_text(view.place);
  report.tasks.push_back(std::move(task));
}

// A loop that still owes answers is not asked for more.
void post(LoopObserver& observer, const std::shared_ptr<Round>& round, const Question& question) {
  constexpr int kMostOwed = 2;
  if (observer.owed_answers.load() >= kMostOwed) return;
  const std::size_t index = round->answers.size() - 1;
  LoopObserver* const asked = &observer;
  const auto work = [round, index, asked, question] {
    --asked->owed_answers;
    Answer answer;
    question(*asked, answer);
    const std::lock_guard lock(round->mutex);
    Answer& place = round->answers[index];
    answer.loop.number = place.loop.number;
    place = std::move(answer);
    --round->missing;
    round->changed.notify_all();
  };
  ++observer.owed_answers;
  if (!observer.loop().call_soon_threadsafe(work)) return;
  round->answers.back().is_awaited = true;
  ++round->missing;
}

// Asks every loop that runs, and waits as long as patience lasts.
std::vector<Answer> ask(const Question& question) {
  const auto round = std::make_shared<Round>();
  {
    const std::lock_guard lock(round->mutex);
    detail::visit_observers([&](LoopObserver& observer) {
      LoopReport& report = round->answers.emplace_back().loop;
      report.number = static_cast<std::uint64_t>(observer.number());
      report.state = LoopState::stopped;
      if (!observer.view().is_running) return;
      report.state = LoopState::blocked;
      post(observer, round, question);
    });
  }
  std::vector<Answer> answers;
  {
    std::unique_lock lock(round->mutex);
    round->changed.wait_for(lock, kPatience, [&] { return round->missing == 0; });
    answers = round->answers;
  }
  detail::visit_observers([&](const LoopObserver& observer) {
    for (Answer& answer : answers) {
      const bool is_silent = answer.loop.state == LoopState::blocked;
      if (is_silent && answer.loop.number == static_cast<std::uint64_t>(observer.number()))
        describe_blocked(observer, answer.loop);
    }
  });
  return answers;
}

Error unknown_task(const std::string& id) {
  return Error(ErrorCode::bad_argument, "no task " + id);
}

std::string text_of(const TaskKey& key) {
  return (key.loop == 0 ? "" : std::to_string(key.loop) + ".") + std::to_string(key.id);
}

std::optional<TaskReport> find(const LoopObserver& observer, const TaskKey& key) {
  const auto number = static_cast<std::uint64_t>(observer.number());
  if (key.loop != 0 && key.loop != number) return std::nullopt;
  for (TaskInfo& task : observer.loop().tasks()) {
    if (task.id == key.id) return TaskReport{number, std::move(task), {}};
  }
  return std::nullopt;
}

Result<TaskReport> only_one(const TaskKey& key, const std::vector<Answer>& answers) {
  const TaskReport* found = nullptr;
  for (const Answer& answer : answers) {
    const bool is_meant = key.loop == 0 || key.loop == answer.loop.number;
    if (is_meant && answer.loop.state == LoopState::blocked)
      return Error(ErrorCode::io,
                   "loop " + std::to_string(answer.loop.number) + " is blocked" +
                       (answer.loop.blocked_by.empty() ? "" : " by " + answer.loop.blocked_by));
    if (!answer.task) continue;
    if (found)
      return Error(ErrorCode::bad_argument, "there are several tasks " + text_of(key) +
                                                ": name the loop too, as in " + std::to_string(found->loop) +
                                                "." + std::to_string(key.id));
    found = &*answer.task;
  }
  if (!found) return unknown_task(text_of(key));
  return *found;
}

}  // namespace

std::string own_command() {
  const base::UniqueFd file(::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
  char text[4096];
  const ssize_t got = file ? ::read(file.get(), text, sizeof text) : 0;
  std::string command(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!command.empty() && command.back() == '\0')
    command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  return command;
}

ProcessReport report_self() {
  ProcessReport report;
  report.pid = static_cast<std::uint64_t>(::getpid());
  report.command = own_command();
  const OffloadPool::Load load = OffloadPool::shared_load();
  report.offload_threads = load.threads;
  report.offload_busy = load.busy;
  report.offload_waiting = load.waiting;
  for (Answer& answer : ask(describe_loop))
    report.loops.push_back(std::move(answer.loop));
  return report;
}

Result<TaskReport> report_task(const TaskKey& key) {
  const auto look = [key](LoopObserver& observer, Answer& answer) {
    answer.task = find(observer, key);
    if (answer.task) answer.task->chain = observer.loop().await_chain(key.id);
  };
  return only_one(key, ask(look));
}

// First which one is meant, so that no other is cancelled.
Result<TaskReport> cancel_task(const TaskKey& key) {
  auto meant = report_task(key);
  if (!meant) return meant;
  const TaskKey exact{meant.value().loop, key.id};
  const auto cancel = [exact](LoopObserver& observer, Answer& answer) {
    answer.task = find(observer, exact);
    if (answer.task && !observer.loop().cancel_task(exact.id)) answer.task.reset();
  };
  return only_one(exact, ask(cancel));
}

}  // namespace weir::monitor
