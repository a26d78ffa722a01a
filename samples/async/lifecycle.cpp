// lifecycle: from the call of a coroutine to its end: created, running, suspended, resumed, finished.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<int> compute(int number) {
  std::printf("  compute(%d): running\n", number);
  co_await weir::sleep(milliseconds(100));
  std::printf("  compute(%d): resumed\n", number);
  co_return number * 10;
}

// Calling makes a frame and runs nothing; co_await runs it, and gives the value.
weir::Coro<void> call_and_await() {
  weir::Coro<int> coro = compute(1);
  std::puts("called, and not yet running");
  const int value = co_await std::move(coro);
  std::printf("awaited: %d\n", value);
}

// What the loop says of a task: its state and, while it is suspended, what it waits for.
void show(const char* moment, const weir::Task<int>& task) {
  std::string waiting = "-";
  for (const weir::TaskInfo& info : weir::Loop::current()->tasks()) {
    if (info.id == task.id() && !info.waiting_for.empty()) waiting = info.waiting_for;
  }
  const char* const names[] = {"created", "running", "finished", "failed", "cancelled"};
  std::printf("%s: %s, waits for: %s, done: %s\n", moment, names[static_cast<int>(task.state_of())],
              waiting.c_str(), task.done() ? "yes" : "no");
}

weir::Coro<void> watch(weir::TaskGroup& group) {
  weir::Task<int> task = group.spawn(compute(2), "compute");
  show("after spawn", task);
  co_await weir::yield();  // sleep of 0: the others have a turn
  show("after a turn", task);
  co_await task.wait();
  show("after wait", task);
  std::printf("result: %d\n", task.result());
}

weir::Coro<void> main_task() {
  co_await call_and_await();
  co_await weir::with_group(watch);
}

}  // namespace

int main() {
  weir::run(main_task());
}
