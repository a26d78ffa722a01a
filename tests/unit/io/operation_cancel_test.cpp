// Every kind of Operation, cancelled at every moment, on a backend that completes when it is told to.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>

#include "base/unique_fd.hpp"
#include "io/system_call.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/cancel_harness.hpp"

namespace weir::testing {
namespace {

// Operations stay in flight until complete_all(). A cancelled one ends with -ECANCELED, or is too late.
class ManualBackend final : public io::Backend {
 public:
  explicit ManualBackend(bool obeys_cancel) : obeys_cancel_(obeys_cancel) {}

  void start(io::Operation& operation) noexcept override { pending_.push_back(&operation); }
  void cancel(io::Operation& operation) noexcept override {
    EXPECT_EQ(std::count(pending_.begin(), pending_.end(), &operation), 1);
    if (!obeys_cancel_) return;
    std::erase(pending_, &operation);
    operation.complete(-ECANCELED, false);
  }
  void complete_all() {
    for (io::Operation* operation : std::exchange(pending_, {})) {
      const bool is_poll = operation->code() == io::Operation::Code::poll_in;
      operation->complete(is_poll ? 1 : io::perform(*operation), false);
    }
  }
  void poll(std::optional<TimePoint> deadline) override {
    if (deadline) now_ = std::max(now_, *deadline);
  }
  void wake() noexcept override {}
  TimePoint now() const noexcept override { return now_; }
  std::size_t in_flight() const noexcept override { return pending_.size(); }
  const char* name() const noexcept override { return "manual"; }
  bool obeys_cancel() const noexcept { return obeys_cancel_; }

 private:
  bool obeys_cancel_;
  TimePoint now_ = TimePoint() + std::chrono::hours(1);
  std::vector<io::Operation*> pending_;
};

// One operation on a file of its own.
class OperationAwaited : public Awaited {
 public:
  explicit OperationAwaited(ManualBackend* backend) : backend_(backend) {}
  void make_ready(std::function<void()> then) override {
    backend_->complete_all();
    then();
  }
  bool is_interruptible() const override { return backend_->obeys_cancel(); }
  void check_nothing_lost(int values) override { EXPECT_EQ(results_, values); }

 protected:
  int open_for_test(int flags = O_RDWR) const {
    const int fd = ::open(path_.c_str(), flags | O_CLOEXEC);
    EXPECT_GE(fd, 0);
    return fd;
  }

  ManualBackend* backend_;
  support::TempDir directory_;
  std::string path_ = directory_.write("file", "content");
  int results_ = 0;
};

class OpenAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation open = io::Operation::open(path_.c_str(), O_RDONLY);
    const base::UniqueFd fd(co_await open);
    EXPECT_TRUE(fd);
    ++results_;
  }
};

class ReadAwaited final : public OperationAwaited {
 public:
  ReadAwaited(ManualBackend* backend, std::uint64_t offset) : OperationAwaited(backend), offset_(offset) {}
  Coro<void> wait() override {
    char buffer[4] = {};
    io::Operation read = io::Operation::read(fd_.get(), buffer, sizeof buffer, offset_);
    const int got = co_await read;
    EXPECT_EQ(std::string(buffer, static_cast<std::size_t>(got)), "cont");
    ++results_;
  }

 private:
  std::uint64_t offset_;
  base::UniqueFd fd_{open_for_test()};
};

class WriteAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation write = io::Operation::write(fd_.get(), "CONT", 4, 0);
    const int put = co_await write;
    EXPECT_EQ(put, 4);
    ++results_;
  }
  void check_nothing_lost(int values) override {
    EXPECT_EQ(directory_.read("file"), values > 0 ? "CONTent" : "content");
  }

 private:
  base::UniqueFd fd_{open_for_test()};
};

class StatAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    struct ::statx into = {};
    io::Operation stat = io::Operation::stat(fd_.get(), &into);
    const int result = co_await stat;
    EXPECT_EQ(result, 0);
    EXPECT_EQ(into.stx_size, 7U);
    ++results_;
  }

 private:
  base::UniqueFd fd_{open_for_test()};
};

class PollAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation poll = io::Operation::poll_in(fd_.get());
    const int ready = co_await poll;
    EXPECT_GT(ready, 0);
    ++results_;
  }

 private:
  base::UniqueFd fd_{open_for_test()};
};

// The descriptor is given away to the close, which therefore always happens.
class CloseAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation close = io::Operation::close(fd_.release());
    const int result = co_await close;
    EXPECT_EQ(result, 0);
    ++results_;
  }
  bool is_interruptible() const override { return false; }
  bool is_refused_when_due() const override { return false; }

 private:
  base::UniqueFd fd_{open_for_test()};
};

class SyncAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation sync = io::Operation::sync(fd_.get(), false);
    const int result = co_await sync;
    EXPECT_EQ(result, 0);
    ++results_;
  }

 private:
  base::UniqueFd fd_{open_for_test()};
};

// A file is moved, or removed, exactly if the await gave its value.
class MoveAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    const std::string target = directory_ / "moved";
    io::Operation rename = io::Operation::rename(path_.c_str(), target.c_str());
    const int result = co_await rename;
    EXPECT_EQ(result, 0);
  }
  void check_nothing_lost(int values) override {
    EXPECT_EQ(directory_.read(values > 0 ? "moved" : "file"), "content");
  }
};

class RemoveAwaited final : public OperationAwaited {
 public:
  using OperationAwaited::OperationAwaited;
  Coro<void> wait() override {
    io::Operation unlink = io::Operation::unlink(path_.c_str());
    const int result = co_await unlink;
    EXPECT_EQ(result, 0);
  }
  void check_nothing_lost(int values) override { EXPECT_EQ(::access(path_.c_str(), F_OK) != 0, values > 0); }
};

class StreamAwaited : public OperationAwaited {
 public:
  explicit StreamAwaited(ManualBackend* backend) : OperationAwaited(backend) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    near_.reset(ends[0]);
    far_.reset(ends[1]);
  }

 protected:
  std::string read_from(const base::UniqueFd& end) const {
    char buffer[16];
    const ssize_t got = ::recv(end.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return std::string(buffer, static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  }

  base::UniqueFd near_;
  base::UniqueFd far_;
};

// What a cancelled receive did not give is still in the socket.
class ReceiveAwaited final : public StreamAwaited {
 public:
  explicit ReceiveAwaited(ManualBackend* backend) : StreamAwaited(backend) {
    EXPECT_EQ(::send(far_.get(), "data", 4, 0), 4);
  }
  Coro<void> wait() override {
    char buffer[8];
    io::Operation receive = io::Operation::receive(near_.get(), buffer, sizeof buffer);
    const int got = co_await receive;
    EXPECT_EQ(std::string(buffer, static_cast<std::size_t>(got)), "data");
  }
  void check_nothing_lost(int values) override { EXPECT_EQ(read_from(near_), values > 0 ? "" : "data"); }
};

class SendAwaited final : public StreamAwaited {
 public:
  using StreamAwaited::StreamAwaited;
  Coro<void> wait() override {
    io::Operation send = io::Operation::send(near_.get(), "data", 4, true);
    const int put = co_await send;
    EXPECT_EQ(put, 4);
  }
  void check_nothing_lost(int values) override { EXPECT_EQ(read_from(far_), values > 0 ? "data" : ""); }
};

class ShutdownAwaited final : public StreamAwaited {
 public:
  using StreamAwaited::StreamAwaited;
  Coro<void> wait() override {
    io::Operation shutdown = io::Operation::shutdown(near_.get(), SHUT_WR);
    const int result = co_await shutdown;
    EXPECT_EQ(result, 0);
  }
  void check_nothing_lost(int values) override {
    char byte;
    EXPECT_EQ(::recv(far_.get(), &byte, 1, MSG_DONTWAIT), values > 0 ? 0 : -1);
  }
};

// A listener and a client that waits to be accepted, or is still to connect.
class ConnectionAwaited : public OperationAwaited {
 public:
  explicit ConnectionAwaited(ManualBackend* backend) : OperationAwaited(backend) {
    address_.sun_family = AF_UNIX;
    (directory_ / "socket").copy(address_.sun_path, sizeof address_.sun_path - 1);
    EXPECT_EQ(::bind(listener_.get(), address(), sizeof address_), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
  }

 protected:
  static int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }
  const sockaddr* address() const {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address_));
  }
  bool is_somebody_waiting() const {
    const base::UniqueFd accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    return static_cast<bool>(accepted);
  }

  base::UniqueFd listener_{new_socket()};
  base::UniqueFd client_{new_socket()};
  sockaddr_un address_{};
};

class AcceptAwaited final : public ConnectionAwaited {
 public:
  explicit AcceptAwaited(ManualBackend* backend) : ConnectionAwaited(backend) {
    EXPECT_EQ(::connect(client_.get(), address(), sizeof address_), 0);
  }
  Coro<void> wait() override {
    io::Operation accept = io::Operation::accept(listener_.get());
    const base::UniqueFd accepted(co_await accept);
    EXPECT_TRUE(accepted);
  }
  void check_nothing_lost(int values) override { EXPECT_EQ(is_somebody_waiting(), values == 0); }
};

class ConnectAwaited final : public ConnectionAwaited {
 public:
  using ConnectionAwaited::ConnectionAwaited;
  Coro<void> wait() override {
    io::Operation connect = io::Operation::connect(client_.get(), address(), sizeof address_);
    const int result = co_await connect;
    EXPECT_EQ(result, 0);
  }
  void check_nothing_lost(int values) override { EXPECT_EQ(is_somebody_waiting(), values > 0); }
};

class CancelOperations : public ::testing::TestWithParam<bool> {
 protected:
  template <class A, class... Args>
  void try_all(const char* what, Args... args) {
    const DescriptorCheck descriptors;
    auto backend = std::make_unique<ManualBackend>(GetParam());
    const auto make = [manual = backend.get(), args...] { return std::make_unique<A>(manual, args...); };
    Loop loop(std::move(backend));
    cancel_at_every_moment(what, loop, make, 3);
  }
};
INSTANTIATE_TEST_SUITE_P(TheKernel, CancelOperations, ::testing::Values(true, false),
                         [](const auto& parameter) { return parameter.param ? "obeys" : "is_too_late"; });

TEST_P(CancelOperations, EachKind) {
  try_all<OpenAwaited>("open");
  try_all<ReadAwaited>("read", std::uint64_t{0});
  try_all<ReadAwaited>("stream read", io::Operation::kStream);
  try_all<WriteAwaited>("write");
  try_all<StatAwaited>("stat");
  try_all<PollAwaited>("poll_in");
  try_all<CloseAwaited>("close");
  try_all<SyncAwaited>("sync");
  try_all<MoveAwaited>("rename");
  try_all<RemoveAwaited>("unlink");
  try_all<ReceiveAwaited>("receive");
  try_all<SendAwaited>("send");
  try_all<ShutdownAwaited>("shutdown");
  try_all<AcceptAwaited>("accept");
  try_all<ConnectAwaited>("connect");
}

// The same through File, on real backends, after any number of steps.
Coro<void> use_file(std::string path, std::vector<std::string>* lines, bool* ended) {
  File file = co_await File::open(path, OpenMode::read_write);
  const FileStat stat = co_await file.stat();
  EXPECT_EQ(stat.size, 24U);
  LineReader reader = file.lines();
  while (auto line = co_await reader.next())
    lines->emplace_back(*line);
  char byte = 0;
  const std::size_t got = co_await file.read_at(std::span<char>(&byte, 1), 3);
  EXPECT_EQ(got, 1U);
  co_await file.write_at("x", 1);
  co_await file.close();
  *ended = true;
}

struct Attempt {
  bool ended = false;
  TaskState state = TaskState::created;
  std::vector<std::string> lines;
};
Coro<void> cancel_after(TaskGroup& group, std::string path, int steps, Duration step, bool twice,
                        Attempt* attempt) {
  Task<void> task = group.spawn(use_file(path, &attempt->lines, &attempt->ended), "user");
  for (int i = 0; i < steps; ++i)
    co_await sleep(step);
  if (!task.done()) task.cancel();
  if (twice) co_await yield();
  if (twice) task.cancel();
  co_await task.wait();
  attempt->state = task.state_of();
}

class CancelFiles : public OnEachBackend {};
WEIR_ON_EACH_BACKEND(CancelFiles);

TEST_P(CancelFiles, AfterAnyNumberOfSteps) {
  support::TempDir directory;
  const std::string path = directory.write("file", "one line\nanother\nno end");
  ASSERT_EQ(directory.read("file").size(), 23U);
  directory.append("file", "!");
  const DescriptorCheck descriptors;
  const Duration step = is_simulated() ? 200us : 0us;  // a virtual clock stands still while tasks yield
  int finished = 0;
  int cancelled = 0;
  for (int steps = 0; steps < 2000 && finished < 2; ++steps) {
    const FrameCheck frames;
    Attempt attempt;
    run(with_group(cancel_after, path, steps, step, steps % 2 == 1, &attempt));
    EXPECT_EQ(loop().driver().in_flight(), 0U);
    EXPECT_EQ(attempt.ended, attempt.state == TaskState::finished);
    EXPECT_TRUE(attempt.lines.size() == 3 || !attempt.ended);
    ++(attempt.ended ? finished : cancelled);
  }
  EXPECT_GT(cancelled, 1);
  EXPECT_EQ(finished, 2);
}

Coro<std::string> read_stream(int fd) {
  char buffer[16] = {};
  io::Operation read = io::Operation::read(fd, buffer, sizeof buffer, io::Operation::kStream);
  const int got = co_await read;
  co_return std::string(buffer, static_cast<std::size_t>(std::max(0, got)));
}
Coro<int> poll_stream(int fd) {
  io::Operation poll = io::Operation::poll_in(fd);
  const int ready = co_await poll;
  co_return ready;
}
struct PipeEnds {
  PipeEnds() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    out.reset(ends[0]);
    in.reset(ends[1]);
  }
  base::UniqueFd out;
  base::UniqueFd in;
};

Coro<void> cancel_stream_reads(TaskGroup& group) {
  PipeEnds pipe;
  Task<std::string> read = group.spawn(read_stream(pipe.out.get()));
  Task<int> poll = group.spawn(poll_stream(pipe.out.get()));
  co_await sleep(5ms);
  EXPECT_FALSE(read.done());
  EXPECT_FALSE(poll.done());
  read.cancel();
  poll.cancel();
  co_await read.wait();
  co_await poll.wait();
  EXPECT_TRUE(read.cancelled());
  EXPECT_TRUE(poll.cancelled());
  EXPECT_EQ(::write(pipe.in.get(), "kept", 4), 4);
  Task<int> again = group.spawn(poll_stream(pipe.out.get()));
  Task<std::string> after = group.spawn(read_stream(pipe.out.get()));
  co_await after.wait();
  EXPECT_EQ(after.result(), "kept");
  pipe.in.reset();
  co_await again.wait();
  const std::string end = co_await read_stream(pipe.out.get());
  EXPECT_EQ(end, "");
}

TEST_P(CancelFiles, AStreamThatBringsNothingCanBeLeft) {
  const DescriptorCheck descriptors;
  run(with_group(cancel_stream_reads));
}

}  // namespace
}  // namespace weir::testing
