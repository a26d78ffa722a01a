// Debug mode: what it reports, and what it leaves alone.
#include "weir/debug.hpp"

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

// Debug mode whose lines are kept.
class Reports {
 public:
  explicit Reports(Duration slow_step = 1h) : debug_(options(slow_step)) {}

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  // How many contain `text`.
  int count(const std::string& text) const {
    int found = 0;
    for (const std::string& line : lines())
      found += line.find(text) != std::string::npos;
    return found;
  }
  // Blocks until one contains `text`.
  void await(const std::string& text) {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] {
      for (const std::string& line : lines_) {
        if (line.find(text) != std::string::npos) return true;
      }
      return false;
    };
    EXPECT_TRUE(changed_.wait_for(lock, 60s, is_there)) << "nobody said: " << text;
  }

 private:
  DebugOptions options(Duration slow_step) {
    DebugOptions made;
    made.slow_step = slow_step;
    made.report = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
      changed_.notify_all();
    };
    return made;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  DebugMode debug_;  // last: it reports into the others
};

// Loops are observed when debug mode was on as they were made.
class Debug : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!loop_on(GetParam())) GTEST_SKIP() << "this machine does not allow io_uring";
  }
  template <class T>
  T run(Coro<T> main) {
    return loop_on(GetParam())->run_until_complete(std::move(main));
  }
};

Coro<void> block_until_told(Reports* reports) {
  co_await yield();
  reports->await("holds its loop");
  co_await yield();
}
TEST_P(Debug, NamesATaskThatBlocksWhileItDoes) {
  Reports reports(1ms);
  run(block_until_told(&reports));
  EXPECT_EQ(reports.count("'main' holds its loop for "), 1) << ::testing::PrintToString(reports.lines());
  EXPECT_EQ(
      reports.count("so far, in weir::testing::block_until_told after tests/unit/async/debug_test.cpp:"), 1);
  EXPECT_EQ(reports.count("waits for another thread"), 1) << ::testing::PrintToString(reports.lines());
  EXPECT_EQ(reports.count("'main' held its loop for "), 1);
  EXPECT_EQ(reports.count("ms, up to the co_await at tests/unit/async/debug_test.cpp:"), 1);
}

Coro<void> callback_blocks(Reports* reports) {
  Event done;
  Loop::current()->call_soon([&] {
    reports->await("a callback holds its loop");
    done.set();
  });
  co_await done.wait();
}
TEST_P(Debug, NamesACallbackThatBlocks) {
  Reports reports(1ms);
  run(callback_blocks(&reports));
  EXPECT_EQ(reports.count("a callback held its loop for "), 1);
}

Coro<int> never_run() {
  co_return 1;
}
Coro<void> drops_one() {
  co_await yield();
  { [[maybe_unused]] const Coro<int> dropped = never_run(); }
  const int one = co_await never_run();
  EXPECT_EQ(one, 1);
}
TEST_P(Debug, ReportsACoroutineThatNobodyAwaited) {
  Reports reports;
  run(drops_one());
  EXPECT_EQ(reports.lines().size(), 1U) << ::testing::PrintToString(reports.lines());
  EXPECT_EQ(reports.count("a coroutine was never awaited: weir::testing::never_run (tests/unit/async/debug_"),
            1);
  EXPECT_EQ(reports.count("dropped by task 'main' in weir::testing::drops_one after tests/"), 1);
}

// Cancelled before they ran: not the program's mistake.
Coro<void> spawn_and_cancel(TaskGroup& group) {
  group.spawn(never_run());
  group.cancel();
  co_return;
}
Coro<void> cancel_group() {
  co_await with_group(spawn_and_cancel);
}
TEST_P(Debug, SaysNothingOfTasksThatAreCancelled) {
  Reports reports;
  run(cancel_group());
  EXPECT_TRUE(reports.lines().empty()) << ::testing::PrintToString(reports.lines());
}

Coro<void> keeps_lock(std::mutex* mutex) {
  const CheckedLock<> lock(*mutex);
  co_await yield();
  co_await yield();
}
Coro<void> keeps_lock_within_a_step(std::mutex* mutex) {
  co_await yield();
  { const CheckedLock<> lock(*mutex); }
  co_await yield();
}
TEST_P(Debug, ReportsALockHeldAcrossAnAwait) {
  Reports reports;
  std::mutex mutex;
  run(keeps_lock_within_a_step(&mutex));
  EXPECT_TRUE(reports.lines().empty()) << ::testing::PrintToString(reports.lines());
  run(keeps_lock(&mutex));
  EXPECT_EQ(reports.lines().size(), 1U) << ::testing::PrintToString(reports.lines());
  EXPECT_EQ(reports.count("task 'main' holds a thread lock, taken at tests/unit/async/debug_test.cpp:"), 1);
}

TEST_P(Debug, ReportsUseFromAnotherThread) {
  Reports reports;
  const auto loop = loop_on(GetParam());
  std::thread other([&loop] {
    EXPECT_THROW(loop->call_soon([] {}), std::logic_error);
    EXPECT_THROW(loop->call_later(1ms, [] {}), std::logic_error);
  });
  other.join();
  EXPECT_EQ(reports.count("call_soon() on a loop of another thread"), 1);
  EXPECT_EQ(reports.count("call_at() on a loop of another thread"), 1);
}

Coro<void> wait_for_event(Event* event, std::atomic<bool>* waits) {
  const auto tell = [waits] { *waits = true; };
  Loop::current()->call_soon(tell);
  co_await event->wait();
}
TEST_P(Debug, HandsOverWhatAnotherThreadMakesReady) {
  if (std::string(GetParam()) == "sim") GTEST_SKIP() << "its clock does not wait for threads";
  Reports reports;
  const auto loop = loop_on(GetParam());
  Event event;
  std::atomic<bool> waits = false;
  std::thread other([&] {
    while (!waits)
      std::this_thread::yield();
    std::this_thread::sleep_for(1ms);
    event.set();
  });
  loop->run_until_complete(wait_for_event(&event, &waits));
  other.join();
  EXPECT_EQ(reports.count("task 'main' is made ready by a thread that is not its loop's"), 1);
}

WEIR_ON_EACH_BACKEND(Debug);

// A plain std::mutex: noticed when the loop blocks on it for ever, so the process has to go.
Coro<void> take_plain_lock(std::mutex* mutex) {
  co_await yield();
  const std::lock_guard lock(*mutex);
  co_await sleep(1ms);
}
Coro<void> take_it_twice(TaskGroup& group, std::mutex* mutex) {
  group.spawn(take_plain_lock(mutex), "first");
  group.spawn(take_plain_lock(mutex), "second");
  co_return;
}
Coro<void> deadlock(std::mutex* mutex) {
  co_await with_group(take_it_twice, mutex);
}
void die_of_a_lock() {
  DebugOptions options;
  options.slow_step = 10ms;
  options.report = [](const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
    if (line.find("waits for a thread lock") != std::string::npos) _exit(3);
  };
  const DebugMode debug(options);
  std::mutex mutex;
  loop_on("threads")->run_until_complete(deadlock(&mutex));
}
TEST(DebugDeath, SeesThatALoopWaitsForItself) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer ends the process first";
#endif
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(die_of_a_lock(), ::testing::ExitedWithCode(3),
              "'second' holds its loop .*; the thread waits for a thread lock that it holds already");
}

Coro<void> leave_early(TaskGroup& group) {
  group.spawn([]() -> Coro<void> { co_await sleep(1h); }(), "sleeper");
  co_await yield();
  std::exit(4);
}
void exit_with_tasks() {
  const DebugMode debug;
  loop_on("threads")->run_until_complete(with_group(leave_early));
}
TEST(DebugDeath, ListsWhatIsPendingAtExit) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(exit_with_tasks(), ::testing::ExitedWithCode(4),
              "weir: debug: task 1.2 'sleeper' is not done as the process exits: spawned at "
              "tests/.*debug_test.cpp:[0-9]*, waits for sleep at tests/.*debug_test.cpp:");
}

Coro<void> never_cleans_up() {
  for (;;) {
    try {
      co_await sleep(1h);
    } catch (const Cancelled&) {
    }
  }
}
void interrupted_in_vain() {
  const DebugMode debug;
  const auto loop = loop_on("threads");
  const detail::SignalScope signals(*loop, 1s);
  loop->call_later(1ms, [] { ::raise(SIGTERM); });
  loop->run_until_complete(never_cleans_up(), "stubborn");
}
TEST(DebugDeath, ListsWhatHasNotCleanedUp) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(interrupted_in_vain(), ::testing::ExitedWithCode(128 + SIGTERM),
              "task 1.1 'stubborn' has not cleaned up in time: spawned at tests/.*debug_test.cpp:[0-9]*, "
              "waits for sleep at tests/");
}

TEST(DebugMode, IsAskedForByTheEnvironment) {
  ::unsetenv("WEIR_ASYNC_DEBUG");
  EXPECT_FALSE(DebugMode::is_wanted_by_environment());
  ::setenv("WEIR_ASYNC_DEBUG", "0", 1);
  EXPECT_FALSE(DebugMode::is_wanted_by_environment());
  ::setenv("WEIR_ASYNC_DEBUG", "1", 1);
  ::setenv("WEIR_SLOW_STEP_MS", "250", 1);
  EXPECT_TRUE(DebugMode::is_wanted_by_environment());
  EXPECT_EQ(DebugMode::options_from_environment().slow_step, 250ms);
  ::unsetenv("WEIR_SLOW_STEP_MS");
  EXPECT_EQ(DebugMode::options_from_environment().slow_step, 100ms);
  ::unsetenv("WEIR_ASYNC_DEBUG");
}

}  // namespace
}  // namespace weir::testing
