// future_and_task: a future is a place for a result that somebody else puts there; a task is a coroutine that
// runs on its own, and has a name, a state and a result.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<void> set_later(weir::Promise<std::string> promise) {
  std::puts("  setter: at work");
  co_await weir::sleep(milliseconds(100));
  promise.set_value("the result");
  std::puts("  setter: done");
}

weir::Coro<void> wait_for_it(const char* who, weir::Future<std::string> future) {
  const std::string value = co_await future;
  std::printf("  %s has: %s\n", who, value.c_str());
}

weir::Coro<void> futures(weir::TaskGroup& group) {
  weir::Promise<std::string> promise;
  const weir::Future<std::string> future = promise.future();
  group.spawn(wait_for_it("first", future));
  group.spawn(wait_for_it("second", future));
  group.spawn(set_later(std::move(promise)));
  std::printf("future: done %d\n", future.done());
  co_await future;
  std::printf("future: done %d\n", future.done());
}

weir::Coro<int> answer() {
  co_await weir::sleep(milliseconds(100));
  co_return 42;
}

weir::Coro<void> tasks(weir::TaskGroup& group) {
  weir::Task<int> task = group.spawn(answer(), "deep thought");
  std::printf("task: name '%s', done %d\n", task.name().c_str(), task.done());
  try {
    task.result();
  } catch (const std::logic_error& error) {
    std::printf("too early: %s\n", error.what());
  }
  const int value = co_await task;
  std::printf("task: done %d, result %d\n", task.done(), value);
}

weir::Coro<void> main_task() {
  co_await weir::with_group(futures);
  co_await weir::with_group(tasks);
}

}  // namespace

int main() {
  weir::run(main_task());
}
