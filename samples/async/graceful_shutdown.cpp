// graceful_shutdown: SIGTERM or SIGINT cancels the main task; all tasks clean up, within the grace period,
// and the program ends with 128 + the number of the signal. Here it sends SIGTERM to itself.
//
// While clean-up takes longer than the grace period, or at a second signal, the process ends at once.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<void> serve(int number) {
  int requests = 0;
  try {
    for (;; ++requests)
      co_await weir::sleep(milliseconds(100));
  } catch (const weir::Cancelled&) {
    std::printf("connection %d: stops after %d requests\n", number, requests);
    throw;
  }
}

weir::Coro<void> close_connection(int number) {
  co_await weir::sleep(milliseconds(10 * number));
  std::printf("connection %d: closed\n", number);
}

weir::Coro<void> operator_says_stop() {
  co_await weir::sleep(milliseconds(350));
  std::puts("SIGTERM");
  ::kill(::getpid(), SIGTERM);
}

weir::Coro<void> connections(weir::TaskGroup& group) {
  for (int i = 1; i <= 3; ++i)
    group.spawn(weir::with_cleanup(serve(i), close_connection(i)), "connection " + std::to_string(i));
  group.spawn(operator_says_stop(), "operator");
  co_return;
}

weir::Coro<void> server() {
  std::puts("serving");
  try {
    co_await weir::with_group(connections);
  } catch (const weir::Cancelled&) {
    std::puts("closed gracefully");
    throw;
  }
}

}  // namespace

int main() {
  weir::RunOptions options;
  options.grace = std::chrono::seconds(5);
  try {
    weir::run(server(), options);
  } catch (const weir::Interrupted& interrupted) {
    return 128 + interrupted.signal();
  }
}
