// The cases of CPython's test_taskgroups, by their names there, so far as C++ has a counterpart.
// (group_test.cpp has the plain ones.) Where both errors and a cancellation from outside come together, weir
// throws the errors and delivers the cancellation at the next suspension point.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class TestTaskGroup : public Case {};

Coro<void> spawn_late(TaskGroup& group, Task<int>* t1, Task<int>* t2) {
  *t1 = group.spawn(value_after(10ms, 42));
  co_await sleep(15ms);
  *t2 = group.spawn(value_after(20ms, 11));
}

TEST_F(TestTaskGroup, taskgroup_02_a_child_spawned_after_an_await) {
  Task<int> t1;
  Task<int> t2;
  EXPECT_EQ(run(with_group(spawn_late, &t1, &t2)), "ok");
  EXPECT_EQ(t1.result(), 42);
  EXPECT_EQ(t2.result(), 11);
}

Coro<void> cancel_one_child(TaskGroup& group, Task<int>* t1, Task<int>* t2) {
  *t1 = group.spawn(value_after(1h, 42));
  co_await sleep(15ms);
  t1->cancel();
  *t2 = group.spawn(value_after(20ms, 11));
}

TEST_F(TestTaskGroup, taskgroup_03_an_explicit_cancel_of_a_child_concerns_it_alone) {
  Task<int> t1;
  Task<int> t2;
  EXPECT_EQ(run(with_group(cancel_one_child, &t1, &t2)), "ok");
  EXPECT_TRUE(t1.cancelled());
  EXPECT_EQ(t2.result(), 11);
}

Coro<void> three_fail_at_once(TaskGroup& group, Log* log) {
  for (int i = 0; i < 3; ++i)
    group.spawn(fail_after(1ms, std::to_string(i)), "bad");
  group.spawn(long_sleep(log, "child"));
  co_await long_sleep(log, "body");
}

TEST_F(TestTaskGroup, cancel_children_on_child_error) {
  EXPECT_EQ(run(with_group(three_fail_at_once, &log_)), "3 tasks failed: bad: 0; bad: 1; bad: 2");
  EXPECT_EQ(log_, (Log{"child", "body"}));
}

Coro<void> five_sleepers(TaskGroup& group, Log* log) {
  for (int i = 0; i < 5; ++i)
    group.spawn(long_sleep(log, "child"));
  co_return;
}

TEST_F(TestTaskGroup, cancellation) {
  EXPECT_EQ(when_cancelled(with_group(five_sleepers, &log_)), "cancelled");
  EXPECT_EQ(log_.size(), 5U);
}

Coro<void> crash_later(TaskGroup& group) {
  for (int i = 0; i < 5; ++i)
    group.spawn(fail_after(50ms, "late"));
  co_await sleep(1h);
}

TEST_F(TestTaskGroup, cancellation_in_body) {
  EXPECT_EQ(when_cancelled(with_group(crash_later)), "cancelled");
}

Coro<void> fail_with_children(TaskGroup& group, Duration delay, Task<int>* t1, Task<int>* t2) {
  *t1 = group.spawn(value_after(1h, 42));
  *t2 = group.spawn(value_after(2h, 11));
  if (delay > Duration::zero()) co_await sleep(delay);
  throw std::runtime_error("1 / 0");
}

TEST_F(TestTaskGroup, taskgroup_09_and_10_a_failing_body_cancels_its_children) {
  for (const Duration delay : {Duration(10ms), Duration(0)}) {
    Task<int> t1;
    Task<int> t2;
    EXPECT_EQ(run(with_group(fail_with_children, delay, &t1, &t2)), "1 task failed: main: 1 / 0");
    EXPECT_TRUE(t1.cancelled());
    EXPECT_TRUE(t2.cancelled());
  }
}

Coro<void> inner_only(TaskGroup&) {
  co_await with_group(crash_later);
}
Coro<void> inner_and_child(TaskGroup& group) {
  group.spawn(nap(1h));
  co_await with_group(crash_later);
}

TEST_F(TestTaskGroup, taskgroup_11_and_12_cancelled_in_the_body_of_a_nested_group) {
  EXPECT_EQ(when_cancelled(with_group(inner_only)), "cancelled");
  EXPECT_EQ(when_cancelled(with_group(inner_and_child)), "cancelled");
}

Coro<void> crash_after(TaskGroup& group, Duration delay, std::string message) {
  group.spawn(fail_after(delay, message), "crash");
  co_return;
}
Coro<void> nested_crashes(TaskGroup& group, Duration outer, Duration inner) {
  group.spawn(fail_after(outer, "outer"), "crash");
  co_await with_group(crash_after, inner, std::string("inner"));
}

TEST_F(TestTaskGroup, taskgroup_13_and_14_of_two_nested_groups_one_fails) {
  EXPECT_EQ(run(with_group(nested_crashes, Duration(1ms), Duration(1h))), "1 task failed: crash: outer");
  EXPECT_EQ(run(with_group(nested_crashes, Duration(1h), Duration(1ms))),
            "1 task failed: main: 1 task failed: crash: inner");
}

Coro<void> clean_up_slowly(TaskGroup& group, Log* log) {
  group.spawn(fail_after(10ms, "crash"), "soon");
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  const std::string clean_up = co_await outcome_of(nap(50ms));
  log->push_back(clean_up);
  throw Cancelled{};
}
Coro<void> then_sleep(Coro<void> first, Log* log) {
  const std::string outcome = co_await outcome_of(std::move(first));
  log->push_back(outcome);
  co_await sleep(1h);
  log->push_back("slept");
}

TEST_F(TestTaskGroup, taskgroup_15_a_child_crashes_while_the_cancelled_body_cleans_up) {
  EXPECT_EQ(when_cancelled(then_sleep(with_group(clean_up_slowly, &log_), &log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"cancelled", "1 task failed: soon: crash"}));
}

Coro<void> only_body(TaskGroup&, Log* log) {
  co_await long_sleep(log, "body");
}

TEST_F(TestTaskGroup, taskgroup_17_without_children) {
  EXPECT_EQ(when_cancelled(with_group(only_body, &log_)), "cancelled");
  EXPECT_EQ(log_, Log{"body"});
}

Coro<void> turn_into_error(TaskGroup& group, bool crash) {
  if (crash) group.spawn(fail_after(1ms, "crash"), "soon");
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (cancelled) throw std::runtime_error("mine");
}

TEST_F(TestTaskGroup, taskgroup_18_a_body_makes_an_error_of_its_cancellation) {
  // It saw the request and chose to fail instead: that was the delivery.
  EXPECT_EQ(when_cancelled(then_sleep(with_group(turn_into_error, false), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"1 task failed: outer: mine", "slept"}));
}

TEST_F(TestTaskGroup, taskgroup_19_a_child_and_then_the_body_fail) {
  EXPECT_EQ(run(with_group(turn_into_error, true)), "2 tasks failed: main: mine; soon: crash");
}

Coro<void> throw_number() {
  co_await sleep(1ms);
  throw 17;
}
Coro<void> no_exception_class(TaskGroup& group) {
  group.spawn(throw_number(), "number");
  co_await sleep(1h);
}

TEST_F(TestTaskGroup, taskgroup_21a_what_is_thrown_need_not_be_an_exception) {
  EXPECT_EQ(run(with_group(no_exception_class)), "1 task failed: number: an exception of unknown type");
}

Coro<void> three_values(TaskGroup& group, Log* log) {
  group.spawn(nap(1h));
  group.spawn(long_sleep(log, "child"));
  co_await sleep(1ms);
}
Coro<void> inner_group_of_task(Log* log) {
  co_await with_group(three_values, log);
}
Coro<void> outer_of_22(TaskGroup& group, Log* log) {
  group.spawn(inner_group_of_task(log), "inner");
  co_await long_sleep(log, "body");
}

TEST_F(TestTaskGroup, taskgroup_22_cancelled_while_a_child_joins_its_own_group) {
  EXPECT_EQ(when_cancelled(with_group(outer_of_22, &log_)), "cancelled");
  EXPECT_EQ(log_.size(), 2U);
}

Coro<void> do_job(TaskGroup* group, int left, int* done) {
  co_await sleep(1ms);
  ++*done;
  if (left > 0) group->spawn(do_job(group, left - 1, done));
  if (left == 2) throw std::runtime_error("job 2");
}
Coro<void> jobs_make_jobs(TaskGroup& group, int* done) {
  group.spawn(do_job(&group, 5, done), "first");
  co_return;
}

TEST_F(TestTaskGroup, taskgroup_23_and_24_children_make_siblings_until_one_fails) {
  int done = 0;
  EXPECT_NE(run(with_group(jobs_make_jobs, &done)).find("job 2"), std::string::npos);
  EXPECT_EQ(done, 4);  // 5, 4, 3 and 2; the next was cancelled before it began
}

Coro<void> name_a_child(TaskGroup& group) {
  Task<void> task = group.spawn(nap(1ms), "yolo");
  EXPECT_EQ(task.name(), "yolo");
  task.set_name("polo");
  EXPECT_EQ(AnyTask(task).name(), "polo");
  Task<void> unnamed = group.spawn(nap(1ms));
  EXPECT_EQ(unnamed.name(), "task-" + std::to_string(unnamed.id()));
  co_return;
}

TEST_F(TestTaskGroup, taskgroup_task_name) {
  EXPECT_EQ(run(with_group(name_a_child)), "ok");
}

Coro<void> rename_and_fail() {
  current_task().set_name("renamed");
  co_await yield();
  throw std::runtime_error("x");
}
Coro<void> spawn_rename(TaskGroup& group) {
  group.spawn(rename_and_fail(), "before");
  co_return;
}

TEST_F(TestTaskGroup, an_error_carries_the_name_that_the_task_had_last) {
  EXPECT_EQ(run(with_group(spawn_rename)), "1 task failed: renamed: x");
}

Coro<void> spawn_after_failure(TaskGroup& group, bool* refused) {
  group.spawn(fail_after(0ms, "bad"), "bad");
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
  EXPECT_FALSE(group.is_open());
  try {
    group.spawn(nap(1ms), "late");
  } catch (const std::logic_error&) {
    *refused = true;
  }
}

TEST_F(TestTaskGroup, taskgroup_no_create_task_after_failure_and_coro_closed_when_tg_closed) {
  bool refused = false;
  EXPECT_EQ(run(with_group(spawn_after_failure, &refused)), "1 task failed: bad: bad");
  EXPECT_TRUE(refused);
}

Coro<void> levels(Log* log) {
  EXPECT_FALSE(current_task().is_cancelling());
  const std::string group = co_await outcome_of(with_group(turn_into_error, true));
  log->push_back(group);
  EXPECT_FALSE(current_task().is_cancelling());
  const std::string limit = co_await outcome_of(timeout(1ms, nap(1h)));
  log->push_back(limit);
  EXPECT_FALSE(current_task().is_cancelling());
  co_await sleep(1ms);
}

TEST_F(TestTaskGroup, cancelling_level_preserved) {
  EXPECT_EQ(run(levels(&log_)), "ok");
  EXPECT_EQ(log_.back(), "timed out");
}

Coro<void> crash_child_on_cancel(TaskGroup& group) {
  group.spawn(fail_after(5ms, "child"), "child");
  co_await sleep(1h);
}

// The request and the failure happen in one round of the loop.
TEST_F(TestTaskGroup, error_and_cancel) {
  EXPECT_EQ(when_cancelled(then_sleep(with_group(crash_child_on_cancel), &log_), 5ms), "cancelled");
  EXPECT_EQ(log_.size(), 1U);
}

Coro<void> inner_child_cancels_all(TaskGroup* outer, TaskGroup* inner) {
  co_await sleep(1ms);
  outer->cancel();
  inner->cancel();
}
Coro<void> both_inner(TaskGroup& inner, TaskGroup* outer, Log* log) {
  inner.spawn(inner_child_cancels_all(outer, &inner));
  co_await long_sleep(log, "inner body");
}
Coro<void> both_outer(TaskGroup& outer, Log* log) {
  Coro<void> inner = with_group(both_inner, &outer, log);
  const std::string outcome = co_await outcome_of(std::move(inner));
  log->push_back(outcome);
}

// Two requests at once are one Cancelled: the clean-up of the inner body is left alone.
TEST_F(TestTaskGroup, nested_groups_both_cancelled) {
  EXPECT_EQ(run(with_group(both_outer, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"inner body", "cancelled"}));
}

Coro<void> stubborn_child(Log* log) {
  co_await with_cancel_disabled(nap(20ms));
  log->push_back("finished");
}
Coro<void> spawn_stubborn(TaskGroup& group, Log* log) {
  group.spawn(stubborn_child(log));
  co_return;
}
Coro<void> cancel_twice(TaskGroup& group, Log* log) {
  Task<std::string> task = group.spawn(outcome_of(with_group(spawn_stubborn, log)));
  co_await sleep(5ms);
  task.cancel();
  co_await sleep(5ms);
  task.cancel();
  co_await task.wait();
  log->push_back(task.result());
}

TEST_F(TestTaskGroup, cancelled_again_while_it_joins_children_that_take_their_time) {
  EXPECT_EQ(run(with_group(cancel_twice, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"finished", "ok"}));
}

Coro<void> limited_child(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "sibling"));
  const std::string outcome = co_await outcome_of(timeout(10ms, long_sleep(log, "limited")));
  log->push_back(outcome);
  group.cancel();
}

TEST_F(TestTaskGroup, a_timeout_inside_a_group_inside_a_timeout) {
  EXPECT_EQ(run(timeout(1h, with_group(limited_child, &log_))), "ok");
  EXPECT_EQ(log_, (Log{"limited", "timed out", "sibling"}));
}

}  // namespace
}  // namespace weir::testing
