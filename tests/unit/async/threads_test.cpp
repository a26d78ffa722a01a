// What crosses threads: offload, posts from other threads, run_threadsafe.
#include <csignal>

#include <atomic>
#include <semaphore>
#include <set>
#include <thread>

#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

class Threads : public OnEachBackend {};
WEIR_ON_EACH_BACKEND(Threads);

Coro<std::string> offload_string(std::string text) {
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there;
  auto job = [text, &there] {
    there = std::this_thread::get_id();
    return text + "!";
  };
  std::string result = co_await offload(std::move(job));
  EXPECT_NE(there, here);
  EXPECT_EQ(std::this_thread::get_id(), here);
  co_return result;
}
Coro<void> offload_error() {
  const auto job = [] { throw std::runtime_error("in the pool"); };
  co_await offload(job);
}

TEST_P(Threads, OffloadGivesTheValueOrTheError) {
  EXPECT_EQ(run(offload_string("done")), "done!");
  EXPECT_THROW(run(offload_error()), std::runtime_error);
}

Coro<void> offload_until_stopped(std::atomic<bool>* stop, std::atomic<bool>* saw) {
  const auto job = [stop, saw] {
    for (int i = 0; i < 5000 && !*stop; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    saw->store(*stop);
  };
  co_await offload(job, *stop);
}
Coro<void> stop_offload(std::atomic<bool>* stop, std::atomic<bool>* saw) {
  Coro<void> work = offload_until_stopped(stop, saw);
  try {
    co_await timeout(std::chrono::milliseconds(20), std::move(work));
  } catch (const TimeoutError&) {
  }
}

TEST_P(Threads, ACancellationReachesTheCallableByAFlag) {
  std::atomic<bool> stop{false};
  std::atomic<bool> saw{false};
  run(stop_offload(&stop, &saw));
  EXPECT_TRUE(saw);
}

Coro<int> offload_number(OffloadPool* pool, int number) {
  const auto job = [number] { return number; };
  const int result = co_await offload_to(*pool, job);
  co_return result;
}
Coro<long> offload_many(OffloadPool* pool, int count) {
  std::vector<Coro<int>> coros;
  for (int i = 0; i < count; ++i)
    coros.push_back(offload_number(pool, i));
  const std::vector<int> values = co_await gather(std::move(coros));
  long sum = 0;
  for (const int value : values)
    sum += value;
  co_return sum;
}

TEST_P(Threads, ManyOffloadsAtOnceOnFewThreads) {
  OffloadPool pool(3);
  EXPECT_EQ(run(offload_many(&pool, 2000)), 1999L * 2000 / 2);
}

Coro<bool> all_signals_blocked() {
  const auto job = [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1 &&
           sigismember(&mask, SIGALRM) == 1 && sigismember(&mask, SIGSEGV) == 0;
  };
  const bool blocked = co_await offload(job);
  co_return blocked;
}

TEST_P(Threads, PoolThreadsLeaveSignalsToTheLoops) {
  EXPECT_TRUE(run(all_signals_blocked()));
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGINT), 0);
}

Coro<void> wait_event(Event* event) {
  co_await event->wait();
}

TEST_P(Threads, PostsFromManyThreadsAllArrive) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 500;
  Event all_here;
  int arrived = 0;
  std::vector<std::thread> posters;
  for (int t = 0; t < kThreads; ++t) {
    posters.emplace_back([&] {
      for (int i = 0; i < kPosts; ++i) {
        const bool accepted = loop().call_soon_threadsafe([&] {
          if (++arrived == kThreads * kPosts) all_here.set();
        });
        EXPECT_TRUE(accepted);
      }
    });
  }
  run(wait_event(&all_here));
  for (std::thread& poster : posters)
    poster.join();
  EXPECT_EQ(arrived, kThreads * kPosts);
}

// Posts race with the end of the loop: each is either accepted or refused, and none touches a dead loop.
TEST_P(Threads, PostsMayRaceWithClose) {
  if (is_simulated()) GTEST_SKIP() << "its clock stands still while posts keep the loop busy";
  for (int round = 0; round < 20; ++round) {
    auto racing = loop_on(GetParam());
    ASSERT_TRUE(racing);
    std::atomic<bool> refused{false};
    std::thread poster([&] {
      while (racing->call_soon_threadsafe([] {})) {
      }
      refused = true;
    });
    const auto nap = []() -> Coro<void> { co_await sleep(1ms); };
    racing->run_until_complete(nap());
    racing->close();
    poster.join();
    EXPECT_TRUE(refused);
  }
}

Coro<int> work_here(int input) {
  co_await sleep(1ms);
  if (input < 0) throw std::invalid_argument("negative");
  co_return 2 * input;
}

// A group that other threads may send work to, until `done`.
struct Office {
  std::binary_semaphore open{0};
  TaskGroup* group = nullptr;
  Event done;
};
Coro<void> keep_open(TaskGroup& group, Office* office) {
  office->group = &group;
  office->open.release();
  co_await office->done.wait();
}

TEST_P(Threads, RunThreadsafeGivesAFuture) {
  Office office;
  std::thread client([&] {
    const long before = detail::live_frames;
    office.open.acquire();
    std::vector<ThreadFuture<int>> results;
    for (int i = 0; i < 50; ++i)
      results.push_back(run_threadsafe(loop(), *office.group, work_here(i)));
    for (int i = 0; i < 50; ++i)
      EXPECT_EQ(results[static_cast<std::size_t>(i)].result(), 2 * i);
    EXPECT_THROW(run_threadsafe(loop(), *office.group, work_here(-1)).result(), std::invalid_argument);
    loop().call_soon_threadsafe([&] { office.done.set(); });
    detail::live_frames = before;
  });
  const long before = detail::live_frames;
  run(with_group(keep_open, &office));
  client.join();
  detail::live_frames = before;  // frames were made there and destroyed here
}

Coro<void> post_to_aborting(TaskGroup& group, ThreadFuture<int>* late, ThreadFuture<int>* torn) {
  *torn = run_threadsafe(*Loop::current(), group, work_here(1));
  co_await yield();
  co_await yield();
  group.cancel();
  *late = run_threadsafe(*Loop::current(), group, work_here(1));
  const auto nap = []() -> Coro<void> { co_await sleep(1ms); };
  co_await with_cancel_disabled(nap());
}
Coro<void> post_and_end(TaskGroup& group, ThreadFuture<int>* dropped) {
  *dropped = run_threadsafe(*Loop::current(), group, work_here(1));
  co_return;
}
Coro<void> post_to_closed(TaskGroup& group, Loop* closed, ThreadFuture<int>* refused) {
  *refused = run_threadsafe(*closed, group, work_here(1));
  co_return;
}

TEST_P(Threads, RunThreadsafeReportsWorkThatNeverRan) {
  ThreadFuture<int> late;
  ThreadFuture<int> torn;
  run(with_group(post_to_aborting, &late, &torn));
  EXPECT_THROW(torn.result(), Cancelled);
  EXPECT_THROW(late.result(), std::runtime_error);

  ThreadFuture<int> dropped;
  run(with_group(post_and_end, &dropped));
  loop().close();
  EXPECT_THROW(dropped.result(), Cancelled);

  ThreadFuture<int> refused;
  run_simulated(with_group(post_to_closed, &loop(), &refused));
  EXPECT_THROW(refused.result(), std::runtime_error);
}

Coro<void> note_root_cancel(bool* cancelled) {
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
    *cancelled = true;
    throw;
  }
}

TEST_P(Threads, TheRootCanBeCancelledFromElsewhere) {
  if (is_simulated()) GTEST_SKIP() << "its clock would not wait for the other thread";
  bool cancelled = false;
  std::thread canceller([&] {
    std::this_thread::sleep_for(20ms);
    loop().cancel_root_threadsafe(this);
  });
  EXPECT_THROW(run(note_root_cancel(&cancelled)), Cancelled);
  canceller.join();
  EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace weir::testing
