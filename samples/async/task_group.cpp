// task_group: five fetches side by side; behind the group all of them are done. When some fail, the others
// are cancelled, and all errors come together.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

weir::Coro<std::string> fetch(int number) {
  co_await weir::sleep(milliseconds(100 * number));
  co_return "page " + std::to_string(number);
}

using Pages = std::vector<weir::Task<std::string>>;

weir::Coro<void> fetch_five(weir::TaskGroup& group, Pages* pages) {
  for (int i = 1; i <= 5; ++i)
    pages->push_back(group.spawn(fetch(i), "fetch " + std::to_string(i)));
  co_return;
}

weir::Coro<void> all_well() {
  Pages pages;
  co_await weir::with_group(fetch_five, &pages);
  for (weir::Task<std::string>& page : pages)
    std::printf("%s: %s\n", page.name().c_str(), page.result().c_str());
}

weir::Coro<void> fail(int number) {
  co_await weir::sleep(milliseconds(150));
  throw std::runtime_error("server " + std::to_string(number) + " is down");
}

weir::Coro<void> fetch_and_fail(weir::TaskGroup& group, Pages* pages) {
  pages->push_back(group.spawn(fetch(1), "quick"));
  pages->push_back(group.spawn(fetch(5), "slow"));
  group.spawn(fail(1), "broken");
  group.spawn(fail(2), "broken too");
  co_return;
}

weir::Coro<void> two_fail() {
  Pages pages;
  try {
    co_await weir::with_group(fetch_and_fail, &pages);
  } catch (const weir::exception_group& errors) {
    for (const auto& child : errors.children())
      std::printf("%s: %s\n", child.task.c_str(), weir::describe(child.error).c_str());
  }
  for (const weir::Task<std::string>& page : pages)
    std::printf("%s was cancelled: %s\n", page.name().c_str(), page.cancelled() ? "yes" : "no");
}

weir::Coro<void> main_task() {
  co_await all_well();
  co_await two_fail();
}

}  // namespace

int main() {
  weir::run(main_task());
}
