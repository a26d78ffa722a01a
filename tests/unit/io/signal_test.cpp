// run() and signals: the first asks, the second ends, and clean-up has a time limit.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "io/backend.hpp"
#include "unit/io/child_process.hpp"
#include "weir/weir.hpp"

namespace weir::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kInterrupted = 40;
constexpr int kNoRing = 77;

Coro<void> wait_for_hours() {
  co_await sleep(1h);
}

// Reads from a pipe into which nobody writes.
Coro<void> wait_for_input() {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  char byte = 0;
  io::Operation read = io::Operation::read(ends[0], &byte, 1, io::Operation::kStream);
  co_await read;
}

// Works until cancelled, then cleans up for `clean_up`, awaiting.
Coro<int> worker(void (*ready)(), Coro<void> work, Duration clean_up) {
  bool cancelled = false;
  ready();
  try {
    co_await std::move(work);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  if (!cancelled) co_return 1;
  ready();
  co_await sleep(clean_up);
  ready();
  throw Cancelled{};
}

// The pipe of the child that this process is; set before the fork, so that plain functions can use it.
int ready_pipe = -1;
void say_ready() {
  const char byte = 'x';
  if (::write(ready_pipe, &byte, 1) != 1) ::_exit(3);
}

// A child that runs `main`, and the parent's end of its pipe.
class SignalledChild {
 public:
  explicit SignalledChild(const std::function<int()>& work) {
    if (::pipe(ends_) != 0) std::abort();
    ready_pipe = ends_[1];
    child_ = std::make_unique<ChildProcess>(work);
    ::close(ends_[1]);
  }
  ~SignalledChild() { ::close(ends_[0]); }
  bool wait_until_ready() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) == 1;
  }
  ChildProcess* operator->() const { return child_.get(); }

 private:
  int ends_[2] = {-1, -1};
  std::unique_ptr<ChildProcess> child_;
};

// The exit status of a program around run(): kInterrupted + signal after Interrupted.
int run_main(const RunOptions& options, Coro<int> (*make_main)()) {
  try {
    return run(make_main(), options);
  } catch (const Interrupted& interrupted) {
    return kInterrupted + interrupted.signal();
  } catch (const std::runtime_error&) {
    return kNoRing;
  }
}

Coro<int> quick_to_clean() {
  return worker(say_ready, wait_for_hours(), 30ms);
}
Coro<int> quick_to_clean_reader() {
  return worker(say_ready, wait_for_input(), 30ms);
}
Coro<int> slow_to_clean() {
  return worker(say_ready, wait_for_hours(), 1h);
}

class Signals : public ::testing::TestWithParam<const char*> {
 protected:
  RunOptions options() const {
    RunOptions options;
    options.io = GetParam();
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Signals, ::testing::Values("uring", "threads"),
                         [](const auto& parameter) { return parameter.param; });

#define SKIP_WITHOUT_RING(child, said)                      \
  if (!(said)) {                                            \
    ASSERT_EQ((child)->wait(), kNoRing);                    \
    GTEST_SKIP() << "this machine does not allow io_uring"; \
  }

TEST_P(Signals, TheFirstOneLetsCleanUpRunToItsEnd) {
  for (const int number : {SIGINT, SIGTERM}) {
    for (const auto make_main : {quick_to_clean, quick_to_clean_reader}) {
      SignalledChild child([&] { return run_main(options(), make_main); });
      SKIP_WITHOUT_RING(child, child.wait_until_ready());
      child->send_signal(number);
      EXPECT_TRUE(child.wait_until_ready()) << "clean-up did not begin";
      EXPECT_TRUE(child.wait_until_ready()) << "clean-up did not end";
      EXPECT_EQ(child->wait(), kInterrupted + number);
    }
  }
}

TEST_P(Signals, TheSecondOneEndsTheProcessAtOnce) {
  for (const int number : {SIGINT, SIGTERM}) {
    RunOptions patient = options();
    patient.grace = std::chrono::seconds(20);
    SignalledChild child([&] { return run_main(patient, slow_to_clean); });
    SKIP_WITHOUT_RING(child, child.wait_until_ready());
    child->send_signal(SIGTERM);
    EXPECT_TRUE(child.wait_until_ready());
    const auto start = std::chrono::steady_clock::now();
    child->send_signal(number);
    EXPECT_EQ(child->wait(), 128 + number);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  }
}

TEST_P(Signals, CleanUpThatHangsIsEndedAfterTheGracePeriod) {
  for (const int seconds : {0, 1}) {  // 0 counts as 1
    RunOptions strict = options();
    strict.grace = std::chrono::seconds(seconds);
    SignalledChild child([&] { return run_main(strict, slow_to_clean); });
    SKIP_WITHOUT_RING(child, child.wait_until_ready());
    const auto start = std::chrono::steady_clock::now();
    child->send_signal(SIGINT);
    EXPECT_EQ(child->wait(), 128 + SIGINT);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(took, 900ms);
    EXPECT_LT(took, 10s);
  }
}

Coro<int> short_work() {
  say_ready();
  co_await sleep(200ms);
  co_return 5;
}

TEST_P(Signals, OneThatIsIgnoredStaysIgnored) {
  SignalledChild child([&] {
    ::signal(SIGINT, SIG_IGN);
    return run_main(options(), short_work);
  });
  SKIP_WITHOUT_RING(child, child.wait_until_ready());
  child->send_signal(SIGINT);
  EXPECT_EQ(child->wait(), 5);
}

Coro<int> refuses_to_stop() {
  say_ready();
  try {
    co_await sleep(1h);
  } catch (const Cancelled&) {
  }
  co_await sleep(10ms);
  co_return 6;
}

bool is_default(int number) {
  struct sigaction action = {};
  ::sigaction(number, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

TEST_P(Signals, AMainThatFinishesAllTheSameGivesItsValueAndHandlersAreRestored) {
  SignalledChild child([&] {
    const int result = run_main(options(), refuses_to_stop);
    if (result != 6) return result;
    return is_default(SIGINT) && is_default(SIGTERM) && is_default(SIGALRM) && ::alarm(0) == 0 ? 6 : 7;
  });
  SKIP_WITHOUT_RING(child, child.wait_until_ready());
  child->send_signal(SIGTERM);
  EXPECT_EQ(child->wait(), 6);
}

TEST_P(Signals, WithoutHandlingTheDefaultActionHolds) {
  RunOptions bare = options();
  bare.handle_signals = false;
  SignalledChild child([&] { return run_main(bare, slow_to_clean); });
  SKIP_WITHOUT_RING(child, child.wait_until_ready());
  child->send_signal(SIGTERM);
  EXPECT_EQ(child->wait(), ChildProcess::kSignalled + SIGTERM);
}

}  // namespace
}  // namespace weir::testing
