// Task groups: who is cancelled, what is thrown, and what is left. The cases follow asyncio's.
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

using Log = std::vector<std::string>;

Coro<void> fail_after(Duration delay, std::string message) {
  co_await sleep(delay);
  throw std::runtime_error(message);
}

Coro<int> value_after(Duration delay, int value) {
  co_await sleep(delay);
  co_return value;
}

// Sleeps for an hour; notes that it was cancelled, after clean-up that awaits.
Coro<void> long_sleep(Log* log, std::string name) {
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (!cancelled) co_return;
  co_await sleep(1ms);
  log->push_back(name);
  throw Cancelled{};
}

// Fails while it is being cancelled.
Coro<void> fail_when_cancelled(std::string message) {
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (cancelled) throw std::runtime_error(message);
}

// Runs `coro` and says how it ended.
Coro<std::string> outcome_of(Coro<void> coro) {
  std::string text;
  try {
    co_await std::move(coro);
    text = "ok";
  } catch (const Cancelled&) {
    text = "cancelled";
  } catch (...) {
    text = describe(std::current_exception());
  }
  co_return text;
}

class Groups : public ::testing::Test {
 protected:
  std::string run(Coro<void> main) { return run_simulated(outcome_of(std::move(main))); }
  Log log_;

 private:
  FrameCheck frames_;
};

Coro<void> two_values(TaskGroup& group, Task<int>* a, Task<int>* b) {
  *a = group.spawn(value_after(2ms, 1), "a");
  *b = group.spawn(value_after(1ms, 2), "b");
  EXPECT_FALSE(a->done());
  co_return;
}

TEST_F(Groups, ResultsAreThereAfterTheBlock) {
  Task<int> a;
  Task<int> b;
  EXPECT_EQ(run(with_group(two_values, &a, &b)), "ok");
  EXPECT_EQ(a.result(), 1);
  EXPECT_EQ(b.result(), 2);
  EXPECT_EQ(a.state_of(), TaskState::finished);
}

Coro<void> one_fails(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "sibling"), "sibling");
  group.spawn(fail_after(1ms, "broken"), "bad");
  co_await long_sleep(log, "body");
}

TEST_F(Groups, AFailingChildCancelsSiblingsAndBody) {
  EXPECT_EQ(run(with_group(one_fails, &log_)), "1 task failed: bad: broken");
  EXPECT_EQ(log_.size(), 2U);
}

Coro<void> body_fails(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "child"), "child");
  co_await yield();
  throw std::runtime_error("body broke");
}

TEST_F(Groups, AFailingBodyCancelsTheChildren) {
  EXPECT_EQ(run(with_group(body_fails, &log_)), "1 task failed: main: body broke");
  EXPECT_EQ(log_, Log{"child"});
}

Coro<void> all_fail(TaskGroup& group) {
  group.spawn(fail_when_cancelled("second"), "b");
  group.spawn(fail_after(1ms, "third"), "c");
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  throw std::runtime_error("first");
}

TEST_F(Groups, AllErrorsAreKeptInOrderOfCreationTheBodysFirst) {
  EXPECT_EQ(run(with_group(all_fail)), "3 tasks failed: main: first; b: second; c: third");
}

Coro<void> fails_at_once(TaskGroup& group) {
  group.spawn(fail_after(0ms, "child"), "child");
  throw std::logic_error("before any await");
  co_return;
}

TEST_F(Groups, ABodyThatFailsAtOnceCancelsChildrenThatNeverRan) {
  EXPECT_EQ(run(with_group(fails_at_once)), "1 task failed: main: before any await");
}

Coro<void> spawn_sleepers(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "a"), "a");
  group.spawn(long_sleep(log, "b"), "b");
  co_return;
}

Coro<void> cancel_later(TaskGroup& group, Coro<void> coro, Duration delay, std::string* outcome) {
  Task<std::string> task = group.spawn(outcome_of(std::move(coro)), "outer");
  co_await sleep(delay);
  task.cancel();
  co_await task.wait();
  *outcome = task.result();
}

// How `coro` ends when its task is cancelled after `delay`.
std::string when_cancelled(Coro<void> coro, Duration delay = 5ms) {
  std::string outcome;
  run_simulated(with_group(cancel_later, std::move(coro), delay, &outcome));
  return outcome;
}

TEST_F(Groups, CancelledFromOutsideWhileJoining) {
  EXPECT_EQ(when_cancelled(with_group(spawn_sleepers, &log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"a", "b"}));
}

Coro<void> sleep_in_body(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "a"), "a");
  co_await long_sleep(log, "body");
}

TEST_F(Groups, CancelledFromOutsideInTheBody) {
  EXPECT_EQ(when_cancelled(with_group(sleep_in_body, &log_)), "cancelled");
  EXPECT_EQ(log_.size(), 2U);
}

Coro<void> body_swallows(TaskGroup& group, Task<int>* child) {
  *child = group.spawn(value_after(10ms, 3), "child");
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
}

TEST_F(Groups, ABodyMayRefuseACancellationAndTheChildrenGoOn) {
  Task<int> child;
  EXPECT_EQ(when_cancelled(with_group(body_swallows, &child)), "ok");
  EXPECT_EQ(child.result(), 3);
}

Coro<void> spawn_stubborn(TaskGroup& group) {
  group.spawn(fail_when_cancelled("while stopping"), "stubborn");
  co_await sleep(1h);
}

// The errors of a group come first, the cancellation at the next suspension point.
Coro<void> errors_then_cancel(Log* log) {
  const std::string first = co_await outcome_of(with_group(spawn_stubborn));
  log->push_back(first);
  co_await sleep(1h);
  log->push_back("not reached");
}

TEST_F(Groups, AnErrorWhileBeingCancelledIsThrownAndTheCancellationFollows) {
  EXPECT_EQ(when_cancelled(errors_then_cancel(&log_)), "cancelled");
  EXPECT_EQ(log_, Log{"1 task failed: stubborn: while stopping"});
}

Coro<void> inner_body(TaskGroup& group, Log* log) {
  group.spawn(fail_after(2ms, "deep"), "leaf");
  co_await long_sleep(log, "inner body");
}
Coro<void> run_inner(Log* log) {
  co_await with_group(inner_body, log);
}
Coro<void> outer_body(TaskGroup& group, Log* log) {
  group.spawn(run_inner(log), "inner");
  group.spawn(long_sleep(log, "outer sibling"), "sibling");
  co_await sleep(1h);
}

TEST_F(Groups, NestedErrorsKeepTheirPath) {
  std::vector<exception_group::Child> flat;
  std::exception_ptr first;
  try {
    run_simulated(with_group(outer_body, &log_));
  } catch (const exception_group& errors) {
    flat = errors.flatten();
    first = errors.first();
    EXPECT_STREQ(errors.what(), "1 task failed: inner: 1 task failed: leaf: deep");
  }
  ASSERT_EQ(flat.size(), 1U);
  EXPECT_EQ(flat[0].task, "inner > leaf");
  EXPECT_EQ(describe(flat[0].error), "deep");
  EXPECT_EQ(describe(first), "deep");
  EXPECT_EQ(log_, (Log{"inner body", "outer sibling"}));
}

Coro<void> nested_in_body(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "outer child"), "child");
  co_await with_group(sleep_in_body, log);
  log->push_back("not reached");
}

TEST_F(Groups, AnInnerGroupPassesTheOutersCancellationOn) {
  EXPECT_EQ(when_cancelled(with_group(nested_in_body, &log_)), "cancelled");
  EXPECT_EQ(log_.size(), 3U);
}

Coro<void> outer_fails_while_inner_joins(TaskGroup& group, Log* log) {
  group.spawn(fail_after(2ms, "outer child"), "bad");
  co_await with_group(spawn_sleepers, log);
  log->push_back("not reached");
}

TEST_F(Groups, AnOuterErrorStopsABodyThatJoinsAnInnerGroup) {
  EXPECT_EQ(run(with_group(outer_fails_while_inner_joins, &log_)), "1 task failed: bad: outer child");
  EXPECT_EQ(log_, (Log{"a", "b"}));
}

Coro<void> both_fail(TaskGroup& group, Log* log) {
  group.spawn(fail_after(2ms, "outer child"), "outer bad");
  const std::string inner = co_await outcome_of(with_group(spawn_stubborn));
  log->push_back(inner);
  const std::string next = co_await outcome_of(long_sleep(log, "next"));
  log->push_back(next);
}

// The outer group's request was seen by the inner body, which failed for its own reasons meanwhile.
TEST_F(Groups, AnInnerErrorDoesNotSwallowTheOutersRequest) {
  EXPECT_EQ(run(with_group(both_fail, &log_)), "1 task failed: outer bad: outer child");
  EXPECT_EQ(log_, (Log{"1 task failed: stubborn: while stopping", "next", "cancelled"}));
}

Coro<void> cancels_itself(TaskGroup& group, Log* log) {
  group.spawn(long_sleep(log, "child"), "child");
  co_await yield();
  group.cancel();
  co_await long_sleep(log, "body");
}

TEST_F(Groups, CancelEndsTheGroupQuietly) {
  EXPECT_EQ(run(with_group(cancels_itself, &log_)), "ok");
  EXPECT_EQ(log_.size(), 2U);
}

Coro<void> cancel_group(TaskGroup* group, Duration delay) {
  co_await sleep(delay);
  group->cancel();
}
Coro<void> cancelled_by_child(TaskGroup& group, Log* log) {
  group.spawn(cancel_group(&group, 2ms), "canceller");
  group.spawn(long_sleep(log, "child"), "child");
  co_return;
}

TEST_F(Groups, AChildMayCancelItsGroup) {
  EXPECT_EQ(run(with_group(cancelled_by_child, &log_)), "ok");
  EXPECT_EQ(log_, Log{"child"});
}

Coro<void> spawn_late(TaskGroup& group, Log* log) {
  bool refused = false;
  group.cancel();
  try {
    group.spawn(long_sleep(log, "late"), "late");
  } catch (const std::logic_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
  co_return;
}

TEST_F(Groups, AGroupThatShutsDownTakesNoNewChildren) {
  EXPECT_EQ(run(with_group(spawn_late, &log_)), "ok");
  EXPECT_TRUE(log_.empty());
}

Coro<void> spawner(TaskGroup* group, int depth, int* count) {
  ++*count;
  if (depth > 0) group->spawn(spawner(group, depth - 1, count));
  co_await yield();
}
Coro<void> chain(TaskGroup& group, int* count) {
  group.spawn(spawner(&group, 300, count));
  co_return;
}

TEST_F(Groups, ChildrenMaySpawnSiblingsAfterTheBody) {
  int count = 0;
  EXPECT_EQ(run(with_group(chain, &count)), "ok");
  EXPECT_EQ(count, 301);
}

Coro<void> cancel_one(TaskGroup& group, Log* log) {
  Task<void> one = group.spawn(long_sleep(log, "one"), "one");
  group.spawn(fail_when_cancelled("must not be cancelled"), "other").wait();
  Task<int> other = group.spawn(value_after(5ms, 1), "third");
  co_await yield();
  one.cancel();
  co_await other.wait();
  EXPECT_TRUE(one.cancelled());
  EXPECT_THROW(one.result(), Cancelled);
  group.cancel();
}

TEST_F(Groups, ACancelledChildIsNoErrorAndCancelsNobodyElse) {
  EXPECT_EQ(run(with_group(cancel_one, &log_)), "1 task failed: other: must not be cancelled");
}

Coro<void> body_throws_group(TaskGroup&) {
  std::vector<exception_group::Child> children;
  children.emplace_back("x", std::make_exception_ptr(std::runtime_error("1")));
  children.emplace_back("y", std::make_exception_ptr(17));
  throw exception_group(std::move(children));
  co_return;
}

TEST_F(Groups, FlattenOpensGroupsAndDescribesWhatIsNoException) {
  std::vector<exception_group::Child> flat;
  try {
    run_simulated(with_group(body_throws_group));
  } catch (const exception_group& errors) {
    flat = errors.flatten();
  }
  ASSERT_EQ(flat.size(), 2U);
  EXPECT_EQ(flat[1].task, "main > y");
  EXPECT_EQ(describe(flat[1].error), "an exception of unknown type");
  EXPECT_EQ(describe(nullptr), "no error");
  EXPECT_EQ(describe(std::make_exception_ptr(Cancelled{})), "cancelled");
}

}  // namespace
}  // namespace weir::testing
