// event_loop: what a loop does, with a loop of one's own.
//
// run() makes a loop, runs one coroutine on it and closes it; that is all that most programs need. Here the
// loop is made by hand: it can run several mains one after the other, and tells whether it runs and whether
// it is closed.
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<void> worker(char name) {
  for (int turn = 1; turn <= 2; ++turn) {
    std::printf("  worker %c, turn %d\n", name, turn);
    co_await weir::yield();  // to the end of the ready queue: others have their turn
  }
}

weir::Coro<void> workers(weir::TaskGroup& group) {
  group.spawn(worker('A'));
  group.spawn(worker('B'));
  co_return;
}

weir::Coro<int> first_main() {
  weir::Loop& loop = *weir::Loop::current();
  std::printf("in the loop: running %d, closed %d\n", loop.is_running(), loop.is_closed());
  loop.call_later(milliseconds(200), [] { std::puts("  timer after 200 ms"); });
  loop.call_later(milliseconds(100), [] { std::puts("  timer after 100 ms"); });
  loop.call_soon([] { std::puts("  callback, soon"); });
  co_await weir::with_group(workers);
  co_await weir::sleep(milliseconds(300));  // meanwhile the loop fires the timers
  co_return 42;
}

weir::Coro<int> second_main() {
  co_return 43;
}

}  // namespace

int main() {
  const std::unique_ptr<weir::Loop> loop = weir::make_loop();
  std::printf("before: running %d, closed %d, current loop: %s\n", loop->is_running(), loop->is_closed(),
              weir::Loop::current() ? "yes" : "none");
  std::printf("first main: %d\n", loop->run_until_complete(first_main()));
  std::printf("second main: %d\n", loop->run_until_complete(second_main()));
  loop->close();
  std::printf("after: running %d, closed %d\n", loop->is_running(), loop->is_closed());
  try {
    loop->run_until_complete(second_main());
  } catch (const std::logic_error& error) {
    std::printf("a third time: %s\n", error.what());
  }
}
