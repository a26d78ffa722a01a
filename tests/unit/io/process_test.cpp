// External commands, on every backend: what they are given, what they give, and that none is left.
#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <system_error>
#include <thread>

#include "base/unique_fd.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"
#include "unit/io/both.hpp"

namespace weir::testing {
namespace {

// Running ones and zombies alike.
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

class Commands : public OnEachBackend {
 protected:
  void TearDown() override { EXPECT_FALSE(has_children()); }

  CommandResult run_script(const std::string& script, std::string input = {}) {
    Command command = Command::shell(script);
    command.input = std::move(input);
    return run(run_command(std::move(command)));
  }
  template <class T>
  std::string error_of(Coro<T> coro) {
    try {
      run(std::move(coro));
    } catch (const std::exception& error) {
      return error.what();
    }
    return "no error";
  }

  support::TempDir directory_;
};
WEIR_ON_EACH_BACKEND(Commands);

TEST_P(Commands, AreFedAndCollected) {
  const CommandResult result = run(run_command(Command({"echo", "two words", "$HOME *"})));
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.output, "two words $HOME *\n");
  EXPECT_EQ(result.errors, "");
  const CommandResult both_streams =
      run_script("read line; echo \"out $line\"; echo \"err $line\" >&2", "in\n");
  EXPECT_EQ(both_streams.output, "out in\n");
  EXPECT_EQ(both_streams.errors, "err in\n");
  const std::string much(3'000'000, 'c');
  const CommandResult copied = run_script("cat; cat >&2", much);
  EXPECT_TRUE(copied.output == much);
}

TEST_P(Commands, SayHowTheyEnded) {
  EXPECT_EQ(run_script("exit 0").status, ExitStatus::exited(0));
  EXPECT_EQ(run_script("exit 255").status, ExitStatus::exited(255));
  EXPECT_EQ(run_script("kill -TERM $$").status, ExitStatus::killed(SIGTERM));
  EXPECT_EQ(ExitStatus::exited(3).describe(), "exit status 3");
  EXPECT_EQ(ExitStatus::killed(9).describe(), "killed by signal 9");
  EXPECT_FALSE(ExitStatus::killed(9).ok());
}

TEST_P(Commands, GetTheirDirectoryEnvironmentAndStreams) {
  Command command = Command::shell("pwd; echo \"$GREETING $HOME\"; echo error >&2; cat");
  command.directory = directory_.path();
  command.environment = {"GREETING=hello"};
  command.standard_error = Redirect::merge;
  command.standard_input = Redirect::nothing;
  const CommandResult result = run(run_command(command));
  EXPECT_EQ(result.output, directory_.path() + "\nhello \nerror\n");
  EXPECT_EQ(result.errors, "");
  command.standard_output = Redirect::nothing;
  EXPECT_EQ(run(run_command(command)).output, "");
}

TEST_P(Commands, InheritNothingButTheirStreams) {
  const base::UniqueFd leaky(::open("/dev/null", O_RDONLY));
  ASSERT_GE(leaky.get(), 3);
  EXPECT_EQ(run(run_command(Command({"ls", "/proc/self/fd"}))).output, "0\n1\n2\n3\n");  // 3: ls itself
  const CommandResult group = run_script("cut -d ' ' -f 5 /proc/$$/stat; echo $$");      // no space in "(sh)"
  const std::size_t half = group.output.size() / 2;
  EXPECT_GT(half, 0U);
  EXPECT_EQ(group.output.substr(0, half), group.output.substr(half));
}

TEST_P(Commands, ExpectTheSignalOfBrokenPipesWhateverTheProgramDoes) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const CommandResult result = run_script("yes | head -n 1");
  std::signal(SIGPIPE, before);
  EXPECT_EQ(result.output, "y\n");
  EXPECT_EQ(result.errors, "");
}

TEST_P(Commands, ThatCannotBeStartedAreErrors) {
  EXPECT_EQ(error_of(run_command(Command({"no-such-program"}))),
            "no-such-program: start: No such file or directory");
  const std::string script = directory_.write("script", "no interpreter");
  EXPECT_EQ(error_of(run_command(Command({script}))), script + ": start: Permission denied");
  directory_.set_mode("script", 0755);
  EXPECT_EQ(error_of(run_command(Command({script}))), script + ": start: Exec format error");
  Command lost({"true"});
  lost.directory = directory_ / "none";
  EXPECT_EQ(error_of(run_command(lost)), "true: start: No such file or directory");
  EXPECT_EQ(error_of(run_command(Command({}))), ": start: Invalid argument");
}

TEST_P(Commands, NeedNotReadTheirInput) {
  const std::string much(10'000'000, 'i');
  const CommandResult some = run_script("head -c 5", much);
  EXPECT_EQ(some.output, "iiiii");
  EXPECT_TRUE(some.status.ok());
  EXPECT_EQ(run_script("exec <&-; echo done", much).output, "done\n");
}

Coro<std::size_t> count_bytes(Stream* stream) {
  std::string buffer(65'536, '\0');
  std::size_t total = 0;
  for (std::size_t got = 1; got != 0; total += got) {
    const std::span<char> room(buffer.data(), buffer.size());
    got = co_await stream->read_some(room);
  }
  co_return total;
}
Coro<void> count_both(std::size_t each) {
  const std::string bytes = std::to_string(each);
  Process process = co_await Process::spawn(
      Command::shell("head -c " + bytes + " /dev/zero & head -c " + bytes + " /dev/zero >&2; wait"));
  auto counts =
      co_await gather(count_bytes(&process.standard_output()), count_bytes(&process.standard_error()));
  EXPECT_EQ(std::get<0>(counts), each);
  EXPECT_EQ(std::get<1>(counts), each);
  const ExitStatus status = co_await process.wait();
  EXPECT_TRUE(status.ok());
}

TEST_P(Commands, MayWriteAHundredMegabytesToBothStreams) {
  run(count_both(100 * 1024 * 1024));
}

TEST_P(Commands, WriteNoMoreThanTheLimit) {
  Command command = Command::shell("head -c 300000 /dev/zero; echo error >&2");
  command.max_output = 100'000;
  command.overflow = Overflow::drop;
  const CommandResult cut = run(run_command(command));
  EXPECT_EQ(cut.output, std::string(100'000, '\0'));
  EXPECT_TRUE(cut.output_cut);
  EXPECT_FALSE(cut.errors_cut);
  EXPECT_EQ(cut.errors, "error\n");
  command.overflow = Overflow::fail;
  EXPECT_EQ(error_of(run_command(command)), "stdout of /bin/sh: more than 100000 bytes");
  Command endless({"yes"});
  endless.max_output = 1'000'000;
  EXPECT_THROW(run(run_command(endless)), OutputTooLong);
  command.max_output = 300'000;
  EXPECT_EQ(run(run_command(command)).output.size(), 300'000U);
}

Coro<void> talk() {
  Command cat({"cat"});
  Process process = co_await Process::spawn(std::move(cat));
  LineReader lines = process.standard_output().lines();
  for (int i = 0; i < 100; ++i) {
    const std::string line = "line " + std::to_string(i);
    const std::string sent = line + "\n";
    co_await process.standard_input().write_all(sent);
    auto got = co_await lines.next();
    EXPECT_EQ(*got, line);
  }
  bool ran_out = false;
  try {
    co_await timeout(1ms, process.wait());
  } catch (const TimeoutError&) {
    ran_out = true;
  }
  EXPECT_TRUE(ran_out);
  co_await process.standard_input().close();
  auto end = co_await lines.next();
  EXPECT_FALSE(end.has_value());
  const ExitStatus status = co_await process.wait();
  const ExitStatus again = co_await process.wait();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status, again);
  EXPECT_FALSE(process.signal(SIGTERM));
  const ExitStatus still = co_await process.terminate();
  EXPECT_EQ(still, status);
}

TEST_P(Commands, CanBeTalkedTo) {
  run(talk());
}

// --- ends that are not their own

Coro<ExitStatus> terminate_when_ready(std::string script, Duration grace) {
  Process process = co_await Process::spawn(Command::shell(script));
  LineReader lines = process.standard_output().lines();
  co_await lines.next();  // its traps are set
  ExitStatus status = co_await process.terminate(grace);
  EXPECT_FALSE(process.signal(0));
  co_return status;
}

TEST_P(Commands, ThatIgnoreSigtermAreKilled) {
  const std::string stubborn = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
  EXPECT_EQ(run(terminate_when_ready(stubborn, 50ms)), ExitStatus::killed(SIGKILL));
}

TEST_P(Commands, MayCleanUpWithinTheGrace) {
  if (is_simulated()) GTEST_SKIP() << "virtual time does not wait for processes";
  const std::string tidy = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done";
  EXPECT_EQ(run(terminate_when_ready(tidy, 1h)), ExitStatus::exited(7));
}

bool is_running(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string line;
  std::getline(stat, line);
  const std::size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line[name_end + 2] != 'Z';
}
Coro<std::string> terminate_family() {
  Process process = co_await Process::spawn(
      Command::shell("(trap '' TERM; echo ready; sleep 1000) & echo $!; exec sleep 1000"));
  LineReader lines = process.standard_output().lines();
  std::string grandchild;
  for (int i = 0; i < 2; ++i) {
    auto line = co_await lines.next();
    if (*line != "ready") grandchild = *line;
  }
  co_await process.terminate(1s);
  co_return grandchild;
}

TEST_P(Commands, AreKilledWithAllTheyHaveStarted) {
  const std::string grandchild = run(terminate_family());
  ASSERT_FALSE(grandchild.empty());
  for (int i = 0; i < 1000 && is_running(grandchild); ++i)
    std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(is_running(grandchild));
}

TEST_P(Commands, RunOutOfTime) {
  Command command = Command::shell("trap '' TERM; while :; do sleep 0.01; done");
  command.timeout = 20ms;
  command.grace = 20ms;
  EXPECT_THROW(run(run_command(command)), TimeoutError);
}

// Dropped, it is killed and waited for, somewhere else.
Coro<void> drop_process() {
  Command cat({"cat"});
  Process process = co_await Process::spawn(std::move(cat));
  EXPECT_TRUE(process.signal(0));
}

TEST_P(Commands, ThatAreDroppedAreKilledToo) {
  const long before = open_descriptors();
  run(drop_process());
  for (int i = 0; i < 5000 && (has_children() || open_descriptors() != before); ++i)
    std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(has_children());
}

struct Attempt {
  bool ended = false;
  TaskState state = TaskState::created;
};
Coro<void> run_and_say(std::string input, bool* ended) {
  Command command = Command::shell("cat; cat >&2; sleep 0.001");
  command.input = input;
  command.grace = 1ms;
  const CommandResult result = co_await run_command(std::move(command));
  EXPECT_EQ(result.output.size(), input.size());
  *ended = true;
}
Coro<void> cancel_after(TaskGroup& group, int steps, Duration step, bool twice, Attempt* attempt) {
  Task<void> task = group.spawn(run_and_say(std::string(300'000, 'x'), &attempt->ended), "command");
  for (int i = 0; i < steps; ++i)
    co_await sleep(step);
  if (!task.done()) task.cancel();
  if (twice) co_await yield();
  if (twice) task.cancel();
  co_await task.wait();
  attempt->state = task.state_of();
}

TEST_P(Commands, AreCancelledAfterAnyNumberOfSteps) {
  const Duration step = is_simulated() ? 200us : 0us;
  int finished = 0;
  int cancelled = 0;
  for (int steps = 0; steps < 1'000'000 && finished < 2; steps += 1 + steps / 5) {
    const FrameCheck frames;
    const DescriptorCheck descriptors;
    Attempt attempt;
    run(with_group(cancel_after, steps, step, steps % 2 == 1, &attempt));
    EXPECT_EQ(loop().driver().in_flight(), 0U);
    EXPECT_EQ(attempt.ended, attempt.state == TaskState::finished);
    EXPECT_FALSE(has_children()) << steps;
    ++(attempt.ended ? finished : cancelled);
  }
  EXPECT_GT(cancelled, 5);
}

// --- pools

Coro<int> run_in_pool(ProcessPool* pool, int code, std::size_t* peak) {
  Command command = Command::shell("exit " + std::to_string(code % 7));
  const CommandResult result = co_await pool->run(std::move(command));
  *peak = std::max(*peak, pool->running());
  EXPECT_EQ(result.status, ExitStatus::exited(code % 7));
  co_return result.status.code();
}
Coro<std::size_t> run_many(int count) {
  ProcessPool pool(4);
  std::size_t peak = 0;
  std::vector<Coro<int>> runs;
  for (int i = 0; i < count; ++i)
    runs.push_back(run_in_pool(&pool, i, &peak));
  const std::vector<int> codes = co_await gather(std::move(runs));
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(pool.running(), 0U);
  co_return peak;
}

TEST_P(Commands, AThousandGoThroughAPoolOfFour) {
  EXPECT_EQ(run(run_many(1000)), 4U);
}

Coro<void> fill_pool(TaskGroup& group, ProcessPool* pool, std::size_t* peak) {
  for (int i = 0; i < 20; ++i)
    group.spawn(run_in_pool(pool, i, peak));
  co_await sleep(3ms);
  group.cancel();
}

TEST_P(Commands, APoolCanBeLeft) {
  ProcessPool pool(4);
  std::size_t peak = 0;
  for (int i = 0; i < 10; ++i) {
    run(with_group(fill_pool, &pool, &peak));
    EXPECT_EQ(pool.running(), 0U);
    EXPECT_FALSE(has_children());
  }
}

// --- the n-th operation fails, for every n

TEST(FailingCommands, EachErrorIsReportedAndNoneIsLeft) {
  for (const int error : {EIO, EINTR, ECANCELED}) {
    std::uint64_t failures = 0;
    bool done = false;
    for (std::uint64_t n = 1; !done; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + " fails with " + std::to_string(error));
      const FrameCheck frames;
      const DescriptorCheck descriptors;
      io::SimulatedOptions options;
      options.fail_at = n;
      options.fail_errno = error;
      auto backend = std::make_unique<io::SimulatedBackend>(options);
      const io::SimulatedBackend& simulated = *backend;
      Loop loop(std::move(backend));
      Command command({"cat"});
      command.input = std::string(200'000, 'x');
      try {
        const CommandResult result = loop.run_until_complete(run_command(std::move(command)));
        EXPECT_EQ(result.output.size(), 200'000U);
        done = simulated.operations() < n;
        EXPECT_TRUE(done) << "an operation failed without a word";
      } catch (const std::system_error& failure) {
        ++failures;
        EXPECT_EQ(failure.code().value(), error) << failure.what();
      }
      EXPECT_EQ(loop.driver().in_flight(), 0U);
      EXPECT_FALSE(has_children());
      if (HasFailure()) return;
    }
    EXPECT_GT(failures, 8U);
  }
}

}  // namespace
}  // namespace weir::testing
