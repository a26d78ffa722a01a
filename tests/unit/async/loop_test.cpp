// The loop itself: running and closing, callbacks and timers, its clock, its listing.
#include <thread>

#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

Coro<int> answer() {
  co_return 42;
}
Coro<void> nap(Duration delay) {
  co_await sleep(delay);
}

class LoopOn : public OnEachBackend {};
WEIR_ON_EACH_BACKEND(LoopOn);

TEST_P(LoopOn, RunsAgainAndAgainUntilClosed) {
  EXPECT_FALSE(loop().is_running());
  EXPECT_EQ(run(answer()), 42);
  EXPECT_EQ(run(answer()), 42);
  EXPECT_EQ(Loop::current(), nullptr);
  loop().close();
  EXPECT_TRUE(loop().is_closed());
  EXPECT_THROW(run(answer()), std::logic_error);
  EXPECT_THROW(loop().call_soon([] {}), std::logic_error);
  EXPECT_FALSE(loop().call_soon_threadsafe([] {}));
}

Coro<void> run_nested(std::string* message) {
  const auto other = simulated_loop();
  try {
    other->run_until_complete(answer());
  } catch (const std::logic_error& error) {
    *message = error.what();
  }
  EXPECT_EQ(other->task_count(), 0U);
  EXPECT_THROW(Loop::current()->close(), std::logic_error);
  co_return;
}

TEST_P(LoopOn, RefusesANestedRunAndLeavesNoTaskBehind) {
  std::string message;
  run(run_nested(&message));
  EXPECT_EQ(message, "a loop already runs on this thread");
}

TEST_P(LoopOn, BelongsToTheThreadThatMadeIt) {
  Coro<int> coro = answer();
  std::string message;
  std::thread other([&] {
    try {
      loop().run_until_complete(std::move(coro));
    } catch (const std::logic_error& error) {
      message = error.what();
    }
  });
  other.join();
  EXPECT_EQ(message, "the loop belongs to another thread");
  detail::live_frames -= 1;  // made here, destroyed there
}

TEST_P(LoopOn, TimersFireInOrderOfTheirTimesThenOfTheirMaking) {
  std::string order;
  const TimePoint start = loop().now();
  loop().call_at(start + 3ms, [&] { order += 'c'; });
  loop().call_at(start + 1ms, [&] { order += 'a'; });
  loop().call_at(start + 2ms, [&] { order += 'b'; });
  loop().call_at(start + 3ms, [&] { order += 'd'; });
  const auto never = loop().call_at(start + 2ms, [&] { order += 'x'; });
  loop().cancel_timer(never);
  loop().call_soon([&] { order += '0'; });
  run(nap(5ms));
  EXPECT_EQ(order, "0abcd");
}

TEST_P(LoopOn, ATimerThatSetsItselfAgainAtOnceStarvesNobody) {
  int fired = 0;
  std::function<void()> again = [&] {
    if (++fired < 100'000) loop().call_at(loop().now(), again);
  };
  loop().call_soon(again);
  run(nap(is_simulated() ? 0ms : 2ms));
  EXPECT_GT(fired, 0);
  EXPECT_LT(fired, 100'000);
}

Coro<void> throw_in_callback(bool* cancelled) {
  Loop::current()->call_soon([] { throw std::runtime_error("from a callback"); });
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    *cancelled = true;
    throw;
  }
}

Coro<void> throw_in_timer() {
  Loop::current()->call_later(1ms, [] { throw std::runtime_error("from a timer"); });
  co_await sleep(1h);
}

TEST_P(LoopOn, AnExceptionFromACallbackEndsTheRunInGoodOrder) {
  bool cancelled = false;
  EXPECT_THROW(run(throw_in_callback(&cancelled)), std::runtime_error);
  EXPECT_TRUE(cancelled);
  EXPECT_THROW(run(throw_in_timer()), std::runtime_error);
  EXPECT_FALSE(loop().is_running());
  EXPECT_EQ(run(answer()), 42);
}

TEST_P(LoopOn, DeadlinesDoNotRunPastTheEndOfTheClock) {
  EXPECT_EQ(loop().deadline_after(Duration::max()), TimePoint::max());
  EXPECT_GT(loop().deadline_after(1ms), loop().now());
  EXPECT_LT(loop().deadline_after(Duration::min()), loop().now());
  loop().call_later(Duration::max(), [] { FAIL() << "never means never"; });
  run(nap(1ms));
}

TEST(Loop, WhatACallbackHoldsMayPostWhileTheLoopCloses) {
  const auto loop = simulated_loop();
  bool accepted = true;
  {
    // Posts from its destructor, which runs when close() drops the callback.
    const std::shared_ptr<int> guard(new int(0), [&](int* value) {
      delete value;
      accepted = loop->call_soon_threadsafe([] {});
    });
    EXPECT_TRUE(loop->call_soon_threadsafe([guard] {}));
  }
  loop->close();
  EXPECT_FALSE(accepted);
}

// A post that arrives after the loop looked for posts and before its backend looks for wake-ups.
class PostsBeforePoll final : public detail::Driver {
 public:
  void poll(std::optional<TimePoint> deadline) override {
    if (std::exchange(post_, {})) loop_->call_soon_threadsafe([this] { event_.set(); });
    inner_.poll(deadline);
  }
  void wake() noexcept override { inner_.wake(); }
  TimePoint now() const noexcept override { return inner_.now(); }
  std::size_t in_flight() const noexcept override { return inner_.in_flight(); }
  const char* name() const noexcept override { return inner_.name(); }

  explicit PostsBeforePoll(std::unique_ptr<io::Backend> inner) : owned_(std::move(inner)), inner_(*owned_) {}
  void post_at_next_poll(Loop& loop) {
    loop_ = &loop;
    post_ = true;
  }
  Event& event() noexcept { return event_; }

 private:
  std::unique_ptr<io::Backend> owned_;
  io::Backend& inner_;
  Loop* loop_ = nullptr;
  bool post_ = false;
  Event event_;
};
Coro<void> wait_for_post(PostsBeforePoll* driver) {
  for (int i = 0; i < 3; ++i) {
    driver->event().clear();
    driver->post_at_next_poll(*Loop::current());
    co_await driver->event().wait();
  }
}

TEST_P(LoopOn, APostJustBeforeThePollIsNotLost) {
  const auto choice = io::parse_backend_choice(GetParam());
  auto driver = std::make_unique<PostsBeforePoll>(io::make_backend(choice.value()).value());
  PostsBeforePoll* posts = driver.get();
  Loop posting(std::move(driver));
  posting.run_until_complete(wait_for_post(posts));
}

Coro<void> list_tasks(TaskGroup& group, std::vector<TaskInfo>* rows) {
  Event event;
  group.spawn(nap(1h), "napper");
  co_await yield();
  *rows = Loop::current()->tasks();
  group.cancel();
}

TEST(Loop, ListsItsTasksWithWhatTheyWaitFor) {
  std::vector<TaskInfo> rows;
  run_simulated(with_group(list_tasks, &rows));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "main");
  EXPECT_EQ(rows[0].waiting_for, "");
  EXPECT_EQ(rows[1].name, "napper");
  EXPECT_EQ(rows[1].waiting_for, "sleep");
  EXPECT_EQ(rows[1].parent_id, rows[0].id);
  EXPECT_EQ(rows[1].state, TaskState::running);
  EXPECT_NE(rows[1].spawned_at.find("loop_test.cpp:"), std::string::npos);
}

Coro<void> note(std::string* order, char name) {
  *order += name;
  co_await yield();
  *order += name;
}
Coro<void> spawn_notes(TaskGroup& group, std::string* order) {
  for (const char name : {'a', 'b', 'c', 'd', 'e'})
    group.spawn(note(order, name));
  co_return;
}

TEST(Loop, ShufflesTheReadyQueueReproducibly) {
  const auto order_of = [](std::uint64_t seed) {
    const auto loop = simulated_loop();
    if (seed != 0) loop->shuffle_ready(seed);
    std::string order;
    loop->run_until_complete(with_group(spawn_notes, &order));
    return order;
  };
  EXPECT_EQ(order_of(0), "abcdeabcde");
  EXPECT_EQ(order_of(7), order_of(7));
  EXPECT_NE(order_of(7), order_of(8));
}

}  // namespace
}  // namespace weir::testing
