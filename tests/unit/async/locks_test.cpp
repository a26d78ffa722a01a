// The cases of CPython's test_locks for locks, semaphores, conditions and barriers, by their names there, so
// far as sync_test.cpp has not got them.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class LockTests : public Case {};
class ConditionTests : public Case {};
class SemaphoreTests : public Case {};

Coro<void> lock_and_note(Mutex* mutex, Log* log, std::string name) {
  auto lock = co_await mutex->lock();
  log->push_back(name);
  co_await yield();
}

Coro<void> cancel_race(TaskGroup& group, Log* log) {
  Mutex mutex;
  auto lock = co_await mutex.lock();
  Task<void> a = group.spawn(lock_and_note(&mutex, log, "a"));
  Task<void> b = group.spawn(lock_and_note(&mutex, log, "b"));
  Task<void> c = group.spawn(lock_and_note(&mutex, log, "c"));
  co_await run_briefly();
  a.cancel();
  b.cancel();
  lock.release();
  co_await c.wait();
  EXPECT_TRUE(a.cancelled());
  EXPECT_TRUE(b.cancelled());
  EXPECT_FALSE(mutex.is_locked());
}

TEST_F(LockTests, cancel_race) {
  EXPECT_EQ(run(with_group(cancel_race, &log_)), "ok");
  EXPECT_EQ(log_, Log{"c"});
}

Coro<void> cancel_release_race(TaskGroup& group, Log* log) {
  Mutex mutex;
  auto lock = co_await mutex.lock();
  Task<void> a = group.spawn(lock_and_note(&mutex, log, "a"));
  Task<void> b = group.spawn(lock_and_note(&mutex, log, "b"));
  co_await run_briefly();
  lock.release();
  a.cancel();  // it has the lock by now, and gives it back on its way out
  co_await b.wait();
  EXPECT_TRUE(a.cancelled());
  EXPECT_FALSE(mutex.is_locked());
}

TEST_F(LockTests, cancel_release_race_and_finished_waiter_cancelled) {
  EXPECT_EQ(run(with_group(cancel_release_race, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"a", "b"}));
}

TEST_F(LockTests, a_lock_can_be_tried) {
  Mutex mutex;
  Permit lock = mutex.try_lock();
  EXPECT_TRUE(lock);
  EXPECT_FALSE(mutex.try_lock());
  lock.release();
  EXPECT_FALSE(lock);
  EXPECT_TRUE(mutex.try_lock());
}

// --- conditions

struct Shared {
  Mutex mutex;
  Condition condition;
  int value = 0;
  Log log;
};

Coro<void> wait_once(Shared* shared, std::string name) {
  auto lock = co_await shared->mutex.lock();
  try {
    co_await shared->condition.wait(lock);
    shared->log.push_back(name);
  } catch (const Cancelled&) {
    shared->log.push_back(name + " cancelled");
    EXPECT_TRUE(lock);
    EXPECT_TRUE(shared->mutex.is_locked());
    throw;
  }
  EXPECT_TRUE(lock);
}

Coro<void> three_wait(TaskGroup& group, Shared* shared) {
  for (const char* name : {"1", "2", "3"})
    group.spawn(wait_once(shared, name));
  co_await run_briefly();
  EXPECT_FALSE(shared->mutex.is_locked());
  shared->condition.notify(1);
  co_await run_briefly();
  EXPECT_EQ(shared->log, Log{"1"});
  shared->condition.notify(2);
  shared->condition.notify(5);  // nobody is left: nothing is kept
  co_await run_briefly();
  EXPECT_EQ(shared->log, (Log{"1", "2", "3"}));
  EXPECT_FALSE(shared->mutex.is_locked());
}

TEST_F(ConditionTests, wait_and_notify) {
  Shared shared;
  EXPECT_EQ(run(with_group(three_wait, &shared)), "ok");
}

Coro<void> notify_holding_the_lock(TaskGroup& group, Shared* shared) {
  group.spawn(wait_once(shared, "a"));
  group.spawn(wait_once(shared, "b"));
  co_await run_briefly();
  auto lock = co_await shared->mutex.lock();
  shared->condition.notify_all();
  co_await run_briefly();
  EXPECT_TRUE(shared->log.empty());  // they wait for the lock now
  lock.release();
  co_await run_briefly();
}

TEST_F(ConditionTests, notify_all_waiters_go_on_one_by_one) {
  Shared shared;
  EXPECT_EQ(run(with_group(notify_holding_the_lock, &shared)), "ok");
  EXPECT_EQ(shared.log, (Log{"a", "b"}));
  EXPECT_FALSE(shared.mutex.is_locked());
}

Coro<void> cancel_waiter(TaskGroup& group, Shared* shared) {
  Task<void> task = group.spawn(wait_once(shared, "a"));
  co_await run_briefly();
  task.cancel();
  co_await run_briefly();
  EXPECT_TRUE(task.cancelled());
  EXPECT_FALSE(shared->mutex.is_locked());
}

TEST_F(ConditionTests, wait_cancel) {
  Shared shared;
  EXPECT_EQ(run(with_group(cancel_waiter, &shared)), "ok");
  EXPECT_EQ(shared.log, Log{"a cancelled"});
}

Coro<void> cancel_contested(TaskGroup& group, Shared* shared) {
  Task<void> task = group.spawn(wait_once(shared, "a"));
  co_await run_briefly();
  auto lock = co_await shared->mutex.lock();
  task.cancel();
  co_await run_briefly();
  EXPECT_FALSE(task.done());  // it must have the lock before it may leave
  task.cancel();
  co_await run_briefly();
  EXPECT_FALSE(task.done());
  lock.release();
  co_await task.wait();
  EXPECT_TRUE(task.cancelled());
}

TEST_F(ConditionTests, wait_cancel_contested) {
  Shared shared;
  EXPECT_EQ(run(with_group(cancel_contested, &shared)), "ok");
  EXPECT_EQ(shared.log, Log{"a cancelled"});
  EXPECT_FALSE(shared.mutex.is_locked());
}

Coro<void> cancel_after_notify(TaskGroup& group, Shared* shared) {
  Task<void> a = group.spawn(wait_once(shared, "a"));
  Task<void> b = group.spawn(wait_once(shared, "b"));
  co_await run_briefly();
  auto lock = co_await shared->mutex.lock();
  shared->condition.notify(1);
  a.cancel();  // a was notified first: it goes on, and does not lose the wake-up
  lock.release();
  co_await run_briefly();
  EXPECT_TRUE(a.done());
  EXPECT_FALSE(b.done());
  b.cancel();
  co_await b.wait();
}

TEST_F(ConditionTests, wait_cancel_after_notify) {
  Shared shared;
  EXPECT_EQ(run(with_group(cancel_after_notify, &shared)), "ok");
  EXPECT_EQ(shared.log, (Log{"a", "b cancelled"}));
  EXPECT_FALSE(shared.mutex.is_locked());
}

Coro<void> wait_without_lock(Shared* shared) {
  Permit lock;
  co_await shared->condition.wait(lock);
}

TEST_F(ConditionTests, wait_unacquired) {
  Shared shared;
  EXPECT_EQ(run(wait_without_lock(&shared)), "wait() on a condition without holding the lock");
}

Coro<void> wait_until_even(Shared* shared, bool* presult) {
  auto lock = co_await shared->mutex.lock();
  const auto is_ready = [shared] { return shared->value >= 2; };
  co_await shared->condition.wait_for(lock, is_ready);
  EXPECT_TRUE(lock);
  *presult = true;
}
Coro<void> raise_value(TaskGroup& group, Shared* shared, bool* presult) {
  group.spawn(wait_until_even(shared, presult));
  for (int i = 0; i < 2; ++i) {
    co_await run_briefly();
    EXPECT_FALSE(*presult);
    ++shared->value;
    shared->condition.notify();
  }
  co_await run_briefly();
  EXPECT_TRUE(*presult);
  const auto is_ready = [shared] { return shared->value == 2; };
  co_await shared->condition.wait_for(is_ready);
}

TEST_F(ConditionTests, wait_for) {
  Shared shared;
  bool result = false;
  EXPECT_EQ(run(with_group(raise_value, &shared, &result)), "ok");
}

Coro<void> wait_limited(Shared* shared) {
  auto lock = co_await shared->mutex.lock();
  const auto never = [] { return false; };
  const std::string limited = co_await outcome_of(timeout(5ms, shared->condition.wait_for(lock, never)));
  EXPECT_EQ(limited, "timed out");
  EXPECT_TRUE(lock);
}

TEST_F(ConditionTests, timeout_in_block) {
  Shared shared;
  EXPECT_EQ(run(wait_limited(&shared)), "ok");
  EXPECT_FALSE(shared.mutex.is_locked());
}

// --- semaphores

TEST_F(SemaphoreTests, initial_value_zero_and_locked) {
  Semaphore semaphore(0);
  EXPECT_TRUE(semaphore.is_locked());
  EXPECT_FALSE(semaphore.try_acquire());
  semaphore.release();
  EXPECT_FALSE(semaphore.is_locked());
  EXPECT_TRUE(semaphore.try_acquire());
}

TEST_F(SemaphoreTests, release_not_acquired_of_a_bounded_semaphore) {
  BoundedSemaphore semaphore(1);
  EXPECT_THROW(semaphore.release(), std::logic_error);
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_EQ(semaphore.available(), 1U);
}

Coro<void> acquire_and_hold(Semaphore* semaphore, Log* log, std::string name, int rounds) {
  auto permit = co_await semaphore->acquire();
  log->push_back(name);
  co_await run_briefly(rounds);
}
Coro<void> fifo_order(TaskGroup& group, Log* log) {
  Semaphore semaphore(1);
  group.spawn(acquire_and_hold(&semaphore, log, "1", 1));
  group.spawn(acquire_and_hold(&semaphore, log, "2", 0));
  co_await yield();
  // Asks in the round in which the first gives back.
  group.spawn(acquire_and_hold(&semaphore, log, "3", 0));
  co_await run_briefly(1);
  Task<void> last = group.spawn(acquire_and_hold(&semaphore, log, "4", 0));
  co_await last.wait();
}

TEST_F(SemaphoreTests, acquire_fifo_order) {
  EXPECT_EQ(run(with_group(fifo_order, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"1", "2", "3", "4"}));
}

Coro<void> cancel_before_awoken(TaskGroup& group, Log* log) {
  Semaphore semaphore(0);
  std::vector<Task<void>> tasks;
  for (const char* name : {"1", "2", "3", "4"})
    tasks.push_back(group.spawn(acquire_and_hold(&semaphore, log, name, 0)));
  co_await run_briefly();
  tasks[0].cancel();
  tasks[1].cancel();
  semaphore.release();
  semaphore.release();
  co_await run_briefly();
  EXPECT_TRUE(tasks[2].done() && tasks[3].done());
  EXPECT_EQ(semaphore.available(), 2U);
}

TEST_F(SemaphoreTests, acquire_cancel_before_awoken) {
  EXPECT_EQ(run(with_group(cancel_before_awoken, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"3", "4"}));
}

}  // namespace
}  // namespace weir::testing
