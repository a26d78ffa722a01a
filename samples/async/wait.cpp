// wait: some tasks, a limit of time, and what is done and what is pending when it is over.
//
// wait() cancels nothing and throws nothing when its time is over: the tasks belong to their group. Here the
// pending ones are cancelled by hand.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "weir/weir.hpp"

namespace {

using namespace std::chrono_literals;
using Tasks = std::vector<weir::Task<std::string>>;

weir::Coro<std::string> fetch(std::string name, weir::Duration takes) {
  try {
    co_await weir::sleep(takes);
  } catch (const weir::Cancelled&) {
    std::printf("  %s is cancelled\n", name.c_str());
    throw;
  }
  co_return "page of " + name;
}

Tasks start(weir::TaskGroup& group) {
  Tasks tasks;
  tasks.push_back(group.spawn(fetch("quick", 1s), "quick"));
  tasks.push_back(group.spawn(fetch("slow", 5s), "slow"));
  tasks.push_back(group.spawn(fetch("steady", 2s), "steady"));
  return tasks;
}

void print_names(const char* what, const Tasks& tasks) {
  std::printf("  %s:", what);
  for (const weir::Task<std::string>& task : tasks)
    std::printf(" %s", task.name().c_str());
  std::puts("");
}

weir::Coro<void> with_timeout(weir::TaskGroup& group) {
  auto waited = co_await weir::wait(start(group), weir::WaitMode::all_completed, 3s);
  print_names("done", waited.done);
  print_names("pending", waited.pending);
  for (weir::Task<std::string>& task : waited.done)
    std::printf("  got the %s\n", task.result().c_str());
  for (weir::Task<std::string>& task : waited.pending)
    task.cancel();
}

weir::Coro<void> first_completed(weir::TaskGroup& group) {
  Tasks tasks = start(group);
  while (!tasks.empty()) {
    const auto waited = co_await weir::wait(tasks, weir::WaitMode::first_completed);
    print_names("next", waited.done);
    tasks = waited.pending;
  }
}

weir::Coro<void> main_task() {
  std::puts("all of them, for three seconds:");
  co_await weir::with_group(with_timeout);
  std::puts("one after another, as they come:");
  co_await weir::with_group(first_completed);
}

}  // namespace

int main() {
  weir::run(main_task());
}
