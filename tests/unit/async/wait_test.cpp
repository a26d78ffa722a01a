// wait(): the cases of CPython's test_tasks, by their names there.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class WaitTests : public Case {};

Coro<void> wait_all(TaskGroup& group) {
  const TimePoint begin = Loop::current()->now();
  const Tasks tasks = spawn_after(group, {2, 1});
  auto waited = co_await wait(tasks);
  EXPECT_EQ(names_of(waited.done), "ab");
  EXPECT_TRUE(waited.pending.empty());
  EXPECT_EQ(seconds_since(begin), 2);
  EXPECT_EQ(waited.done[0].result(), 2);
  // All are done: it does not wait again.
  auto again = co_await wait(tasks);
  EXPECT_EQ(names_of(again.done), "ab");
  EXPECT_EQ(seconds_since(begin), 2);
}

TEST_F(WaitTests, wait) {
  EXPECT_EQ(run(with_group(wait_all)), "ok");
}

Coro<void> wait_duplicates(TaskGroup& group) {
  Tasks tasks = spawn_after(group, {1});
  tasks.push_back(tasks[0]);
  tasks.push_back(tasks[0]);
  const auto waited = co_await wait(tasks, WaitMode::first_completed);
  EXPECT_EQ(names_of(waited.done), "aaa");
}

TEST_F(WaitTests, wait_duplicate_coroutines) {
  EXPECT_EQ(run(with_group(wait_duplicates)), "ok");
}

TEST_F(WaitTests, wait_errors) {
  EXPECT_THROW(static_cast<void>(wait(Tasks())), std::invalid_argument);
}

Coro<void> wait_first(TaskGroup& group) {
  const TimePoint begin = Loop::current()->now();
  const Tasks tasks = spawn_after(group, {10, 1, 1});
  const auto waited = co_await wait(tasks, WaitMode::first_completed);
  EXPECT_EQ(seconds_since(begin), 1);
  EXPECT_FALSE(waited.done.empty());
  EXPECT_EQ(names_of(waited.done)[0], 'b');
  EXPECT_EQ(waited.done.size() + waited.pending.size(), 3U);
  for (Task<int> task : waited.pending)
    task.cancel();
}

TEST_F(WaitTests, wait_first_completed) {
  EXPECT_EQ(run(with_group(wait_first)), "ok");
}

Coro<void> really_done(TaskGroup& group) {
  const Tasks tasks = spawn_after(group, {0, 0, 5});
  co_await run_briefly();
  const auto waited = co_await wait(tasks, WaitMode::first_completed);
  EXPECT_EQ(names_of(waited.done), "ab");
  EXPECT_EQ(names_of(waited.pending), "c");
}

TEST_F(WaitTests, wait_really_done) {
  EXPECT_EQ(run(with_group(really_done)), "ok");
}

Coro<void> wait_failing(TaskGroup& group, Duration fails_after, WaitMode mode, std::string* done,
                        double* took) {
  const TimePoint begin = Loop::current()->now();
  Tasks tasks = spawn_after(group, {10, 1});
  tasks.push_back(group.spawn(no_value_after(fails_after, "bad"), "c"));
  tasks[1].cancel();  // to be cancelled is no failure
  // A failing child cancels this body too; to see what wait() does, it must not.
  detail::TaskBase& self = co_await detail::this_task();
  const detail::CancelShield shield(self);
  const auto waited = co_await wait(tasks, mode);
  *done = names_of(waited.done);
  *took = seconds_since(begin);
}

// The group itself must not be stopped by the failure: it is caught outside.
TEST_F(WaitTests, wait_first_exception) {
  std::string done;
  double took = 0;
  const std::string text =
      run(with_group(wait_failing, Duration(3s), WaitMode::first_exception, &done, &took));
  EXPECT_EQ(text, "1 task failed: c: bad");
  EXPECT_EQ(took, 3);
  EXPECT_EQ(done.back(), 'c');
}

TEST_F(WaitTests, wait_first_exception_in_wait_nobody_failed) {
  std::string done;
  double took = 0;
  const auto body = [](TaskGroup& group, std::string* names, double* seconds) -> Coro<void> {
    const TimePoint begin = Loop::current()->now();
    const Tasks tasks = spawn_after(group, {4, 2});
    const auto waited = co_await wait(tasks, WaitMode::first_exception);
    *names = names_of(waited.done);
    *seconds = seconds_since(begin);
  };
  EXPECT_EQ(run(with_group(body, &done, &took)), "ok");
  EXPECT_EQ(done, "ab");
  EXPECT_EQ(took, 4);
}

Coro<void> wait_limited(TaskGroup& group) {
  const TimePoint begin = Loop::current()->now();
  const Tasks tasks = spawn_after(group, {10, 1});
  auto waited = co_await wait(tasks, WaitMode::all_completed, 5s);
  EXPECT_EQ(seconds_since(begin), 5);
  EXPECT_EQ(names_of(waited.done), "b");
  EXPECT_EQ(names_of(waited.pending), "a");
  EXPECT_FALSE(tasks[0].done());  // it goes on
  waited = co_await wait(tasks, WaitMode::all_completed, 1h);
  EXPECT_EQ(seconds_since(begin), 10);
  EXPECT_EQ(names_of(waited.done), "ab");
  // The timer of the second wait is gone.
  co_await sleep(2h);
}

TEST_F(WaitTests, wait_with_timeout) {
  EXPECT_EQ(run(with_group(wait_limited)), "ok");
}

Coro<void> wait_nothing(TaskGroup& group) {
  const Tasks tasks = spawn_after(group, {0, 9});
  const auto waited = co_await wait(tasks, WaitMode::all_completed, 0s);
  EXPECT_EQ(names_of(waited.pending).back(), 'b');
  tasks[1].state()->request_cancel(&group);
}

TEST_F(WaitTests, a_timeout_of_zero_looks_and_goes_on) {
  EXPECT_EQ(run(with_group(wait_nothing)), "ok");
}

Coro<void> complete_together(TaskGroup& group) {
  const TimePoint begin = Loop::current()->now();
  const Tasks tasks = spawn_after(group, {1, 1});
  const auto waited = co_await wait(tasks, WaitMode::all_completed, 1s);
  EXPECT_EQ(waited.done.size() + waited.pending.size(), 2U);
  EXPECT_EQ(seconds_since(begin), 1);
}

TEST_F(WaitTests, wait_concurrent_complete) {
  EXPECT_EQ(run(with_group(complete_together)), "ok");
}

Coro<void> cancel_the_wait(TaskGroup& group) {
  const Tasks tasks = spawn_after(group, {3, 4});
  Task<void> waiting = group.spawn(wait_for_them(tasks));
  co_await sleep(1s);
  waiting.cancel();
  co_await waiting.wait();
  EXPECT_TRUE(waiting.cancelled());
  const auto waited = co_await wait(tasks);
  EXPECT_FALSE(tasks[0].cancelled());
  EXPECT_EQ(names_of(waited.done), "ab");
}

TEST_F(WaitTests, a_cancelled_wait_leaves_the_tasks_alone) {
  EXPECT_EQ(run(with_group(cancel_the_wait)), "ok");
}

Coro<void> wait_mixed(TaskGroup& group) {
  std::vector<AnyTask> tasks;
  tasks.emplace_back(group.spawn(value_after(1s, 1)));
  tasks.emplace_back(group.spawn(nap(2s)));
  const auto waited = co_await wait(tasks, WaitMode::first_completed);
  EXPECT_EQ(waited.done.size(), 1U);
  EXPECT_EQ(waited.done[0], tasks[0]);
}

TEST_F(WaitTests, tasks_of_several_types) {
  EXPECT_EQ(run(with_group(wait_mixed)), "ok");
}

}  // namespace
}  // namespace weir::testing
