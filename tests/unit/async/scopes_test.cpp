// Scopes within scopes: timeouts, groups and shields, and clean-up that uses them.
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

using Log = std::vector<std::string>;

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

Coro<void> nap(Duration delay) {
  co_await sleep(delay);
}

Coro<void> fail_after(Duration delay, std::string message) {
  co_await sleep(delay);
  throw std::runtime_error(message);
}

Coro<void> cancel_later(TaskGroup& group, Coro<void> coro, Duration delay, std::string* outcome) {
  Task<std::string> task = group.spawn(outcome_of(std::move(coro)), "outer");
  co_await sleep(delay);
  task.cancel();
  co_await task.wait();
  *outcome = task.result();
}

class Scopes : public ::testing::Test {
 protected:
  std::string run(Coro<void> main) { return run_simulated(outcome_of(std::move(main))); }
  // How `coro` ends when its task is cancelled after `delay`.
  std::string when_cancelled(Coro<void> coro, Duration delay = 5ms) {
    std::string outcome;
    run_simulated(with_group(cancel_later, std::move(coro), delay, &outcome));
    return outcome;
  }
  Log log_;

 private:
  FrameCheck frames_;
};

TEST_F(Scopes, ATimeoutEndsWhatTakesTooLong) {
  EXPECT_EQ(run(timeout(1ms, nap(1h))), "timed out");
  EXPECT_EQ(run(timeout(1h, nap(1ms))), "ok");
  EXPECT_EQ(run(timeout(0ms, nap(1ms))), "timed out");
  EXPECT_EQ(run(timeout(-5ms, nap(1ms))), "timed out");
  EXPECT_EQ(run(timeout(Duration::max(), nap(1ms))), "ok");
  EXPECT_EQ(run(timeout(Duration::min(), nap(1ms))), "timed out");
}

TEST_F(Scopes, AnErrorWinsOverATimeout) {
  EXPECT_EQ(run(timeout(1h, fail_after(1ms, "broken"))), "broken");
}

TEST_F(Scopes, OfTwoTimeoutsTheOneThatRanOutThrows) {
  EXPECT_EQ(run(timeout(1h, timeout(1ms, nap(2h)))), "timed out");
  EXPECT_EQ(run(timeout(1ms, timeout(1h, nap(2h)))), "timed out");
}

// Both run out in one round: the inner one steps back, the outer one throws, once.
Coro<void> equal_timeouts(Log* log) {
  const TimePoint at = Loop::current()->now() + 2ms;
  const std::string inner = co_await outcome_of(timeout_at(at, timeout_at(at, nap(1h))));
  log->push_back(inner);
  const std::string after = co_await outcome_of(nap(1ms));
  log->push_back(after);
}

TEST_F(Scopes, TimeoutsThatRunOutTogetherLeaveNothingBehind) {
  EXPECT_EQ(run(equal_timeouts(&log_)), "ok");
  EXPECT_EQ(log_, (Log{"timed out", "ok"}));
}

Coro<void> clean_up_inside(TimePoint outer, Log* log) {
  const std::string inner = co_await outcome_of(timeout_at(outer, nap(1h)));
  log->push_back(inner);
  const std::string clean_up = co_await outcome_of(nap(1ms));  // must not be cancelled a second time
  log->push_back(clean_up);
}

// The inner timeout turns its own expiry into the outer one's, which came in the same round: that is its
// delivery, and clean-up on the way out is left alone.
Coro<void> expiry_is_delivered_once(Log* log) {
  const TimePoint at = Loop::current()->now() + 2ms;
  const std::string outer = co_await outcome_of(timeout_at(at, clean_up_inside(at, log)));
  log->push_back(outer);
}

TEST_F(Scopes, ACancellationThatGoesOutwardsIsNotDeliveredTwice) {
  EXPECT_EQ(run(expiry_is_delivered_once(&log_)), "ok");
  EXPECT_EQ(log_, (Log{"cancelled", "ok", "ok"}));
}

Coro<void> spawn_naps(TaskGroup& group, Duration delay, Log* log) {
  group.spawn(nap(delay), "a");
  group.spawn(nap(delay), "b");
  co_await nap(delay);
  log->push_back("body ended");
}
Coro<void> spawn_bad(TaskGroup& group, Duration delay) {
  group.spawn(fail_after(delay, "broken"), "bad");
  co_await nap(1h);
}

TEST_F(Scopes, ATimeoutAroundAGroupStopsAllOfIt) {
  EXPECT_EQ(run(timeout(1ms, with_group(spawn_naps, Duration(1h), &log_))), "timed out");
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(run(timeout(1h, with_group(spawn_bad, Duration(1ms)))), "1 task failed: bad: broken");
}

Coro<void> joins_inside(TaskGroup& group, Log* log) {
  group.spawn(nap(1h), "long");
  const std::string inner = co_await outcome_of(timeout(1ms, with_group(spawn_naps, Duration(1h), log)));
  log->push_back(inner);
  group.cancel();
  const std::string next = co_await outcome_of(nap(1ms));
  log->push_back(next);
}

TEST_F(Scopes, AGroupInATimeoutInAGroup) {
  EXPECT_EQ(run(with_group(joins_inside, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"timed out", "cancelled"}));
}

// gh-155433: a group that cancels itself must not eat the timeout around it.
Coro<void> cancel_then_nap(TaskGroup& group) {
  group.cancel();
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
  co_await sleep(1h);
}

TEST_F(Scopes, ATimeoutOutlivesAGroupThatCancelledItself) {
  EXPECT_EQ(run(timeout(5ms, with_group(cancel_then_nap))), "timed out");
}

// Clean-up: what runs after a Cancelled was caught.
Coro<void> clean_up_with(Coro<void> clean_up, Log* log) {
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  const std::string outcome = co_await outcome_of(std::move(clean_up));
  log->push_back(outcome);
  const std::string next = co_await outcome_of(nap(1ms));
  log->push_back(next);
  if (cancelled) throw Cancelled{};
}

TEST_F(Scopes, ATimeoutInCleanUpIsATimeout) {
  EXPECT_EQ(when_cancelled(clean_up_with(timeout(1ms, nap(1h)), &log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"timed out", "ok"}));
}

TEST_F(Scopes, AGroupInCleanUpThrowsItsErrorsAndNoMore) {
  EXPECT_EQ(when_cancelled(clean_up_with(with_group(spawn_bad, Duration(1ms)), &log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"1 task failed: bad: broken", "ok"}));
}

Coro<void> cancel_own_group(TaskGroup& group) {
  group.spawn(nap(1h), "child");
  co_await yield();
  group.cancel();
  co_await nap(1h);
}

TEST_F(Scopes, AGroupInCleanUpMayCancelItself) {
  EXPECT_EQ(when_cancelled(clean_up_with(with_group(cancel_own_group), &log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"ok", "ok"}));
}

Coro<void> shielded(Coro<void> coro, Log* log) {
  const std::string inside = co_await outcome_of(with_cancel_disabled(std::move(coro)));
  log->push_back(inside);
  const std::string next = co_await outcome_of(nap(1h));
  log->push_back(next);
}

TEST_F(Scopes, AShieldHoldsTheCancellationBackUntilItsEnd) {
  EXPECT_EQ(when_cancelled(shielded(nap(20ms), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"ok", "cancelled"}));
}

TEST_F(Scopes, ATimeoutInsideAShieldStillRunsOut) {
  EXPECT_EQ(when_cancelled(shielded(timeout(20ms, nap(1h)), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"timed out", "cancelled"}));
}

TEST_F(Scopes, AGroupInsideAShieldStillStopsItself) {
  EXPECT_EQ(when_cancelled(shielded(with_group(spawn_bad, Duration(20ms)), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"1 task failed: bad: broken", "cancelled"}));
}

// The request comes while the group joins: its children must not feel it.
TEST_F(Scopes, AShieldCoversTheJoinOfAGroup) {
  EXPECT_EQ(when_cancelled(shielded(with_group(spawn_naps, Duration(20ms), &log_), &log_)), "ok");
  EXPECT_EQ(log_, (Log{"body ended", "ok", "cancelled"}));
}

Coro<void> shield_while_due(Log* log) {
  detail::TaskBase& self = co_await detail::this_task();
  self.request_cancel(&self);
  const std::string inside =
      co_await outcome_of(with_cancel_disabled(with_group(spawn_naps, Duration(1ms), log)));
  log->push_back(inside);
  co_await sleep(1ms);
  log->push_back("not reached");
}

TEST_F(Scopes, AShieldRaisedWhileACancellationIsDueCoversAGroup) {
  EXPECT_EQ(run(shield_while_due(&log_)), "cancelled");
  EXPECT_EQ(log_, (Log{"body ended", "ok"}));
}

Coro<void> outer_timeout_inner_shield(Log* log) {
  const std::string outcome = co_await outcome_of(timeout(2ms, with_cancel_disabled(nap(10ms))));
  log->push_back(outcome);
  const std::string next = co_await outcome_of(nap(1ms));
  log->push_back(next);
}

TEST_F(Scopes, AValueWinsOverATimeoutThatAShieldHeldBack) {
  EXPECT_EQ(run(outer_timeout_inner_shield(&log_)), "ok");
  EXPECT_EQ(log_, (Log{"ok", "ok"}));
}

// A cancelled future throws Cancelled into a task that nobody asked to stop.
Coro<void> await_future(Future<int> future) {
  co_await future.wait();
}
Coro<void> spawn_cancelled_future(TaskGroup& group, Log* log) {
  Promise<int> promise;
  Task<void> task = group.spawn(await_future(promise.future()), "waiting");
  co_await yield();
  promise.cancel();
  const std::string in_timeout = co_await outcome_of(timeout(1h, await_future(promise.future())));
  log->push_back(in_timeout);
  co_await task.wait();
  EXPECT_TRUE(task.cancelled());
}

TEST_F(Scopes, ACancelledFutureIsNoTimeout) {
  EXPECT_EQ(run(with_group(spawn_cancelled_future, &log_)), "ok");
  EXPECT_EQ(log_, Log{"cancelled"});
}

}  // namespace
}  // namespace weir::testing
