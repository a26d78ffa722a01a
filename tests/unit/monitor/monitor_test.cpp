// A program that is looked at from outside, here by another of its own threads.
#include "weir/monitor.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "monitor/socket.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

class MonitorTest : public ::testing::Test {
 protected:
  const std::string& folder() const { return folder_.path(); }
  std::string path(const std::string& name = "socket") const { return folder_ / name; }

 private:
  support::TempDir folder_;
};

TEST_F(MonitorTest, SocketIsForItsUserAndGoesWithIt) {
  struct ::stat info = {};
  {
    const Monitor monitor(path());
    ASSERT_EQ(::lstat(path().c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_TRUE(ask_tasks(path()).ok());
  }
  EXPECT_NE(::lstat(path().c_str(), &info), 0);
  EXPECT_FALSE(ask_tasks(path()).ok());
}

TEST_F(MonitorTest, ReplacesWhatADeadProcessLeft) {
  {
    const auto listener = monitor::listen_at(path());
    ASSERT_TRUE(listener.ok());
  }
  const Monitor monitor(path());
  EXPECT_TRUE(ask_tasks(path()).ok());
  EXPECT_THROW(Monitor{path()}, std::system_error) << "somebody answers there";
  EXPECT_TRUE(ask_tasks(path()).ok());
}

TEST_F(MonitorTest, LeavesOtherFilesAlone) {
  ASSERT_EQ(::symlink("/nonexistent", path().c_str()), 0);
  EXPECT_THROW(Monitor{path()}, std::system_error);
  EXPECT_THROW(Monitor{path(std::string(200, 'x'))}, std::system_error);
  EXPECT_THROW(Monitor{"/nonexistent/socket"}, std::system_error);
}

TEST_F(MonitorTest, OnesOfAProcessShareASocket) {
  ::setenv("XDG_RUNTIME_DIR", folder().c_str(), 1);
  {
    const Monitor one;
    const Monitor two;
    EXPECT_EQ(one.path(), two.path());
    EXPECT_EQ(one.path(), path("weir-" + std::to_string(::getpid()) + ".sock"));
    const auto found = find_monitored();
    const auto is_this = [&](const MonitoredProcess& process) { return process.path == one.path(); };
    EXPECT_EQ(std::count_if(found.begin(), found.end(), is_this), 1);
    EXPECT_EQ(find_monitor_socket(static_cast<std::uint64_t>(::getpid())), one.path());
  }
  EXPECT_FALSE(find_monitor_socket(static_cast<std::uint64_t>(::getpid())));
  ::unsetenv("XDG_RUNTIME_DIR");
}

TEST_F(MonitorTest, LookingForProcessesRemovesWhatKilledOnesLeft) {
  ::setenv("XDG_RUNTIME_DIR", folder().c_str(), 1);
  const std::string old = path("weir-1001.sock");
  const std::string fresh = path("weir-1002.sock");
  const std::string busy = path("weir-1003.sock");
  for (const std::string& left : {old, fresh})
    ASSERT_TRUE(monitor::listen_at(left).ok());
  const auto listener = monitor::listen_at(busy);
  ASSERT_TRUE(listener.ok());
  const ::timespec long_ago[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  for (const std::string& left : {old, busy})
    ASSERT_EQ(::utimensat(AT_FDCWD, left.c_str(), long_ago, 0), 0);
  find_monitored();
  EXPECT_NE(::access(old.c_str(), F_OK), 0);
  EXPECT_EQ(::access(fresh.c_str(), F_OK), 0) << "its process may be about to listen";
  EXPECT_EQ(::access(busy.c_str(), F_OK), 0);
  ::unsetenv("XDG_RUNTIME_DIR");
}

// What is sent is no question: the next one who asks is answered all the same.
TEST_F(MonitorTest, SurvivesBadClients) {
  const Monitor monitor(path());
  for (const std::string& nonsense :
       {std::string("\n"), std::string("tasks"), std::string(5000, 'x'), std::string("task x\n"),
        std::string("cancel 1.\n"), std::string("what\n"), std::string("\0\0\n", 3)}) {
    auto client = monitor::connect_to(path(), 1);
    ASSERT_TRUE(client.ok());
    monitor::send_all(client.value().get(), nonsense);
    ::shutdown(client.value().get(), SHUT_WR);
  }
  EXPECT_TRUE(ask_tasks(path()).ok());
  EXPECT_EQ(ask_task(path(), {9, 9}).error().code, ErrorCode::bad_argument);
}

class MonitorOn : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!loop_on(GetParam())) GTEST_SKIP() << "this machine does not allow io_uring";
  }
  std::string path() const { return folder_ / "socket"; }

 private:
  support::TempDir folder_;
};

Coro<void> wait_for(Event* event) {
  co_await event->wait();
}
Coro<void> child(Event* event) {
  Coro<void> wait = wait_for(event);
  co_await std::move(wait);
}

// Asks from a thread of the pool, so that the loop can answer.
template <class Fn>
auto beside(Fn fn) {
  return offload(std::move(fn));
}

const TaskInfo* find_task(const LoopReport& loop, const std::string& name) {
  for (const TaskInfo& task : loop.tasks) {
    if (task.name == name) return &task;
  }
  return nullptr;
}

Coro<void> be_looked_at(TaskGroup& group, std::string path, Event* event) {
  Task<void> task = group.spawn(child(event), "child");
  const Gauge gauge(
      "things", [] { return 3U; }, 8);
  const auto ask = [&path] { return ask_tasks(path); };
  const auto report = co_await beside(ask);
  EXPECT_TRUE(report.ok());
  if (!report) co_return;
  EXPECT_EQ(report.value().pid, static_cast<std::uint64_t>(::getpid()));
  EXPECT_GE(report.value().offload_busy, 1U);
  const auto number = static_cast<std::uint64_t>(report.value().loops.size());
  EXPECT_GE(number, 1U);
  const LoopReport& loop = report.value().loops.back();
  EXPECT_EQ(loop.state, LoopState::running);
  EXPECT_EQ(loop.task_count, 2U);
  EXPECT_EQ(loop.gauges.size(), 1U);
  EXPECT_EQ(loop.gauges[0].name, "things");
  EXPECT_EQ(loop.gauges[0].value, 3U);
  EXPECT_EQ(loop.gauges[0].limit, 8U);
  const TaskInfo* main = find_task(loop, "main");
  const TaskInfo* row = find_task(loop, "child");
  EXPECT_TRUE(main && row);
  if (!main || !row) co_return;
  EXPECT_EQ(main->waiting_for, "offload");
  EXPECT_EQ(row->waiting_for, "event");
  EXPECT_EQ(row->parent_id, main->id);
  EXPECT_GT(row->age.count(), 0);
  EXPECT_NE(row->spawned_at.find("monitor_test.cpp:"), std::string::npos);

  const TaskKey key{loop.number, row->id};
  const auto ask_chain = [&path, key] { return ask_task(path, key); };
  const auto chain = co_await beside(ask_chain);
  EXPECT_TRUE(chain.ok());
  if (!chain) co_return;
  EXPECT_EQ(chain.value().chain.size(), 2U);
  EXPECT_EQ(chain.value().chain[0].function, "weir::testing::wait_for");
  EXPECT_EQ(chain.value().chain[1].function, "weir::testing::child");

  const TaskKey unknown{loop.number, 999};
  const auto ask_unknown = [&path, unknown] { return ask_cancel(path, unknown); };
  const auto nobody = co_await beside(ask_unknown);
  EXPECT_FALSE(nobody.ok());
  const auto cancel = [&path, key] { return ask_cancel(path, key); };
  const auto cancelled = co_await beside(cancel);
  EXPECT_TRUE(cancelled.ok());
  co_await task.wait();
  EXPECT_TRUE(task.cancelled());
}
Coro<void> looked_at(std::string path) {
  Event event;
  co_await with_group(be_looked_at, path, &event);
}
TEST_P(MonitorOn, ListsShowsAndCancels) {
  const Monitor monitor(path());
  loop_on(GetParam())->run_until_complete(looked_at(path()));
}

// The loop itself asks, so it cannot answer.
Coro<void> ask_while_blocking(std::string path) {
  co_await yield();
  const auto report = ask_tasks(path);
  EXPECT_TRUE(report.ok());
  if (!report) co_return;
  const LoopReport& loop = report.value().loops.back();
  EXPECT_EQ(loop.state, LoopState::blocked);
  EXPECT_NE(loop.blocked_by.find("'blocker'"), std::string::npos) << loop.blocked_by;
  EXPECT_EQ(loop.tasks.size(), 1U);
  EXPECT_NE(loop.tasks[0].waiting_at.find("monitor_test.cpp:"), std::string::npos);
  const auto where = ask_task(path, {loop.number, loop.tasks[0].id});
  EXPECT_FALSE(where.ok());
  EXPECT_NE(where.error().what.find("is blocked by task"), std::string::npos) << where.error().what;
}
TEST_P(MonitorOn, SaysWhichTaskBlocksALoop) {
  const Monitor monitor(path());
  const auto loop = loop_on(GetParam());
  loop->run_until_complete(ask_while_blocking(path()), "blocker");
  const auto report = ask_tasks(path());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report.value().loops.back().state, LoopState::stopped);
}

WEIR_ON_EACH_BACKEND(MonitorOn);

// Loops come and go on many threads while somebody keeps asking.
Coro<void> live_shortly(TaskGroup& group) {
  for (int i = 0; i < 5; ++i)
    group.spawn([]() -> Coro<void> { co_await sleep(100us); }());
  const Gauge gauge("g", [] { return 1U; });
  co_await sleep(200us);
}
TEST_F(MonitorTest, LoopsMayEndWhileTheyAreAsked) {
  const Monitor monitor(path());
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&is_over] {
      while (!is_over)
        loop_on("threads")->run_until_complete(with_group(live_shortly));
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto report = ask_tasks(path());
    EXPECT_TRUE(report.ok());
    if (report && !report.value().loops.empty())
      (void)ask_cancel(path(), {report.value().loops.back().number, 2}).ok();
  }
  is_over = true;
  for (std::thread& thread : threads)
    thread.join();
}

// run() starts one where it is asked to.
Coro<std::size_t> count_loops() {
  const auto ask = [] {
    const auto path = find_monitor_socket(static_cast<std::uint64_t>(::getpid()));
    const auto report = ask_tasks(path.value_or(""));
    return report ? report.value().loops.size() : 0U;
  };
  const std::size_t loops = co_await beside(ask);
  co_return loops;
}
TEST_F(MonitorTest, RunStartsOne) {
  ::setenv("XDG_RUNTIME_DIR", folder().c_str(), 1);
  RunOptions options;
  EXPECT_EQ(weir::run(count_loops(), options), 0U);
  options.monitor = true;
  EXPECT_EQ(weir::run(count_loops(), options), 1U);
  ::setenv("WEIR_MONITOR", "1", 1);
  EXPECT_EQ(weir::run(count_loops()), 1U);
  ::unsetenv("WEIR_MONITOR");
  ::unsetenv("XDG_RUNTIME_DIR");
}

}  // namespace
}  // namespace weir::testing
