// timeout: how long something may take. What runs out of time is cancelled, can clean up, and TimeoutError
// tells of it.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<std::string> query(milliseconds takes) {
  try {
    co_await weir::sleep(takes);
  } catch (const weir::Cancelled&) {
    std::puts("  query: stopped");
    throw;
  }
  co_return "rows";
}

// asyncio's wait_for(): one coroutine, one limit.
weir::Coro<void> limited(milliseconds takes) {
  try {
    const std::string rows = co_await weir::timeout(milliseconds(100), query(takes));
    std::printf("%d ms: %s\n", static_cast<int>(takes.count()), rows.c_str());
  } catch (const weir::TimeoutError& error) {
    std::printf("%d ms: %s\n", static_cast<int>(takes.count()), error.what());
  }
}

// asyncio's `async with timeout()`: one deadline for all of a block.
weir::Coro<void> block(int* finished) {
  for (;;) {
    co_await query(milliseconds(40));
    ++*finished;
  }
}

weir::Coro<void> with_deadline() {
  int finished = 0;
  const weir::TimePoint deadline = weir::now() + milliseconds(100);
  try {
    co_await weir::timeout_at(deadline, block(&finished));
  } catch (const weir::TimeoutError&) {
    std::printf("at the deadline %d queries were done\n", finished);
  }
}

// A limit in a limit: only the one that ran out turns into TimeoutError.
weir::Coro<void> nested() {
  weir::Coro<std::string> inner = weir::timeout(milliseconds(1000), query(milliseconds(500)));
  try {
    co_await weir::timeout(milliseconds(100), std::move(inner));
  } catch (const weir::TimeoutError&) {
    std::puts("the outer limit ran out");
  }
}

weir::Coro<void> main_task() {
  co_await limited(milliseconds(50));
  co_await limited(milliseconds(500));
  co_await with_deadline();
  co_await nested();
}

}  // namespace

int main() {
  weir::run(main_task());
}
