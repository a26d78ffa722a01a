// gather, gather_results, gather_bounded, race: values, errors, and who is cancelled.
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

Coro<int> value_after(Duration delay, int value) {
  co_await sleep(delay);
  co_return value;
}
Coro<int> fail_after(Duration delay, std::string message) {
  co_await sleep(delay);
  throw std::runtime_error(message);
}
Coro<int> end_cancelled() {
  co_await yield();
  throw Cancelled{};
}
Coro<int> note_cancel(int* cancelled) {
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    ++*cancelled;
    throw;
  }
  co_return 0;
}

class Gather : public ::testing::Test {
 protected:
  template <class... C>
  static std::vector<Coro<int>> list(C... coros) {
    std::vector<Coro<int>> all;
    (all.push_back(std::move(coros)), ...);
    return all;
  }

 private:
  FrameCheck frames_;
};

TEST_F(Gather, GivesValuesInTheOrderOfTheArguments) {
  EXPECT_EQ(run_simulated(gather(list(value_after(3ms, 1), value_after(1ms, 2), value_after(2ms, 3)))),
            (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(run_simulated(gather(std::vector<Coro<int>>())).empty());
}

TEST_F(Gather, ThrowsTheFirstErrorItselfAndCancelsTheRest) {
  int cancelled = 0;
  try {
    run_simulated(gather(list(note_cancel(&cancelled), fail_after(1ms, "x"), fail_after(1ms, "y"))));
    ADD_FAILURE() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "x");
  }
  EXPECT_EQ(cancelled, 1);
}

TEST_F(Gather, IsCancelledWhenOneOfItsCoroutinesEndsCancelled) {
  EXPECT_THROW(run_simulated(gather(list(value_after(1ms, 1), end_cancelled()))), Cancelled);
  EXPECT_THROW(run_simulated(gather(value_after(1ms, 1), end_cancelled())), Cancelled);
  const auto fn = [](int) { return end_cancelled(); };
  std::vector<int> inputs(3, 0);
  EXPECT_THROW(run_simulated(gather_bounded(2, inputs, fn)), Cancelled);
}

Coro<void> nothing() {
  co_await yield();
}
Coro<void> cancelled_nothing() {
  co_await yield();
  throw Cancelled{};
}

TEST_F(Gather, WorksWithoutValues) {
  std::vector<Coro<void>> coros;
  coros.push_back(nothing());
  run_simulated(gather(std::move(coros)));
  std::vector<Coro<void>> torn;
  torn.push_back(cancelled_nothing());
  EXPECT_THROW(run_simulated(gather(std::move(torn))), Cancelled);
}

TEST_F(Gather, ResultsKeepErrorsBesideValues) {
  const auto results =
      run_simulated(gather_results(list(value_after(2ms, 1), fail_after(1ms, "bad"), end_cancelled())));
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].value(), 1);
  EXPECT_FALSE(results[1].ok());
  EXPECT_EQ(describe(results[1].error()), "bad");
  EXPECT_EQ(describe(results[2].error()), "cancelled");
}

TEST_F(Gather, BoundedRunsAtMostSoManyAtOnce) {
  int now = 0;
  int peak = 0;
  const auto work = [](int input, int* running, int* most) -> Coro<int> {
    *most = std::max(*most, ++*running);
    co_await sleep(std::chrono::milliseconds(input % 3));
    --*running;
    co_return 10 * input;
  };
  const auto fn = [&now, &peak, work](int input) { return work(input, &now, &peak); };
  std::vector<int> inputs;
  for (int i = 0; i < 20; ++i)
    inputs.push_back(i);
  const std::vector<int> values = run_simulated(gather_bounded(5, inputs, fn));
  ASSERT_EQ(values.size(), 20U);
  EXPECT_EQ(values[19], 190);
  EXPECT_EQ(peak, 5);
  EXPECT_THROW(run_simulated(gather_bounded(0, inputs, fn)), std::invalid_argument);
}

TEST_F(Gather, BoundedStopsAtAnError) {
  int started = 0;
  const auto fn = [&started](int input) {
    ++started;
    return input == 3 ? fail_after(0ms, "third") : value_after(1ms, input);
  };
  std::vector<int> inputs(50, 3);
  EXPECT_THROW(run_simulated(gather_bounded(2, inputs, fn)), std::runtime_error);
  EXPECT_LE(started, 4);
}

TEST_F(Gather, RaceGivesTheFirstAndCancelsTheRest) {
  int cancelled = 0;
  auto winner =
      run_simulated(race(list(note_cancel(&cancelled), value_after(1ms, 7), note_cancel(&cancelled))));
  EXPECT_EQ(winner.index, 1U);
  EXPECT_EQ(winner.outcome.value(), 7);
  EXPECT_EQ(cancelled, 2);
  EXPECT_THROW(run_simulated(race(list(note_cancel(&cancelled), fail_after(1ms, "lost")))),
               std::runtime_error);
  EXPECT_EQ(cancelled, 3);
}

TEST_F(Gather, RaceOfNothingAndRaceWithoutAWinner) {
  EXPECT_THROW(run_simulated(race(std::vector<Coro<int>>())), std::invalid_argument);
  EXPECT_THROW(run_simulated(race(list(end_cancelled(), end_cancelled()))), Cancelled);
  EXPECT_EQ(run_simulated(race(list(end_cancelled(), value_after(1ms, 5)))).outcome.value(), 5);
}

// The winner was found, and its losers are being joined, when the cancellation comes.
Coro<int> slow_to_stop() {
  bool cancelled = false;
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  co_await sleep(10ms);
  if (cancelled) throw Cancelled{};
  co_return 0;
}
Coro<void> race_then_sleep(Coro<Winner<int>> racing, int* won, bool* cancelled_next) {
  auto winner = co_await std::move(racing);
  *won = winner.outcome.value();
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    *cancelled_next = true;
    throw;
  }
}
Coro<void> cancel_race(TaskGroup& group, Coro<Winner<int>> racing, int* won, bool* cancelled_next) {
  Task<void> task = group.spawn(race_then_sleep(std::move(racing), won, cancelled_next));
  co_await sleep(5ms);
  task.cancel();
}

TEST_F(Gather, AWinnerWinsOverACancellation) {
  int won = 0;
  bool cancelled_next = false;
  Coro<Winner<int>> racing = race(list(value_after(1ms, 7), slow_to_stop()));
  run_simulated(with_group(cancel_race, std::move(racing), &won, &cancelled_next));
  EXPECT_EQ(won, 7);
  EXPECT_TRUE(cancelled_next);
}

}  // namespace
}  // namespace weir::testing
