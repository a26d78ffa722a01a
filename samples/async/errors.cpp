// errors: where an exception of a coroutine goes. To whoever awaits it; out of a task group, with the name of
// the task; or, with gather_results(), beside the results of the others.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<std::size_t> length_of(std::string path) {
  weir::File file = co_await weir::File::open(std::move(path));
  const std::string text = co_await file.read_all();
  co_await file.close();
  co_return text.size();
}

weir::Coro<int> risky(int number) {
  co_await weir::sleep(milliseconds(10));
  if (number % 3 == 0) throw std::invalid_argument(std::to_string(number) + " is a multiple of three");
  co_return number;
}

weir::Coro<void> thrown_to_the_awaiter() {
  try {
    co_await length_of("/nonexistent/file");
  } catch (const std::system_error& error) {
    const bool missing = error.code() == std::errc::no_such_file_or_directory;
    std::printf("awaited: %s (missing: %s)\n", error.what(), missing ? "yes" : "no");
  }
}

weir::Coro<void> beside_results() {
  std::vector<weir::Coro<int>> coros;
  for (int i = 1; i <= 6; ++i)
    coros.push_back(risky(i));
  const std::vector<weir::Settled<int>> outcomes = co_await weir::gather_results(std::move(coros));
  int failed = 0;
  for (const weir::Settled<int>& outcome : outcomes) {
    if (outcome.ok()) continue;
    ++failed;
    std::printf("collected: %s\n", weir::describe(outcome.error()).c_str());
  }
  std::printf("%zu outcomes, %d failed\n", outcomes.size(), failed);
}

weir::Coro<void> inner(weir::TaskGroup& group) {
  group.spawn(risky(9), "nine");
  co_return;
}

weir::Coro<void> outer(weir::TaskGroup& group) {
  group.spawn(weir::with_group(inner), "inner group");
  co_return;
}

weir::Coro<void> out_of_groups() {
  try {
    co_await weir::with_group(outer);
  } catch (const weir::exception_group& errors) {
    for (const auto& child : errors.flatten())
      std::printf("out of groups: %s: %s\n", child.task.c_str(), weir::describe(child.error).c_str());
  }
}

weir::Coro<void> main_task() {
  co_await thrown_to_the_awaiter();
  co_await beside_results();
  co_await out_of_groups();
}

}  // namespace

int main() {
  weir::run(main_task());
}
