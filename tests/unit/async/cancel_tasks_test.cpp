// What waits for tasks or runs coroutines, cancelled at every moment.
#include "unit/async/cancel_harness.hpp"

namespace weir::testing {
namespace {

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

// For what waits for tasks that are another's: those go on when the wait is cancelled.
class WatchesTasks : public EndsWithTasks {
 public:
  void set_up(TaskGroup& group) override {
    for (const int value : {1, 2})
      tasks_.push_back(group.spawn(wait_for(&event_, value)));
  }
  void tear_down() override {
    for (const Task<int>& task : tasks_)
      EXPECT_NE(task.state_of(), TaskState::cancelled);
    event_.set();
  }

 protected:
  std::vector<Task<int>> tasks_;
};

class WaitAwaited final : public WatchesTasks {
 public:
  WaitAwaited(WaitMode mode, std::optional<Duration> limit) : mode_(mode), limit_(limit) {}
  Coro<void> wait() override {
    const auto waited = co_await weir::wait(tasks_, mode_, limit_);
    EXPECT_EQ(waited.done.size(), 2U);
  }

 private:
  WaitMode mode_;
  std::optional<Duration> limit_;
};

class AsCompletedAwaited final : public WatchesTasks {
 public:
  Coro<void> wait() override {
    auto finished = as_completed(tasks_, Duration(1h));
    const auto first = co_await finished.next();
    EXPECT_EQ(first->id(), tasks_[0].id());
  }
};

class ShieldedTaskAwaited final : public WatchesTasks {
 public:
  Coro<void> wait() override {
    const int value = co_await shield(tasks_[1]);
    EXPECT_EQ(value, 2);
  }
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

class TimeoutScopeAwaited final : public EndsWithTasks {
 public:
  void make_ready(std::function<void()> then) override {
    event_.set();
    then();
  }
  Coro<void> wait() override {
    Timeout limit(1h);
    const int value = co_await limit.run(wait_for(&event_, 4));
    EXPECT_EQ(value, 4);
    EXPECT_FALSE(limit.expired());
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

class CancelScopes : public CancelEverywhere {};
WEIR_ON_EACH_BACKEND(CancelScopes);

TEST_P(CancelScopes, Scopes) {
  try_all<TimeoutAwaited>("timeout", 3);
  try_all<TimeoutScopeAwaited>("Timeout::run", 3);
  try_all<ShieldedAwaited>("with_cancel_disabled", 3);
}

TEST_P(CancelScopes, Tasks) {
  // After two rounds the waiting task has made its children, after three they wait as well.
  for (const int rounds : {2, 3}) {
    SCOPED_TRACE(rounds);
    try_all<TaskAwaited>("task", rounds);
    try_all<WaitAwaited>("wait for all", rounds, WaitMode::all_completed, std::optional<Duration>());
    try_all<WaitAwaited>("wait for all in time", rounds, WaitMode::all_completed,
                         std::optional<Duration>(1h));
    try_all<WaitAwaited>("wait for a failure", rounds, WaitMode::first_exception, std::optional<Duration>());
    try_all<AsCompletedAwaited>("as_completed", rounds);
    try_all<ShieldedTaskAwaited>("shield", rounds);
    try_all<GroupAwaited>("with_group", rounds);
    try_all<GatherAwaited>("gather", rounds);
    try_all<GatherTupleAwaited>("gather of a pack", rounds);
    try_all<GatherResultsAwaited>("gather_results", rounds);
    try_all<GatherBoundedAwaited>("gather_bounded", rounds);
    try_all<RaceAwaited>("race", rounds);
  }
}

}  // namespace
}  // namespace weir::testing
