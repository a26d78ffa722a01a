// Listening, accepting and connecting, on every backend.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <system_error>

#include "base/unique_fd.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"
#include "unit/io/both.hpp"

namespace weir::testing {
namespace {

template <class T>
std::string error_of(Loop& loop, Coro<T> coro) {
  try {
    loop.run_until_complete(std::move(coro));
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "no error";
}

class Sockets : public OnEachBackend {
 protected:
  support::TempDir directory_;
  std::string path_ = directory_ / "socket";
};
WEIR_ON_EACH_BACKEND(Sockets);

Coro<void> serve(Stream peer) {
  LineReader requests = peer.lines();
  while (auto line = co_await requests.next()) {
    const std::string answer = "<" + std::string(*line) + ">\n";
    co_await peer.write_all(answer);
  }
  co_await peer.close();
}
Coro<void> accept_all(TaskGroup& group, UnixListener* listener, int count) {
  for (int i = 0; i < count; ++i) {
    Stream peer = co_await listener->accept();
    group.spawn(serve(std::move(peer)));
  }
}
Coro<std::string> ask(std::string path, std::string question) {
  Stream server = co_await connect_unix(path);
  EXPECT_EQ(server.name(), path);
  co_await server.write_all(question);
  co_await server.shutdown_write();
  std::string answer = co_await server.read_all();
  co_await server.close();
  co_return answer;
}
Coro<std::vector<std::string>> ask_all(std::string path, int count) {
  std::vector<Coro<std::string>> clients;
  for (int i = 0; i < count; ++i)
    clients.push_back(ask(path, std::to_string(i) + "\nagain"));
  std::vector<std::string> answers = co_await gather(std::move(clients));
  co_return answers;
}
Coro<void> converse(std::string path, int count) {
  UnixListener listener = co_await UnixListener::listen(path);
  const auto answers = co_await both(ask_all(path, count), with_group(accept_all, &listener, count));
  for (int i = 0; i < count; ++i)
    EXPECT_EQ(answers[static_cast<std::size_t>(i)], "<" + std::to_string(i) + ">\n<again>\n");
  co_await listener.close();
  EXPECT_FALSE(listener.is_open());
  co_await listener.close();
}

TEST_P(Sockets, ManyClientsAtOnceAreServed) {
  run(converse(path_, 100));  // more than the backlog holds
  struct ::stat found = {};
  EXPECT_NE(::lstat(path_.c_str(), &found), 0) << "the socket is still there";
  EXPECT_EQ(error_of(loop(), ask(path_, "x")), path_ + ": connect: No such file or directory");
}

Coro<unsigned> mode_of_new(std::string path, UnixListener::Options options) {
  UnixListener listener = co_await UnixListener::listen(path, options);
  struct ::stat found = {};
  EXPECT_EQ(::lstat(path.c_str(), &found), 0);
  EXPECT_TRUE(S_ISSOCK(found.st_mode));
  co_return found.st_mode & 07777;
}

TEST_P(Sockets, OnlyTheUserMayConnect) {
  UnixListener::Options options;
  EXPECT_EQ(run(mode_of_new(path_, options)), 0600U);
  options.mode = 0660;
  const mode_t before = ::umask(0077);
  EXPECT_EQ(run(mode_of_new(path_, options)), 0600U);
  ::umask(0);
  EXPECT_EQ(run(mode_of_new(path_, options)), 0660U);
  ::umask(before);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}
// What a program that was killed leaves behind.
void leave_dead_socket(const std::string& path) {
  const base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  ASSERT_EQ(
      ::bind(fd.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address), 0);
}

Coro<void> listen_twice(std::string path) {
  UnixListener first = co_await UnixListener::listen(path);
  UnixListener second = co_await UnixListener::listen(path);
}
Coro<void> listen_once(std::string path) {
  UnixListener listener = co_await UnixListener::listen(path);
}

TEST_P(Sockets, ADeadProgramsSocketIsReplacedAndNothingElse) {
  leave_dead_socket(path_);
  run(converse(path_, 3));
  EXPECT_EQ(error_of(loop(), listen_twice(path_)), path_ + ": listen: Address already in use");
  directory_.write("socket", "precious");
  EXPECT_EQ(error_of(loop(), listen_once(path_)), path_ + ": listen: File exists");
  EXPECT_EQ(error_of(loop(), ask(path_, "x")), path_ + ": connect: Connection refused");
  EXPECT_EQ(directory_.read("socket"), "precious");
  leave_dead_socket(directory_ / "other");
  directory_.make_symlink("other", "link");
  EXPECT_EQ(error_of(loop(), listen_once(directory_ / "link")),
            directory_ / "link" + ": listen: File exists");
}

TEST_P(Sockets, APathHasToFit) {
  const std::string longest = directory_ / std::string(107 - directory_.path().size() - 1, 's');
  run(converse(longest, 1));
  EXPECT_EQ(error_of(loop(), listen_once(longest + "s")), longest + "s: socket: File name too long");
  EXPECT_EQ(error_of(loop(), ask("", "x")), ": socket: No such file or directory");
  EXPECT_EQ(error_of(loop(), listen_once(directory_ / "none/socket")),
            directory_ / "none/socket: listen: No such file or directory");
}

// Of several that find a dead program's socket at the same time, one gets it and keeps it.
Coro<bool> try_to_listen(std::string path, std::vector<UnixListener>* listeners) {
  bool refused = false;
  try {
    UnixListener listener = co_await UnixListener::listen(path);
    listeners->push_back(std::move(listener));
  } catch (const std::system_error& error) {
    refused = error.code().value() == EADDRINUSE;
    EXPECT_TRUE(refused) << error.what();
  }
  co_return !refused;
}
Coro<long> listen_at_once(std::string path, std::vector<UnixListener>* listeners) {
  std::vector<Coro<int>> tries;
  const auto attempt = [](std::string where, std::vector<UnixListener>* into) -> Coro<int> {
    const bool got_it = co_await try_to_listen(where, into);
    co_return got_it ? 1 : 0;
  };
  for (int i = 0; i < 10; ++i)
    tries.push_back(attempt(path, listeners));
  const std::vector<int> results = co_await gather(std::move(tries));
  co_return std::count(results.begin(), results.end(), 1);
}

TEST_P(Sockets, OneOfManyGetsADeadProgramsSocket) {
  leave_dead_socket(path_);
  std::vector<UnixListener> listeners;
  EXPECT_EQ(run(listen_at_once(path_, &listeners)), 1);
  ASSERT_EQ(listeners.size(), 1U);
  const auto answers = run(both(ask_all(path_, 1), with_group(accept_all, &listeners.front(), 1)));
  EXPECT_EQ(answers.front(), "<0>\n<again>\n");
  listeners.clear();
}

TEST_P(Sockets, AListenerRemovesNoSocketButItsOwn) {
  UnixListener listener = run(UnixListener::listen(path_));
  ASSERT_EQ(::rename(path_.c_str(), (directory_ / "moved").c_str()), 0);
  leave_dead_socket(path_);
  run(listener.close());
  struct ::stat found = {};
  EXPECT_EQ(::lstat(path_.c_str(), &found), 0);
  EXPECT_EQ(::lstat((directory_ / "moved").c_str(), &found), 0);
}

// --- cancellation

// Accepting is cancelled again and again while clients come: each of them is served in the end.
Coro<void> accept_one(UnixListener* listener, std::vector<Stream>* accepted) {
  Stream peer = co_await listener->accept();
  accepted->push_back(std::move(peer));
}
Coro<void> accept_for_a_while(UnixListener* listener, std::vector<Stream>* accepted, Duration limit) {
  try {
    co_await timeout(limit, accept_one(listener, accepted));
  } catch (const TimeoutError&) {
  }
}
Coro<void> accept_in_spells(UnixListener* listener, std::vector<Stream>* accepted, std::size_t count) {
  for (int i = 0; accepted->size() < count; ++i)
    co_await accept_for_a_while(listener, accepted, std::chrono::microseconds(i * 7 % 400));
}
Coro<Stream> connect_later(std::string path, Duration delay) {
  co_await sleep(delay);
  Stream stream = co_await connect_unix(path);
  co_await stream.write_all("here");
  co_await stream.shutdown_write();
  co_return stream;
}
Coro<void> lose_nobody(std::string path, int count) {
  UnixListener listener = co_await UnixListener::listen(path);
  std::vector<Coro<Stream>> clients;
  for (int i = 0; i < count; ++i)
    clients.push_back(connect_later(path, std::chrono::microseconds(i * 200)));
  std::vector<Stream> accepted;
  const auto connected = co_await both(
      gather(std::move(clients)), accept_in_spells(&listener, &accepted, static_cast<std::size_t>(count)));
  for (Stream& peer : accepted) {
    const std::string text = co_await peer.read_all();
    EXPECT_EQ(text, "here");
  }
}

TEST_P(Sockets, ACancelledAcceptLosesNoConnection) {
  run(lose_nobody(path_, 200));
  EXPECT_EQ(loop().driver().in_flight(), 0U);
}

// Two wait for the same listener; one connection wakes one of them.
Coro<void> accept_side_by_side(TaskGroup& group, std::string path) {
  UnixListener listener = co_await UnixListener::listen(path);
  std::vector<Stream> accepted;
  Task<void> first = group.spawn(accept_one(&listener, &accepted));
  Task<void> second = group.spawn(accept_one(&listener, &accepted));
  co_await sleep(1ms);
  Stream client = co_await connect_unix(path);
  co_await sleep(20ms);
  EXPECT_EQ(accepted.size(), 1U);
  EXPECT_NE(first.done(), second.done());
  first.cancel();
  second.cancel();
  co_await first.wait();
  co_await second.wait();
}

TEST_P(Sockets, SeveralMayWaitForOneListener) {
  run(with_group(accept_side_by_side, path_));
}

struct Attempt {
  bool ended = false;
  TaskState state = TaskState::created;
};
Coro<void> converse_and_say(std::string path, bool* ended) {
  co_await converse(path, 2);
  *ended = true;
}
Coro<void> cancel_after(TaskGroup& group, std::string path, int steps, Duration step, bool twice,
                        Attempt* attempt) {
  Task<void> task = group.spawn(converse_and_say(path, &attempt->ended), "converse");
  for (int i = 0; i < steps; ++i)
    co_await sleep(step);
  if (!task.done()) task.cancel();
  if (twice) co_await yield();
  if (twice) task.cancel();
  co_await task.wait();
  attempt->state = task.state_of();
}

TEST_P(Sockets, AreCancelledAfterAnyNumberOfSteps) {
  const Duration step = is_simulated() ? 200us : 0us;
  int finished = 0;
  int cancelled = 0;
  for (int steps = 0; steps < 5000 && finished < 2; ++steps) {
    const FrameCheck frames;
    const DescriptorCheck descriptors;
    Attempt attempt;
    run(with_group(cancel_after, path_, steps, step, steps % 2 == 1, &attempt));
    EXPECT_EQ(loop().driver().in_flight(), 0U);
    EXPECT_EQ(attempt.ended, attempt.state == TaskState::finished);
    struct ::stat found = {};
    EXPECT_NE(::lstat(path_.c_str(), &found), 0) << "the socket is still there";
    ++(attempt.ended ? finished : cancelled);
  }
  EXPECT_GT(cancelled, 5);
  EXPECT_EQ(finished, 2);
}

TEST(FailingSockets, EachErrorIsReportedAndNothingLeaks) {
  const support::TempDir directory;
  const std::string path = directory / "socket";
  for (const int error : {EIO, EINTR, ECONNRESET, ECANCELED}) {
    std::uint64_t failures = 0;
    for (std::uint64_t n = 1; failures == n - 1; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + " fails with " + std::to_string(error));
      const FrameCheck frames;
      const DescriptorCheck descriptors;
      io::SimulatedOptions options;
      options.fail_at = n;
      options.fail_errno = error;
      const auto loop = simulated_loop(options);
      std::string message = "no error";
      try {
        loop->run_until_complete(converse(path, 2));
      } catch (const exception_group& errors) {
        message = describe(errors.first());
      } catch (const std::system_error& failure) {
        message = failure.what();
      }
      if (message != "no error") {
        ++failures;
        EXPECT_EQ(message.find(path), 0U) << message;
        // Or what the other side noticed of it first.
        const bool named = message.find(std::generic_category().message(error)) != std::string::npos;
        const bool noticed = message.find(std::generic_category().message(ECONNRESET)) != std::string::npos ||
                             message.find(std::generic_category().message(EPIPE)) != std::string::npos;
        EXPECT_TRUE(named || noticed) << message;
      }
      EXPECT_EQ(loop->driver().in_flight(), 0U);
      EXPECT_EQ(loop->task_count(), 0U);
    }
    EXPECT_GT(failures, 15U);
  }
}

}  // namespace
}  // namespace weir::testing
