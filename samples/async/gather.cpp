// gather: several coroutines at once, the values in the order of the arguments, whoever was first.
// gather_results() is asyncio's gather(..., return_exceptions=True).
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<int> square(int number) {
  co_await weir::sleep(milliseconds(10 * (5 - number)));  // the last is done first
  if (number == 3) throw std::runtime_error("no square of 3 today");
  std::printf("  %d is squared\n", number);
  co_return number* number;
}

weir::Coro<std::string> greeting() {
  co_await weir::sleep(milliseconds(5));
  co_return "hello";
}

std::vector<weir::Coro<int>> squares_of(std::vector<int> numbers) {
  std::vector<weir::Coro<int>> coros;
  for (const int number : numbers)
    coros.push_back(square(number));
  return coros;
}

weir::Coro<void> main_task() {
  std::vector<weir::Coro<int>> even = squares_of({2, 4});
  const std::vector<int> values = co_await weir::gather(std::move(even));
  std::printf("one type: %d and %d\n", values[0], values[1]);

  const std::tuple<int, std::string> both = co_await weir::gather(square(1), greeting());
  std::printf("several types: %d and %s\n", std::get<0>(both), std::get<1>(both).c_str());

  std::vector<weir::Coro<int>> all = squares_of({1, 2, 3, 4});
  try {
    co_await weir::gather(std::move(all));
  } catch (const std::runtime_error& error) {
    std::printf("an error is thrown, the rest is cancelled: %s\n", error.what());
  }

  all = squares_of({1, 2, 3, 4});
  const std::vector<weir::Settled<int>> outcomes = co_await weir::gather_results(std::move(all));
  std::puts("errors beside results:");
  for (const weir::Settled<int>& outcome : outcomes) {
    const std::string text = outcome.ok() ? std::to_string(outcome.value()) : weir::describe(outcome.error());
    std::printf("  %s\n", text.c_str());
  }
}

}  // namespace

int main() {
  weir::run(main_task());
}
