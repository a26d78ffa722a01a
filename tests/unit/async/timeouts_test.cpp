// The cases of CPython's test_timeouts, by their names there; the scope object is weir::Timeout.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class TimeoutTests : public Case {
 protected:
  // Runs `coro` in `limit` and says how that ended.
  std::string within(Timeout& limit, Coro<void> coro) { return run(limit.run(std::move(coro))); }
};

TEST_F(TimeoutTests, timeout_basic) {
  Timeout limit(10ms);
  EXPECT_FALSE(limit.expired());
  EXPECT_EQ(within(limit, nap(10s)), "timed out");
  EXPECT_TRUE(limit.expired());
}

Coro<void> check_at_basic(Log* log) {
  const TimePoint deadline = Loop::current()->now() + 10ms;
  Timeout limit(deadline);
  EXPECT_EQ(limit.when(), deadline);
  const std::string outcome = co_await outcome_of(limit.run(nap(10s)));
  log->push_back(outcome);
  EXPECT_TRUE(limit.expired());
  EXPECT_EQ(limit.when(), deadline);
  EXPECT_EQ(Loop::current()->now(), deadline);
}

TEST_F(TimeoutTests, timeout_at_basic) {
  EXPECT_EQ(run(check_at_basic(&log_)), "ok");
  EXPECT_EQ(log_, Log{"timed out"});
}

Coro<void> note_outcome(Coro<void> coro, Log* log) {
  std::exception_ptr error;
  try {
    co_await std::move(coro);
    log->push_back("ok");
  } catch (const Cancelled&) {
    log->push_back("cancelled");
    throw;
  } catch (...) {
    error = std::current_exception();
    log->push_back(describe(error));
  }
  if (error) std::rethrow_exception(error);
}
Coro<void> check_nested(Log* log) {
  const TimePoint deadline = Loop::current()->now() + 10ms;
  Timeout outer(deadline);
  Timeout inner(deadline);
  Coro<void> inside = note_outcome(inner.run(nap(10s)), log);
  const std::string outcome = co_await outcome_of(outer.run(std::move(inside)));
  log->push_back(outcome);
  EXPECT_TRUE(outer.expired());
  EXPECT_TRUE(inner.expired());
}

TEST_F(TimeoutTests, nested_timeouts_only_the_outermost_throws) {
  EXPECT_EQ(run(check_nested(&log_)), "ok");
  EXPECT_EQ(log_, (Log{"cancelled", "timed out"}));
}

TEST_F(TimeoutTests, waiter_cancelled) {
  Timeout limit(10ms);
  EXPECT_EQ(within(limit, long_sleep(&log_, "cleaned up")), "timed out");
  EXPECT_EQ(log_, Log{"cleaned up"});
}

TEST_F(TimeoutTests, timeout_not_called) {
  Timeout limit(10s);
  EXPECT_FALSE(limit.when());  // counted from the entry
  EXPECT_EQ(within(limit, nap(10ms)), "ok");
  EXPECT_FALSE(limit.expired());
  EXPECT_TRUE(limit.when());
}

TEST_F(TimeoutTests, timeout_disabled_and_timeout_at_disabled) {
  Timeout limit;
  EXPECT_EQ(within(limit, nap(10ms)), "ok");
  EXPECT_FALSE(limit.expired());
  EXPECT_FALSE(limit.when());
}

TEST_F(TimeoutTests, timeout_zero_and_timeout_zero_sleep_zero_and_in_the_past) {
  for (const Duration limit : {Duration(0), Duration(-11s)}) {
    for (const Duration delay : {Duration(10s), Duration(0)}) {
      Timeout scope(limit);
      // A sleep of nothing is over before the timer fires: the value wins.
      EXPECT_EQ(within(scope, nap(delay)), delay > Duration::zero() ? "timed out" : "ok");
      EXPECT_TRUE(scope.expired());
    }
  }
}

TEST_F(TimeoutTests, foreign_exception_passed) {
  Timeout limit(10ms);
  EXPECT_EQ(within(limit, fail_after(0ms, "key")), "key");
  EXPECT_FALSE(limit.expired());
}

Coro<void> crash_in_clean_up() {
  bool cancelled = false;
  try {
    co_await sleep(1s);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (cancelled) throw std::runtime_error("1/0");
}

TEST_F(TimeoutTests, foreign_exception_on_timeout) {
  Timeout limit(10ms);
  EXPECT_EQ(within(limit, crash_in_clean_up()), "1/0");
  EXPECT_TRUE(limit.expired());
}

Coro<void> cancel_self_and_sleep() {
  current_task().cancel();
  co_await sleep(10s);
}

TEST_F(TimeoutTests, foreign_cancel_doesnt_timeout_if_not_expired) {
  Timeout limit(10s);
  EXPECT_EQ(within(limit, cancel_self_and_sleep()), "cancelled");
  EXPECT_FALSE(limit.expired());
}

Coro<void> outer_task_goes_on(TaskGroup& group, Log* log) {
  Task<std::string> task = group.spawn(outcome_of(timeout(1ms, nap(10s))));
  co_await task.wait();
  EXPECT_FALSE(task.cancelled());
  log->push_back(task.result());
}

TEST_F(TimeoutTests, outer_task_is_not_cancelled) {
  EXPECT_EQ(run(with_group(outer_task_goes_on, &log_)), "ok");
  EXPECT_EQ(log_, Log{"timed out"});
}

Coro<void> inner_then_long(Log* log) {
  const std::string inner = co_await outcome_of(timeout(10ms, nap(1s)));
  log->push_back(inner);
  co_await sleep(10s);
}

TEST_F(TimeoutTests, nested_timeouts_loop_busy_the_outer_one_stops_what_follows) {
  EXPECT_EQ(run(timeout(100ms, inner_then_long(&log_))), "timed out");
  EXPECT_EQ(log_, Log{"timed out"});
}

Coro<void> check_reschedule(TaskGroup& group, Log* log) {
  const TimePoint deadline1 = Loop::current()->now() + 10s;
  const TimePoint deadline2 = deadline1 + 20s;
  Timeout limit(deadline1);
  Task<std::string> task = group.spawn(outcome_of(limit.run(nap(50s))));
  co_await yield();
  EXPECT_EQ(limit.when(), deadline1);
  limit.reschedule(deadline2);
  EXPECT_EQ(limit.when(), deadline2);
  co_await sleep(15s);
  EXPECT_FALSE(limit.expired());
  limit.reschedule(std::nullopt);
  EXPECT_FALSE(limit.when());
  co_await sleep(20s);
  EXPECT_FALSE(task.done());
  task.cancel();
  co_await task.wait();
  log->push_back(task.result());
  EXPECT_FALSE(limit.expired());
}

TEST_F(TimeoutTests, reschedule) {
  EXPECT_EQ(run(with_group(check_reschedule, &log_)), "ok");
  EXPECT_EQ(log_, Log{"cancelled"});
}

Coro<void> move_into_the_past(Timeout* limit) {
  co_await sleep(1ms);
  limit->reschedule(Loop::current()->now() - 1s);
  co_await sleep(10s);
}

TEST_F(TimeoutTests, rescheduled_into_the_past_it_expires_at_once) {
  Timeout limit;
  EXPECT_EQ(within(limit, move_into_the_past(&limit)), "timed out");
  EXPECT_TRUE(limit.expired());
}

Coro<void> signs_of_life(Timeout* limit) {
  for (int i = 0; i < 5; ++i) {
    co_await sleep(8ms);
    limit->reschedule(Loop::current()->now() + 10ms);
  }
  co_await sleep(1h);
}

TEST_F(TimeoutTests, each_sign_of_life_moves_the_deadline) {
  Timeout limit(10ms);
  EXPECT_EQ(within(limit, signs_of_life(&limit)), "timed out");
}

Coro<void> timeout_in_clean_up(Log* log) {
  bool cancelled = false;
  try {
    co_await sleep(1s);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  const std::string inner = co_await outcome_of(timeout(10ms, nap(10s)));
  log->push_back(inner);
  if (cancelled) throw Cancelled{};
}

TEST_F(TimeoutTests, nested_timeout_in_finally) {
  EXPECT_EQ(run(timeout(10ms, timeout_in_clean_up(&log_))), "timed out");
  EXPECT_EQ(log_, Log{"timed out"});
}

Coro<void> swallow_own_cancel() {
  current_task().cancel();
  try {
    co_await sleep(1s);
  } catch (const Cancelled&) {
  }
}
Coro<void> after_cancellation(Log* log) {
  co_await swallow_own_cancel();
  const std::string limited = co_await outcome_of(timeout(0ms, nap(1s)));
  log->push_back(limited);
}

TEST_F(TimeoutTests, timeout_after_cancellation) {
  EXPECT_EQ(run(after_cancellation(&log_)), "ok");
  EXPECT_EQ(log_, Log{"timed out"});
}

Coro<void> cancel_again_inside(Log* log) {
  co_await swallow_own_cancel();
  EXPECT_TRUE(current_task().is_cancelling());
  EXPECT_TRUE(current_task().uncancel());  // or the second request would be the first
  const std::string limited = co_await outcome_of(timeout(1s, cancel_self_and_sleep()));
  log->push_back(limited);
}

TEST_F(TimeoutTests, cancel_in_timeout_after_cancellation) {
  EXPECT_EQ(run(cancel_again_inside(&log_)), "ok");
  EXPECT_EQ(log_, Log{"cancelled"});
}

Coro<void> enter_again(Timeout* limit, Log* log) {
  const std::string outcome = co_await outcome_of(limit->run(nap(0ms)));
  log->push_back(outcome);
}

TEST_F(TimeoutTests, timeout_already_entered_and_double_enter) {
  Timeout limit(10ms);
  EXPECT_EQ(within(limit, enter_again(&limit, &log_)), "ok");
  EXPECT_EQ(run(enter_again(&limit, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"a Timeout was entered twice", "a Timeout was entered twice"}));
}

Coro<void> reschedule_when_expired(Timeout* limit) {
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
  limit->reschedule(std::nullopt);
}

TEST_F(TimeoutTests, timeout_finished_and_not_entered_and_expiring) {
  Timeout limit(10ms);
  EXPECT_THROW(limit.reschedule(std::nullopt), std::logic_error);
  EXPECT_EQ(within(limit, nap(0ms)), "ok");
  EXPECT_THROW(limit.reschedule(std::nullopt), std::logic_error);
  Timeout expiring(10ms);
  EXPECT_EQ(within(expiring, reschedule_when_expired(&expiring)),
            "reschedule() of a Timeout that has expired");
}

Coro<int> value_in(Timeout* limit) {
  const int value = co_await limit->run(value_after(1ms, 7));
  co_return value;
}

TEST_F(TimeoutTests, it_gives_the_value) {
  Timeout limit(10ms);
  EXPECT_EQ(run_simulated(value_in(&limit)), 7);
}

}  // namespace
}  // namespace weir::testing
