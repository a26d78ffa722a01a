// cancellation: a task that is asked to stop cleans up, and passes the request on; whoever waits sees that it
// was cancelled.
//
// Cancelled is thrown from the co_await where the task is. It is no std::exception, so that handlers of
// errors do not swallow it. Clean-up may itself await.
#include <chrono>
#include <cstdio>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<void> work() {
  try {
    for (int step = 1;; ++step) {
      std::printf("  worker: step %d\n", step);
      co_await weir::sleep(milliseconds(100));
    }
  } catch (const weir::Cancelled&) {
    std::puts("  worker: asked to stop");
    throw;  // the request goes on
  }
}

weir::Coro<void> flush() {
  co_await weir::sleep(milliseconds(20));
  std::puts("  worker: flushed");
}

weir::Coro<void> cancel_it(weir::TaskGroup& group) {
  weir::Task<void> task = group.spawn(weir::with_cleanup(work(), flush()), "worker");
  co_await weir::sleep(milliseconds(250));
  std::printf("cancel: %s\n", task.cancel() ? "asked" : "too late");
  co_await task.wait();
  std::printf("done: %d, cancelled: %d\n", task.done(), task.cancelled());
  try {
    task.result();
  } catch (const weir::Cancelled&) {
    std::puts("its result: Cancelled");
  }
  std::printf("cancel again: %s\n", task.cancel() ? "asked" : "too late");
}

weir::Coro<int> transfer() {
  co_await weir::sleep(milliseconds(50));
  std::puts("  transfer: done, in one piece");
  co_return 1;
}

// What must not be torn in two is done to its end; the request is delivered behind it.
weir::Coro<void> careful_work() {
  co_await weir::with_cancel_disabled(transfer());
  co_await weir::yield();
  std::puts("  never printed");
}

weir::Coro<void> cancel_careful_work(weir::TaskGroup& group) {
  weir::Task<void> task = group.spawn(careful_work(), "careful");
  co_await weir::sleep(milliseconds(10));
  task.cancel();
  co_await task.wait();
  std::printf("careful, cancelled: %d\n", task.cancelled());
}

weir::Coro<void> main_task() {
  co_await weir::with_group(cancel_it);
  co_await weir::with_group(cancel_careful_work);
}

}  // namespace

int main() {
  weir::run(main_task());
}
