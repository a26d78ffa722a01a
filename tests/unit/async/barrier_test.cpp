// Barriers: the cases of CPython's test_locks, by their names there.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

Coro<void> arrive(Barrier* barrier, std::vector<std::size_t>* places, Log* log) {
  try {
    places->push_back(co_await barrier->wait());
  } catch (const BrokenBarrierError&) {
    log->push_back("broken");
  }
}
Coro<void> arrive_in_turn(TaskGroup& group, Barrier* barrier, std::size_t times,
                          std::vector<std::size_t>* places, Log* log) {
  for (std::size_t i = 0; i < times; ++i) {
    EXPECT_EQ(barrier->n_waiting(), i % barrier->parties());
    group.spawn(arrive(barrier, places, log));
    co_await run_briefly();
  }
}

class BarrierTests : public Case {
 protected:
  void arrive(Barrier& barrier, std::size_t times) {
    run_simulated(with_group(arrive_in_turn, &barrier, times, &places_, &log_));
  }
  std::vector<std::size_t> places_;
};

TEST_F(BarrierTests, barrier_parties) {
  EXPECT_THROW(Barrier(0), std::invalid_argument);
  EXPECT_EQ(Barrier(6).parties(), 6U);
}

TEST_F(BarrierTests, filling_one_task_twice) {
  Barrier barrier(1);
  arrive(barrier, 2);
  EXPECT_EQ(places_, (std::vector<std::size_t>{0, 0}));
}

TEST_F(BarrierTests, filling_task_by_task_and_check_return_value) {
  Barrier barrier(3);
  arrive(barrier, 6);
  // The last to come goes on first; each round gives every place once.
  EXPECT_EQ(places_, (std::vector<std::size_t>{2, 0, 1, 2, 0, 1}));
  EXPECT_EQ(barrier.n_waiting(), 0U);
  EXPECT_FALSE(barrier.broken());
}

Coro<void> go_round(Barrier* barrier, int rounds, int* inside, int* most) {
  for (int i = 0; i < rounds; ++i) {
    co_await barrier->wait();
    *most = std::max(*most, ++*inside);
    co_await run_briefly(1);
    --*inside;
  }
}
Coro<void> many_rounds(TaskGroup& group, Barrier* barrier, int* inside, int* most) {
  for (int i = 0; i < 10; ++i)
    group.spawn(go_round(barrier, 20, inside, most));
  co_return;
}

TEST_F(BarrierTests, draining_state_tasks_that_come_again_wait_for_the_next_round) {
  Barrier barrier(5);
  int inside = 0;
  int most = 0;
  EXPECT_EQ(run(with_group(many_rounds, &barrier, &inside, &most)), "ok");
  EXPECT_GE(most, 5);
  EXPECT_EQ(inside, 0);
}

Coro<void> cancel_one_of(TaskGroup& group, Barrier* barrier, std::vector<std::size_t>* places, Log* log) {
  group.spawn(arrive(barrier, places, log));
  Task<void> second = group.spawn(arrive(barrier, places, log));
  co_await run_briefly();
  EXPECT_EQ(barrier->n_waiting(), 2U);
  second.cancel();
  co_await run_briefly();
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(barrier->n_waiting(), 1U);
  EXPECT_FALSE(barrier->broken());
  group.spawn(arrive(barrier, places, log));
  group.spawn(arrive(barrier, places, log));
}

TEST_F(BarrierTests, filling_tasks_cancel_one) {
  Barrier barrier(3);
  EXPECT_EQ(run(with_group(cancel_one_of, &barrier, &places_, &log_)), "ok");
  std::sort(places_.begin(), places_.end());
  EXPECT_EQ(places_, (std::vector<std::size_t>{0, 1, 2}));
}

Coro<void> fill_then(TaskGroup& group, Barrier* barrier, bool abort, std::vector<std::size_t>* places,
                     Log* log) {
  group.spawn(arrive(barrier, places, log));
  group.spawn(arrive(barrier, places, log));
  co_await run_briefly();
  if (abort) {
    barrier->abort();
  } else {
    barrier->reset();
  }
  EXPECT_EQ(barrier->n_waiting(), 0U);
  EXPECT_EQ(barrier->broken(), abort);
  co_await run_briefly();
  for (int i = 0; i < 3; ++i)
    group.spawn(arrive(barrier, places, log));
}

TEST_F(BarrierTests, filling_then_reset) {
  Barrier barrier(3);
  EXPECT_EQ(run(with_group(fill_then, &barrier, false, &places_, &log_)), "ok");
  EXPECT_EQ(log_.size(), 2U);
  EXPECT_EQ(places_.size(), 3U);
}

TEST_F(BarrierTests, abort_barrier_and_then_resetting) {
  Barrier barrier(3);
  EXPECT_EQ(run(with_group(fill_then, &barrier, true, &places_, &log_)), "ok");
  EXPECT_EQ(log_.size(), 5U);
  EXPECT_TRUE(places_.empty());
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
  arrive(barrier, 3);
  EXPECT_EQ(places_.size(), 3U);
}

Coro<void> abort_when_released(TaskGroup& group, Barrier* barrier, std::vector<std::size_t>* places,
                               Log* log) {
  for (int i = 0; i < 2; ++i)
    group.spawn(arrive(barrier, places, log));
  co_await run_briefly();
  Task<void> last = group.spawn(arrive(barrier, places, log));
  co_await yield();
  barrier->abort();  // the round was complete: it is not broken any more
}

TEST_F(BarrierTests, a_round_that_was_released_cannot_be_broken) {
  Barrier barrier(3);
  EXPECT_EQ(run(with_group(abort_when_released, &barrier, &places_, &log_)), "ok");
  EXPECT_EQ(places_.size(), 3U);
  EXPECT_TRUE(log_.empty());
}

}  // namespace
}  // namespace weir::testing
