// sync_vs_async: three waits of two seconds take six one after another and two at once, on a single thread;
// and what a task costs in memory, where a thread needs a stack.
#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kTasks = 100'000;

weir::Coro<int> fetch(int number) {
  co_await weir::sleep(seconds(2));  // a server that takes its time
  co_return number;
}

// Seconds on the loop's clock.
double seconds_since(weir::TimePoint begin) {
  return std::chrono::duration<double>(weir::Loop::current()->now() - begin).count();
}

weir::Coro<void> one_after_another() {
  const weir::TimePoint begin = weir::Loop::current()->now();
  int sum = 0;
  for (int number = 1; number <= 3; ++number)
    sum += co_await fetch(number);
  std::printf("one after another: %.0f s, sum %d\n", seconds_since(begin), sum);
}

weir::Coro<void> at_once() {
  const weir::TimePoint begin = weir::Loop::current()->now();
  std::vector<weir::Coro<int>> fetches;
  for (int number = 1; number <= 3; ++number)
    fetches.push_back(fetch(number));
  const std::vector<int> values = co_await weir::gather(std::move(fetches));
  std::printf("at once: %.0f s, sum %d\n", seconds_since(begin), values[0] + values[1] + values[2]);
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

weir::Coro<void> sleep_long() {
  co_await weir::sleep(hours(1));
}

weir::Coro<void> count_memory(weir::TaskGroup& group) {
  const std::size_t before = resident_bytes();
  for (int i = 0; i < kTasks; ++i)
    group.spawn(sleep_long());
  co_await weir::yield();  // all of them run, up to their sleep
  co_await weir::yield();
  std::printf("%zu tasks sleep, %zu bytes each\n", group.active(), (resident_bytes() - before) / kTasks);
  group.cancel();
}

void print_stack_of_a_thread() {
  pthread_attr_t attributes;
  std::size_t bytes = 0;
  pthread_attr_init(&attributes);
  pthread_attr_getstacksize(&attributes, &bytes);
  pthread_attr_destroy(&attributes);
  std::printf("a thread's stack: %zu KiB\n", bytes / 1024);
}

weir::Coro<void> main_task() {
  co_await one_after_another();
  co_await at_once();
  co_await weir::with_group(count_memory);
  print_stack_of_a_thread();
}

}  // namespace

int main() {
  weir::run(main_task());
}
