// co_await on handles (tasks, futures), clean-up behind a coroutine, and gather() of coroutines without
// values.
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

Coro<int> value_after(Duration delay, int value) {
  co_await sleep(delay);
  co_return value;
}
Coro<int> fail_after(Duration delay) {
  co_await sleep(delay);
  throw std::runtime_error("failed");
}
Coro<void> note_after(Duration delay, std::string* log, std::string text) {
  co_await sleep(delay);
  *log += text;
}

class Await : public ::testing::Test {
 private:
  FrameCheck frames_;
};

Coro<void> await_value(TaskGroup& group, int* sum) {
  const Task<int> task = group.spawn(value_after(2ms, 20));
  *sum += co_await task;
  *sum += co_await group.spawn(value_after(1ms, 1));  // a handle that nothing else keeps
}
TEST_F(Await, OfATaskGivesItsValue) {
  int sum = 0;
  run_simulated(with_group(await_value, &sum));
  EXPECT_EQ(sum, 21);
}

Coro<void> await_failed(TaskGroup& group, std::string* message) {
  const Task<int> task = group.spawn(fail_after(1ms));
  try {
    co_await task;
  } catch (const std::runtime_error& error) {
    *message = error.what();
  }
}
TEST_F(Await, OfATaskThatFailsThrowsItsErrorAsItsGroupDoes) {
  std::string message;
  try {
    run_simulated(with_group(await_failed, &message));
    FAIL() << "the group has no error";
  } catch (const exception_group& errors) {
    EXPECT_EQ(errors.children().size(), 1U);
  }
  EXPECT_EQ(message, "failed");
}

Coro<void> await_other(Task<int> task, std::string* log) {
  try {
    *log += std::to_string(co_await task) + " ";
    co_await yield();
    *log += "went on ";
  } catch (const Cancelled&) {
    *log += "waiter cancelled ";
    throw;
  }
}
Coro<void> cancel_waiter(TaskGroup& group, Task<int> task, std::string* log) {
  Task<void> waiter = group.spawn(await_other(task, log));
  co_await sleep(1ms);
  waiter.cancel();
  co_await waiter.wait();
  *log += task.cancelled() ? "task cancelled" : "task done";
}
Coro<void> cancel_passed_on(TaskGroup& group, std::string* log) {
  Task<int> task = group.spawn(value_after(1h, 1));
  co_await with_group(cancel_waiter, task, log);
}
TEST_F(Await, OfATaskPassesACancellationOn) {
  std::string log;
  run_simulated(with_group(cancel_passed_on, &log));
  EXPECT_EQ(log, "waiter cancelled task cancelled");
}

Coro<int> stubborn() {
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
  co_return 7;
}
Coro<void> cancel_not_heard(TaskGroup& group, std::string* log) {
  Task<int> task = group.spawn(stubborn());
  co_await with_group(cancel_waiter, task, log);
}
TEST_F(Await, OfATaskGivesTheValueOfOneThatRefusesAndIsCancelledAtTheNextAwait) {
  std::string log;
  run_simulated(with_group(cancel_not_heard, &log));
  EXPECT_EQ(log, "7 waiter cancelled task done");
}

Coro<void> timed_await(TaskGroup& group, bool* timed_out) {
  Task<int> task = group.spawn(value_after(1h, 1));
  const auto wait = [](Task<int> awaited) -> Coro<int> { co_return co_await awaited; };
  try {
    co_await timeout(1ms, wait(task));
  } catch (const TimeoutError&) {
    *timed_out = task.cancelled();
  }
}
TEST_F(Await, OfATaskWithinALimitCancelsIt) {
  bool timed_out = false;
  run_simulated(with_group(timed_await, &timed_out));
  EXPECT_TRUE(timed_out);
}

Coro<void> await_itself(Task<void>* self) {
  co_await *self;
}
Coro<void> spawn_self_awaiter(TaskGroup& group, Task<void>* self) {
  *self = group.spawn(await_itself(self));
  co_return;
}
TEST_F(Await, OfATaskByItselfIsAMistake) {
  Task<void> self;
  try {
    run_simulated(with_group(spawn_self_awaiter, &self));
    FAIL() << "it ended";
  } catch (const exception_group& errors) {
    EXPECT_EQ(describe(errors.first()), "a task cannot await itself");
  }
}

Coro<int> await_future() {
  Promise<int> promise;
  const Future<int> future = promise.future();
  promise.set_value(21);
  const int once = co_await future;
  co_return once + co_await promise.future();
}
TEST_F(Await, OfAFutureGivesItsValue) {
  EXPECT_EQ(run_simulated(await_future()), 42);
}

TEST_F(Await, GatherTakesCoroutinesWithoutValues) {
  std::string log;
  run_simulated(gather(note_after(2ms, &log, "b"), note_after(1ms, &log, "a")));
  EXPECT_EQ(log, "ab");
  const auto values =
      run_simulated(gather(value_after(1ms, 1), note_after(2ms, &log, "c"), value_after(3ms, 3)));
  EXPECT_EQ(log, "abc");
  EXPECT_EQ(std::get<0>(values) + std::get<2>(values), 4);
}

TEST_F(Await, CleanupRunsBehindAValueAndAnError) {
  std::string log;
  EXPECT_EQ(run_simulated(with_cleanup(value_after(1ms, 5), note_after(1ms, &log, "clean "))), 5);
  run_simulated(with_cleanup(note_after(1ms, &log, "work "), note_after(1ms, &log, "clean ")));
  EXPECT_THROW(run_simulated(with_cleanup(fail_after(1ms), note_after(1ms, &log, "clean"))),
               std::runtime_error);
  EXPECT_EQ(log, "clean work clean clean");
}

Coro<void> fail_to_clean() {
  co_await yield();
  throw std::logic_error("not clean");
}
TEST_F(Await, AnErrorOfCleanupTakesThePlaceOfTheOther) {
  EXPECT_THROW(run_simulated(with_cleanup(fail_after(1ms), fail_to_clean())), std::logic_error);
}

Coro<void> cancel_cleaned(TaskGroup& group, std::string* log) {
  Task<int> task = group.spawn(with_cleanup(value_after(1h, 1), note_after(1ms, log, "clean ")));
  co_await sleep(1ms);
  task.cancel();
  co_await task.wait();
  *log += task.cancelled() ? "cancelled" : "not cancelled";
}
TEST_F(Await, CleanupRunsBehindACancellationWhichGoesOn) {
  std::string log;
  run_simulated(with_group(cancel_cleaned, &log));
  EXPECT_EQ(log, "clean cancelled");
}

}  // namespace
}  // namespace weir::testing
