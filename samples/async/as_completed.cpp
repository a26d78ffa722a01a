// as_completed: results in the order in which they come, not that in which they were asked for.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "weir/weir.hpp"

namespace {

using namespace std::chrono_literals;

weir::Coro<std::string> fetch(int page) {
  static constexpr int kSeconds[] = {3, 1, 4, 2};
  co_await weir::sleep(std::chrono::seconds(kSeconds[page]));
  co_return "page " + std::to_string(page) + " after " + std::to_string(kSeconds[page]) + " s";
}

std::vector<weir::Task<std::string>> fetch_all(weir::TaskGroup& group) {
  std::vector<weir::Task<std::string>> tasks;
  for (int page = 0; page < 4; ++page)
    tasks.push_back(group.spawn(fetch(page), "fetch " + std::to_string(page)));
  return tasks;
}

weir::Coro<void> all_of_them(weir::TaskGroup& group) {
  auto finished = weir::as_completed(fetch_all(group));
  while (auto task = co_await finished.next())
    std::printf("  %s\n", task->result().c_str());
}

// The limit is one for all; what is not done by then goes on, so the group is told to stop.
weir::Coro<void> within_a_limit(weir::TaskGroup& group) {
  auto finished = weir::as_completed(fetch_all(group), 2500ms);
  try {
    while (auto task = co_await finished.next())
      std::printf("  %s\n", task->result().c_str());
  } catch (const weir::TimeoutError&) {
    std::printf("  timed out: %zu are missing\n", finished.remaining());
    group.cancel();
  }
}

weir::Coro<void> main_task() {
  std::puts("all:");
  co_await weir::with_group(all_of_them);
  std::puts("what comes within 2.5 s:");
  co_await weir::with_group(within_a_limit);
}

}  // namespace

int main() {
  weir::run(main_task());
}
