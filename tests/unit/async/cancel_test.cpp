// Every awaitable of the runtime, cancelled at every moment.
#include <semaphore>
#include <thread>

#include "unit/async/cancel_harness.hpp"

namespace weir::testing {
namespace {

// Those that hand nothing over.
class HandsNothingOver : public Awaited {
 public:
  void check_nothing_lost(int) override {}
};

class SleepAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override {
    due_ = Loop::current()->now() + 2ms;
    co_await sleep_until(due_);
  }
  void make_ready(std::function<void()> then) override { Loop::current()->call_at(due_, std::move(then)); }

 private:
  TimePoint due_;
};

class SleepForAwaited final : public HandsNothingOver {
 public:
  explicit SleepForAwaited(Duration delay) : delay_(delay) {}
  Coro<void> wait() override { co_await sleep(delay_); }
  void make_ready(std::function<void()> then) override {
    // A sleep of nothing is ready as soon as it is begun. For a longer one a timer that is due just after it,
    // and a blocked loop, so that both fire in one round.
    if (delay_ == Duration::zero()) return then();
    Loop::current()->call_later(delay_, std::move(then));
    std::this_thread::sleep_for(2 * delay_);
  }
  bool is_interruptible() const override { return delay_ > Duration::zero(); }

 private:
  Duration delay_;
};

class EventAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override { co_await event_.wait(); }
  void make_ready(std::function<void()> then) override {
    event_.set();
    then();
  }

 private:
  Event event_;
};

class ConditionAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override { co_await condition_.wait(); }
  void make_ready(std::function<void()> then) override {
    condition_.notify_one();
    then();
  }

 private:
  Condition condition_;
};

class FutureAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override {
    const int value = co_await promise_.future().wait();
    EXPECT_EQ(value, 5);
  }
  void make_ready(std::function<void()> then) override {
    promise_.set_value(5);
    then();
  }

 private:
  Promise<int> promise_;
};

class SemaphoreAwaited final : public Awaited {
 public:
  Coro<void> wait() override {
    auto permit = co_await semaphore_.acquire();
    EXPECT_EQ(semaphore_.available(), 0U);
  }
  void make_ready(std::function<void()> then) override {
    semaphore_.release();
    ++released_;
    then();
  }
  void check_nothing_lost(int) override { EXPECT_EQ(semaphore_.available(), released_); }

 private:
  Semaphore semaphore_{0};
  std::size_t released_ = 0;
};

class MutexAwaited final : public Awaited {
 public:
  void set_up(TaskGroup& group) override { group.spawn(hold(), "holder"); }
  Coro<void> wait() override {
    auto lock = co_await mutex_.lock();
    EXPECT_TRUE(mutex_.is_locked());
  }
  void make_ready(std::function<void()> then) override {
    holder_.release();
    then();
  }
  void tear_down() override { holder_.release(); }
  void check_nothing_lost(int) override { EXPECT_FALSE(mutex_.is_locked()); }

 private:
  Coro<void> hold() { holder_ = co_await mutex_.lock(); }

  Mutex mutex_;
  Permit holder_;
};

class QueueGetAwaited final : public Awaited {
 public:
  Coro<void> wait() override {
    const auto item = co_await queue_.get();
    EXPECT_TRUE(item && **item == 7);
  }
  void make_ready(std::function<void()> then) override {
    auto item = std::make_unique<int>(7);
    EXPECT_TRUE(queue_.try_put(item));
    ++put_;
    then();
  }
  void check_nothing_lost(int values) override {
    EXPECT_EQ(queue_.size(), put_ - static_cast<std::size_t>(values));
  }

 private:
  Queue<std::unique_ptr<int>> queue_{3};
  std::size_t put_ = 0;
};

class QueuePutAwaited final : public Awaited {
 public:
  QueuePutAwaited() {
    int item = 1;
    EXPECT_TRUE(queue_.try_put(item, 10));
  }
  Coro<void> wait() override { co_await queue_.put(2, 10); }
  void make_ready(std::function<void()> then) override {
    EXPECT_EQ(queue_.try_get(), 1);
    then();
  }
  void check_nothing_lost(int values) override {
    queue_.try_get();  // the 1, if it is still there, or the 2
    EXPECT_EQ(queue_.size(), 0U);
    EXPECT_EQ(queue_.bytes(), 0U);
    EXPECT_LE(values, 1);
  }

 private:
  Queue<int> queue_{5, 10};  // full by bytes
};

class QueueJoinAwaited final : public HandsNothingOver {
 public:
  QueueJoinAwaited() {
    int item = 1;
    EXPECT_TRUE(queue_.try_put(item));
  }
  Coro<void> wait() override { co_await queue_.join(); }
  void make_ready(std::function<void()> then) override {
    queue_.task_done();
    then();
  }

 private:
  Queue<int> queue_{1};
};

Coro<int> wait_for(Event* event, int value) {
  co_await event->wait();
  co_return value;
}

// For what ends when other tasks end: those run, and in the same round `then`.
class EndsWithTasks : public HandsNothingOver {
 public:
  void make_ready(std::function<void()> then) override {
    event_.set();
    Loop::current()->call_soon(std::move(then));
  }

 protected:
  std::vector<Coro<int>> two() {
    std::vector<Coro<int>> coros;
    coros.push_back(wait_for(&event_, 1));
    coros.push_back(wait_for(&event_, 2));
    return coros;
  }
  Event event_;
};

class TaskAwaited final : public EndsWithTasks {
 public:
  void set_up(TaskGroup& group) override { task_ = group.spawn(wait_for(&event_, 3), "awaited"); }
  Coro<void> wait() override {
    co_await task_.wait();
    EXPECT_EQ(task_.result(), 3);
  }
  void tear_down() override {
    EXPECT_NE(task_.state_of(), TaskState::cancelled);  // waiting does not own
    event_.set();
  }

 private:
  Task<int> task_;
};

Coro<void> spawn_two(TaskGroup& group, Event* event) {
  group.spawn(wait_for(event, 1));
  group.spawn(wait_for(event, 2));
  co_return;
}

class GroupAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override { co_await with_group(spawn_two, &event_); }
};

class GatherAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override {
    const std::vector<int> values = co_await gather(two());
    EXPECT_EQ(values, (std::vector<int>{1, 2}));
  }
};

class GatherTupleAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override {
    const auto values = co_await gather(wait_for(&event_, 1), wait_for(&event_, 2));
    EXPECT_EQ(std::get<1>(values), 2);
  }
};

class GatherResultsAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override {
    auto results = co_await gather_results(two());
    EXPECT_EQ(results.at(1).value(), 2);
  }
};

class GatherBoundedAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override {
    Event* event = &event_;
    const auto fn = [event](int value) { return wait_for(event, value); };
    std::vector<int> inputs(2, 9);
    const std::vector<int> values = co_await gather_bounded(2, inputs, fn);
    EXPECT_EQ(values, (std::vector<int>{9, 9}));
  }
};

class RaceAwaited final : public EndsWithTasks {
 public:
  Coro<void> wait() override {
    auto winner = co_await race(two());
    EXPECT_EQ(winner.outcome.value(), static_cast<int>(winner.index) + 1);
  }
};

class TimeoutAwaited final : public EndsWithTasks {
 public:
  void make_ready(std::function<void()> then) override {
    event_.set();
    then();
  }
  Coro<void> wait() override {
    const int value = co_await timeout(1h, wait_for(&event_, 4));
    EXPECT_EQ(value, 4);
  }
};

class ShieldedAwaited final : public EndsWithTasks {
 public:
  void make_ready(std::function<void()> then) override {
    event_.set();
    then();
  }
  Coro<void> wait() override { co_await with_cancel_disabled(wait_for(&event_, 4)); }
  bool is_interruptible() const override { return false; }
  bool is_refused_when_due() const override { return false; }
};

class OffloadAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override {
    std::binary_semaphore* gate = &gate_;
    const auto job = [gate] {
      gate->acquire();
      return 6;
    };
    const int value = co_await offload(job);
    EXPECT_EQ(value, 6);
  }
  void make_ready(std::function<void()> then) override {
    gate_.release();
    std::this_thread::sleep_for(20ms);  // the job ends and posts its waiter meanwhile
    Loop::current()->call_at(Loop::current()->now(), std::move(then));
  }
  bool is_interruptible() const override { return false; }

 private:
  std::binary_semaphore gate_{0};
};

class CancelEverywhere : public OnEachBackend {
 protected:
  template <class A, class... Args>
  void try_all(const char* what, int rounds, Args... args) {
    const auto make = [args...] { return std::make_unique<A>(args...); };
    cancel_at_every_moment(what, loop(), make, rounds);
  }
};
WEIR_ON_EACH_BACKEND(CancelEverywhere);

TEST_P(CancelEverywhere, Time) {
  try_all<SleepAwaited>("sleep_until", 1);
  try_all<SleepForAwaited>("sleep", 1, Duration(2ms));
  try_all<SleepForAwaited>("yield", 1, Duration(0));
  try_all<TimeoutAwaited>("timeout", 3);
  try_all<ShieldedAwaited>("with_cancel_disabled", 3);
}

TEST_P(CancelEverywhere, Coordination) {
  try_all<EventAwaited>("event", 3);
  try_all<ConditionAwaited>("condition", 3);
  try_all<SemaphoreAwaited>("semaphore", 3);
  try_all<MutexAwaited>("mutex", 3);
  try_all<FutureAwaited>("future", 3);
}

TEST_P(CancelEverywhere, Queues) {
  try_all<QueueGetAwaited>("queue get", 3);
  try_all<QueuePutAwaited>("queue put", 3);
  try_all<QueueJoinAwaited>("queue join", 3);
}

TEST_P(CancelEverywhere, Tasks) {
  // After two rounds the waiting task has made its children, after three they wait as well.
  for (const int rounds : {2, 3}) {
    SCOPED_TRACE(rounds);
    try_all<TaskAwaited>("task", rounds);
    try_all<GroupAwaited>("with_group", rounds);
    try_all<GatherAwaited>("gather", rounds);
    try_all<GatherTupleAwaited>("gather of a pack", rounds);
    try_all<GatherResultsAwaited>("gather_results", rounds);
    try_all<GatherBoundedAwaited>("gather_bounded", rounds);
    try_all<RaceAwaited>("race", rounds);
  }
}

TEST_P(CancelEverywhere, Offload) {
  try_all<OffloadAwaited>("offload", 2);
}

}  // namespace
}  // namespace weir::testing
