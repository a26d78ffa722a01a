// Every awaitable of the runtime, cancelled at every moment: those that wait for one thing.
// (cancel_tasks_test.cpp has those that wait for tasks or run coroutines.)
#include <semaphore>
#include <thread>

#include "unit/async/cancel_harness.hpp"

namespace weir::testing {
namespace {

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

// With a mutex: whatever happens, the wait ends with the mutex held.
class LockedConditionAwaited final : public Awaited {
 public:
  Coro<void> wait() override {
    auto lock = co_await mutex_.lock();
    co_await condition_.wait(lock);
    EXPECT_TRUE(lock);
  }
  void make_ready(std::function<void()> then) override {
    condition_.notify();
    then();
  }
  void check_nothing_lost(int) override { EXPECT_FALSE(mutex_.is_locked()); }

 private:
  Mutex mutex_;
  Condition condition_;
};

class ConditionUntilAwaited final : public HandsNothingOver {
 public:
  Coro<void> wait() override {
    const auto is_set = [this] { return set_; };
    co_await condition_.wait_for(is_set);
  }
  void make_ready(std::function<void()> then) override {
    set_ = true;
    condition_.notify_all();
    then();
  }

 private:
  Condition condition_;
  bool set_ = false;
};

class BarrierAwaited final : public Awaited {
 public:
  Coro<void> wait() override {
    const std::size_t place = co_await barrier_.wait();
    EXPECT_EQ(place, 0U);
  }
  void set_up(TaskGroup& group) override { group_ = &group; }
  void make_ready(std::function<void()> then) override { group_->spawn(arrive(std::move(then)), "other"); }
  void check_nothing_lost(int) override { EXPECT_EQ(barrier_.n_waiting(), 0U); }

 private:
  Coro<void> arrive(std::function<void()> then) {
    co_await barrier_.wait();
    then();
  }
  TaskGroup* group_ = nullptr;
  Barrier barrier_{2};
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

class PriorityQueueAwaited final : public Awaited {
 public:
  Coro<void> wait() override {
    const auto item = co_await queue_.get();
    EXPECT_EQ(item, 3);
  }
  void make_ready(std::function<void()> then) override {
    for (int item = 3; item > 0; --item) {
      EXPECT_TRUE(queue_.try_put(item));
      ++put_;
    }
    then();
  }
  void check_nothing_lost(int values) override {
    EXPECT_EQ(queue_.size(), put_ - static_cast<std::size_t>(values));
  }

 private:
  PriorityQueue<int> queue_;
  std::size_t put_ = 0;
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

class CancelLeaves : public CancelEverywhere {};
WEIR_ON_EACH_BACKEND(CancelLeaves);

TEST_P(CancelLeaves, Time) {
  try_all<SleepAwaited>("sleep_until", 1);
  try_all<SleepForAwaited>("sleep", 1, Duration(2ms));
  try_all<SleepForAwaited>("yield", 1, Duration(0));
}

TEST_P(CancelLeaves, Coordination) {
  try_all<EventAwaited>("event", 3);
  try_all<ConditionAwaited>("condition", 3);
  try_all<LockedConditionAwaited>("condition with a mutex", 3);
  try_all<ConditionUntilAwaited>("condition wait_for", 3);
  try_all<BarrierAwaited>("barrier", 3);
  try_all<SemaphoreAwaited>("semaphore", 3);
  try_all<MutexAwaited>("mutex", 3);
  try_all<FutureAwaited>("future", 3);
}

TEST_P(CancelLeaves, Queues) {
  try_all<QueueGetAwaited>("queue get", 3);
  try_all<PriorityQueueAwaited>("priority queue get", 3);
  try_all<QueuePutAwaited>("queue put", 3);
  try_all<QueueJoinAwaited>("queue join", 3);
}

TEST_P(CancelLeaves, Offload) {
  try_all<OffloadAwaited>("offload", 2);
}

}  // namespace
}  // namespace weir::testing
