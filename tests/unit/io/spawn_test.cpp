// Commands where the machine or the program makes it hard: no pidfd, no standard streams, children that the
// kernel throws away, no descriptor left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <system_error>

#include "base/sanitizers.hpp"
#include "support/seccomp.hpp"
#include "unit/io/child_process.hpp"
#include "weir/weir.hpp"

namespace weir::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kFine = 10;
constexpr int kWrong = 11;
constexpr int kLeft = 12;
constexpr int kNoFilter = 77;

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

Coro<int> ends_with(ProcessPool* pool, int code) {
  Command command = Command::shell("cat; exit " + std::to_string(code));
  command.input = "text";
  const CommandResult result = co_await pool->run(std::move(command));
  const bool right = result.status == ExitStatus::exited(code) && result.output == "text";
  co_return right ? 0 : 1;
}
Coro<bool> is_killed() {
  Command command = Command::shell("trap '' TERM; while :; do sleep 0.01; done");
  command.timeout = 50ms;
  command.grace = 50ms;
  bool timed_out = false;
  try {
    co_await run_command(std::move(command));
  } catch (const TimeoutError&) {
    timed_out = true;
  }
  co_return timed_out;
}
Coro<int> use_commands() {
  ProcessPool pool(4);
  std::vector<Coro<int>> runs;
  for (int i = 0; i < 20; ++i)
    runs.push_back(ends_with(&pool, i));
  const std::vector<int> wrong = co_await gather(std::move(runs));
  const bool killed = co_await is_killed();
  const bool right = killed && std::count(wrong.begin(), wrong.end(), 0) == 20;
  if (has_children()) co_return kLeft;
  co_return right ? kFine : kWrong;
}
int use_commands_on_a_loop() {
  RunOptions options;
  options.handle_signals = false;
  return weir::run(use_commands(), options);
}

TEST(Commands, NeedNoPidfd) {
  for (const int error : {ENOSYS, EPERM}) {
    const int result = run_in_child([error] {
      if (!support::forbid_system_call(SYS_pidfd_open, error)) return kNoFilter;
      return use_commands_on_a_loop();
    });
    if (result == kNoFilter) GTEST_SKIP() << "no seccomp filters here";
    EXPECT_EQ(result, kFine);
  }
}

TEST(Commands, NeedNoStandardStreams) {
  EXPECT_EQ(run_in_child([] {
              ::close(STDIN_FILENO);
              ::close(STDOUT_FILENO);
              return use_commands_on_a_loop();
            }),
            kFine);
}

// The kernel then keeps no status: an error, but no waiting for ever.
TEST(Commands, HaveNoStatusWhereChildrenAreIgnored) {
  EXPECT_EQ(run_in_child([] {
              std::signal(SIGCHLD, SIG_IGN);
              try {
                use_commands_on_a_loop();
              } catch (const std::system_error& error) {
                return error.code().value() == ECHILD ? kFine : kWrong;
              }
              return kWrong;
            }),
            kFine);
}

// With room for `room` descriptors more: it works, or is an error, and nothing is left in either case.
int start_with_room(Loop& loop, int room) {
  const int lowest = ::dup(STDERR_FILENO);
  ::close(lowest);
  const rlimit little{static_cast<rlim_t>(lowest + room), 100};
  const rlimit enough{100, 100};
  int result = kFine;
  ::setrlimit(RLIMIT_NOFILE, &little);
  try {
    loop.run_until_complete(run_command(Command({"true"})));
    if (room < 4) result = kWrong;  // three pipes, and the notice of its end
  } catch (const std::system_error& error) {
    if (error.code().value() != EMFILE || room > 7) result = kWrong;
  }
  ::setrlimit(RLIMIT_NOFILE, &enough);
  for (int wait = 0; wait < 5000 && has_children(); ++wait)
    ::usleep(1000);
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  if (next != lowest || has_children()) return kLeft;
  return result;
}

TEST(Commands, AreErrorsWithoutDescriptors) {
  if (WEIR_ASAN) GTEST_SKIP() << "UBSan looks at objects through a pipe of its own";
  EXPECT_EQ(run_in_child([] {
              const auto loop = make_loop();
              for (int room = 0; room < 10; ++room) {
                const int result = start_with_room(*loop, room);
                if (result != kFine) return result;
              }
              return kFine;
            }),
            kFine);
}

}  // namespace
}  // namespace weir::testing
