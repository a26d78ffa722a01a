// as_completed() and shield(): the cases of CPython's test_tasks, by their names there.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class AsCompletedTests : public Case {};
class ShieldTests : public Case {};

Coro<void> in_order(TaskGroup& group, std::string* names) {
  const TimePoint begin = Loop::current()->now();
  auto finished = as_completed(spawn_after(group, {15, 5, 10, 5}));
  EXPECT_EQ(finished.remaining(), 4U);
  while (auto task = co_await finished.next())
    *names += task->name() + std::to_string(static_cast<int>(seconds_since(begin))) + " ";
  const auto end = co_await finished.next();
  EXPECT_FALSE(end);
}

TEST_F(AsCompletedTests, as_completed) {
  std::string names;
  EXPECT_EQ(run(with_group(in_order, &names)), "ok");
  EXPECT_EQ(names, "b5 d5 c10 a15 ");
}

Coro<void> some_done_already(TaskGroup& group, std::string* names) {
  const Tasks tasks = spawn_after(group, {1, 0, 0});
  co_await run_briefly();
  AsCompleted<Task<int>> finished(tasks);
  while (auto task = co_await finished.next())
    *names += task->name();
}

TEST_F(AsCompletedTests, those_that_are_done_already_come_first_in_the_order_given) {
  std::string names;
  EXPECT_EQ(run(with_group(some_done_already, &names)), "ok");
  EXPECT_EQ(names, "bca");
}

Coro<void> limited(TaskGroup& group, Duration limit, Log* log) {
  const Tasks tasks = spawn_after(group, {1, 9});
  auto finished = as_completed(tasks, limit);
  for (int i = 0; i < 3; ++i) {
    try {
      const auto task = co_await finished.next();
      log->push_back(task ? task->name() : std::string("end"));
    } catch (const TimeoutError&) {
      log->push_back("timed out");
    }
  }
}

TEST_F(AsCompletedTests, as_completed_with_timeout) {
  EXPECT_EQ(run(with_group(limited, Duration(5s), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"a", "timed out", "timed out"}));
}

TEST_F(AsCompletedTests, as_completed_with_unused_timeout) {
  EXPECT_EQ(run(with_group(limited, Duration(1h), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"a", "b", "end"}));
}

Coro<void> take_all(AsCompleted<Task<int>>* finished, Log* log, std::string who) {
  while (auto task = co_await finished->next())
    log->push_back(who + task->name());
  log->push_back(who + " end");
}
Coro<void> two_consumers(TaskGroup& group, Log* log) {
  auto finished = as_completed(spawn_after(group, {3, 1, 2}));
  Task<void> x = group.spawn(take_all(&finished, log, "x"));
  Task<void> y = group.spawn(take_all(&finished, log, "y"));
  co_await x.wait();
  co_await y.wait();
}

TEST_F(AsCompletedTests, as_completed_concurrent_each_task_goes_to_one_consumer) {
  EXPECT_EQ(run(with_group(two_consumers, &log_)), "ok");
  ASSERT_EQ(log_.size(), 5U);
  EXPECT_EQ(log_[0], "xb");
  EXPECT_EQ(log_[1], "yc");
  EXPECT_EQ(log_[2], "xa");
}

Coro<void> leave_half_way(TaskGroup& group) {
  const Tasks tasks = spawn_after(group, {1, 2, 3});
  {
    AsCompleted<Task<int>> finished(tasks);
    const auto first = co_await finished.next();
    EXPECT_EQ(first->name(), "a");
  }
  co_await sleep(5s);
  EXPECT_TRUE(tasks[2].done());
}

TEST_F(AsCompletedTests, left_half_way_the_tasks_go_on) {
  EXPECT_EQ(run(with_group(leave_half_way)), "ok");
}

Coro<void> errors_are_seen(TaskGroup& group, Log* log) {
  const Tasks tasks = spawn_after(group, {9, 8});
  auto finished = as_completed(tasks);
  Task<int> second = tasks[1];
  second.cancel();
  while (auto task = co_await finished.next())
    log->push_back(task->name() + (task->cancelled() ? " cancelled" : " done"));
}

TEST_F(AsCompletedTests, a_cancelled_task_counts_as_completed) {
  EXPECT_EQ(run(with_group(errors_are_seen, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"b cancelled", "a done"}));
}

// Consumer of the last item is cancelled between its wake-up and its run: it has the task all the same.
Coro<void> cancel_when_ready(TaskGroup& group, Log* log) {
  auto finished = as_completed(spawn_after(group, {1}));
  Task<void> x = group.spawn(take_all(&finished, log, "x"));
  Task<int> task = group.spawn(value_after(1s, 0));  // ends in the same round, after the other
  co_await task.wait();
  x.cancel();
  co_await x.wait();
  EXPECT_EQ(finished.remaining(), 0U);
}

TEST_F(AsCompletedTests, cancelled_when_ready) {
  EXPECT_EQ(run(with_group(cancel_when_ready, &log_)), "ok");
  EXPECT_EQ(log_.at(0), "xa");
}

// --- shield

Coro<void> shield_values(TaskGroup& group) {
  Task<int> inner = group.spawn(value_after(1s, 42));
  const int value = co_await shield(inner);
  EXPECT_EQ(value, 42);
  const int direct = co_await shield(group, value_after(1s, 43), "kept");
  EXPECT_EQ(direct, 43);
}

TEST_F(ShieldTests, shield_result) {
  EXPECT_EQ(run(with_group(shield_values)), "ok");
}

Coro<void> note_shielded(Task<int> inner, Log* log) {
  std::string text;
  try {
    const int value = co_await shield(std::move(inner));
    text = std::to_string(value);
  } catch (...) {
    text = describe(std::current_exception());
  }
  log->push_back(text);
}
Coro<void> shield_failing(TaskGroup& group, Log* log) {
  Task<int> inner = group.spawn(no_value_after(1s, "inner"), "inner");
  co_await with_cancel_disabled(note_shielded(inner, log));
}

TEST_F(ShieldTests, shield_exception) {
  EXPECT_EQ(run(with_group(shield_failing, &log_)), "1 task failed: inner: inner");
  EXPECT_EQ(log_, Log{"inner"});
}

Coro<void> cancel_inner(TaskGroup& group, Log* log) {
  Task<int> inner = group.spawn(value_after(1h, 1));
  Task<void> outer = group.spawn(note_shielded(inner, log));
  co_await run_briefly();
  inner.cancel();
  co_await outer.wait();
  EXPECT_FALSE(outer.cancelled());  // it caught what came out of the inner task
}

TEST_F(ShieldTests, shield_cancel_inner) {
  EXPECT_EQ(run(with_group(cancel_inner, &log_)), "ok");
  EXPECT_EQ(log_, Log{"cancelled"});
}

Coro<void> cancel_outer(TaskGroup& group, Log* log) {
  Task<int> inner = group.spawn(value_after(1s, 7));
  Task<void> outer = group.spawn(note_shielded(inner, log));
  co_await run_briefly();
  outer.cancel();
  co_await outer.wait();
  EXPECT_FALSE(inner.done());
  co_await inner.wait();
  EXPECT_EQ(inner.result(), 7);
}

TEST_F(ShieldTests, shield_cancel_outer_and_shield_effect) {
  EXPECT_EQ(run(with_group(cancel_outer, &log_)), "ok");
  EXPECT_EQ(log_, Log{"cancelled"});
}

Coro<void> shield_in_timeout(TaskGroup& group, Log* log) {
  Task<int> inner = group.spawn(value_after(5s, 7));
  const std::string limited = co_await outcome_of(timeout(1s, wait_for_them(Tasks(1, inner))));
  log->push_back(limited);
  const int value = co_await shield(inner);
  log->push_back(std::to_string(value));
}

TEST_F(ShieldTests, a_timeout_around_the_wait_lets_the_task_go_on) {
  EXPECT_EQ(run(with_group(shield_in_timeout, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"timed out", "7"}));
}

Coro<void> shielded_work(TaskGroup* keeper, Log* log) {
  const auto save = [](Log* notes) -> Coro<void> {
    co_await sleep(1s);
    notes->push_back("saved");
  };
  co_await shield(*keeper, save(log), "save");
}
Coro<void> shield_by_group(TaskGroup& keeper, Log* log) {
  Task<void> outer = keeper.spawn(shielded_work(&keeper, log));
  co_await run_briefly();
  outer.cancel();
  co_await outer.wait();
  EXPECT_TRUE(outer.cancelled());
  EXPECT_TRUE(log->empty());
}

TEST_F(ShieldTests, gather_shield_what_is_left_behind_is_joined_by_its_group) {
  EXPECT_EQ(run(with_group(shield_by_group, &log_)), "ok");
  EXPECT_EQ(log_, Log{"saved"});
}

}  // namespace
}  // namespace weir::testing
