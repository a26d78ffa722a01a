// What a loop tells of its tasks: where each one stands.
#include "async/place.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

using detail::function_name;

TEST(FunctionName, IsTakenOutOfWhatCompilersSay) {
  EXPECT_EQ(function_name("void n::f(f<int>(int)::_ZN1n1fIiEE1CT_.Frame*)"), "n::f");
  EXPECT_EQ(function_name("C n::f(T) [with T = int]"), "n::f");
  EXPECT_EQ(function_name("weir::Coro<int> {anonymous}::g()"), "g");
  EXPECT_EQ(function_name("weir::Coro<int> app::(anonymous namespace)::g(std::pair<int, char>)"), "app::g");
  EXPECT_EQ(function_name("std::map<int, char> n::A<B<int> >::f(void (*)(int))"), "n::A<B<int> >::f");
  EXPECT_EQ(function_name("void main()::<lambda(int)>(...)"), "main::<lambda>");
  EXPECT_EQ(function_name("plain"), "plain");
  EXPECT_EQ(function_name(""), "");
}

int line_of_wait = 0;
int line_of_middle = 0;
int line_of_group = 0;

Coro<void> innermost(Event* event) {
  co_await yield();
  constexpr int kWait = __LINE__ + 2;
  line_of_wait = kWait;
  co_await event->wait();
}
Coro<int> middle(Event* event) {
  Coro<void> inner = innermost(event);
  constexpr int kWait = __LINE__ + 2;
  line_of_middle = kWait;
  co_await std::move(inner);
  co_return 1;
}
Coro<void> outer(Event* event) {
  Coro<int> limited = timeout(1h, middle(event));
  const int one = co_await std::move(limited);
  EXPECT_EQ(one, 1);
}

std::string line(int number) {
  return "tests/unit/async/listing_test.cpp:" + std::to_string(number);
}

class Listing : public OnEachBackend {};

Coro<void> look_at_chain(TaskGroup& group, Event* event) {
  Task<void> task = group.spawn(outer(event), "outer");
  Loop& loop = *Loop::current();
  EXPECT_TRUE(loop.await_chain(task.id()).empty()) << "it has not run yet";
  co_await yield();
  co_await yield();
  co_await yield();
  std::vector<AwaitPlace> chain = loop.await_chain(task.id());
  EXPECT_EQ(chain.size(), 5U);  // innermost, middle, timeout_at, timeout, outer
  if (chain.size() == 5) {
    EXPECT_EQ(chain[0].function, "weir::testing::innermost");
    EXPECT_EQ(chain[0].at, line(line_of_wait));
    EXPECT_EQ(chain[1].function, "weir::testing::middle");
    EXPECT_EQ(chain[1].at, line(line_of_middle));
    EXPECT_EQ(chain[2].function.find("weir::timeout_at"), 0U) << chain[2].function;
    EXPECT_EQ(chain[4].function, "weir::testing::outer");
  }
  for (const TaskInfo& row : loop.tasks()) {
    if (row.id != task.id()) continue;
    EXPECT_EQ(row.waiting_for, "event");
    EXPECT_EQ(row.waiting_at, line(line_of_wait));
  }
  event->set();
  chain = loop.await_chain(task.id());
  EXPECT_EQ(chain.size(), 5U) << "a task that is ready to go on has a chain too";
  EXPECT_TRUE(loop.await_chain(12345).empty());
}
Coro<void> show_chain() {
  Event event;
  co_await with_group(look_at_chain, &event);
}
TEST_P(Listing, ShowsTheChainOfATask) {
  run(show_chain());
}

// What waits in the runtime's own code is shown where the user called it.
Coro<void> wait_in_group(TaskGroup& group, Event* event) {
  group.spawn(innermost(event), "inner");
  co_return;
}
Coro<void> has_group(Event* event) {
  constexpr int kWait = __LINE__ + 2;
  line_of_group = kWait;
  co_await with_group(wait_in_group, event);
}
Coro<void> look_at_group(TaskGroup& group, Event* event) {
  Task<void> task = group.spawn(has_group(event), "has_group");
  for (int i = 0; i < 6; ++i)
    co_await yield();
  for (const TaskInfo& row : Loop::current()->tasks()) {
    if (row.id != task.id()) continue;
    EXPECT_EQ(row.waiting_for, "children");
    EXPECT_EQ(row.waiting_at, line(line_of_group));
  }
  EXPECT_EQ(Loop::current()->tasks(2).size(), 2U);
  event->set();
}
Coro<void> show_group() {
  Event event;
  co_await with_group(look_at_group, &event);
}
TEST_P(Listing, ShowsTheUsersLine) {
  run(show_group());
}

Coro<void> cancel_by_id(TaskGroup& group, Event* event) {
  Task<void> task = group.spawn(outer(event), "outer");
  for (int i = 0; i < 3; ++i)
    co_await yield();
  Loop& loop = *Loop::current();
  EXPECT_FALSE(loop.cancel_task(12345));
  EXPECT_TRUE(loop.cancel_task(task.id()));
  co_await task.wait();
  EXPECT_TRUE(task.cancelled());
  EXPECT_FALSE(loop.cancel_task(task.id()));
}
Coro<void> cancel_one() {
  Event event;
  co_await with_group(cancel_by_id, &event);
}
TEST_P(Listing, CancelsByNumber) {
  run(cancel_one());
}

WEIR_ON_EACH_BACKEND(Listing);

}  // namespace
}  // namespace weir::testing
