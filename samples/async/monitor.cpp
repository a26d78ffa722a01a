// monitor: a look at the tasks of a running program, as `weir monitor` takes it from another process. Here
// the program looks at itself, from a thread of the pool: its loop has to be free to answer.
//
//   WEIR_MONITOR=1 build/release/samples/async/NAME &     # starts a monitor in any program that calls run()
//   weir monitor                                          # who waits for what, and where
//   weir monitor where 1.3                                # through which calls
//   weir monitor cancel 1.3
#include <cstdio>
#include <string>
#include <utility>

#include "weir/weir.hpp"

namespace {

weir::Coro<int> next_job(weir::Queue<int>* jobs) {
  auto job = co_await jobs->get();
  co_return job.value_or(0);
}

weir::Coro<void> worker(weir::Queue<int>* jobs) {
  for (;;) {
    const int job = co_await next_job(jobs);
    if (job == 0) break;
    std::printf("job %d done\n", job);
  }
}

void print(const weir::ProcessReport& report) {
  for (const weir::LoopReport& loop : report.loops) {
    for (const weir::TaskInfo& task : loop.tasks)
      std::printf("%-8s waits for %s\n", task.name.c_str(), task.waiting_for.c_str());
    for (const weir::GaugeReport& gauge : loop.gauges)
      std::printf("%s: %d of %d\n", gauge.name.c_str(), static_cast<int>(gauge.value),
                  static_cast<int>(gauge.limit));
  }
}

weir::Coro<void> body(weir::TaskGroup& group, std::string socket) {
  weir::Queue<int> jobs(10);
  const weir::Gauge depth(
      "jobs", [&jobs] { return jobs.size(); }, 10);
  const auto first = group.spawn(worker(&jobs), "worker 1");
  const auto second = group.spawn(worker(&jobs), "worker 2");
  co_await jobs.put(7);

  const auto look = [&socket] { return weir::ask_tasks(socket); };
  const auto report = co_await weir::offload(look);
  print(report.value());

  const weir::TaskKey key{0, first.id()};
  const auto where = [&socket, key] { return weir::ask_task(socket, key); };
  const auto stack = co_await weir::offload(where);
  for (const weir::AwaitPlace& place : stack.value().chain)
    std::printf("  %s at %s\n", place.function.c_str(), place.at.c_str());

  const auto cancel = [&socket, key] { return weir::ask_cancel(socket, key); };
  const auto cancelled = co_await weir::offload(cancel);
  std::printf("cancelled %s\n", cancelled.value().task.name.c_str());
  co_await first.wait();
  jobs.close();
  co_await second.wait();
}

}  // namespace

int main() {
  const weir::Monitor monitor;
  weir::run(weir::with_group(body, monitor.path()));
}
