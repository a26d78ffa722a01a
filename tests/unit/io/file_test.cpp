// File and LineReader on every backend, errors at every single operation, and idle loops.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <thread>

#include "base/unique_fd.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

class Files : public OnEachBackend {
 protected:
  support::TempDir directory_;
};
WEIR_ON_EACH_BACKEND(Files);

Coro<void> write_file(std::string path, OpenMode mode, std::string first, std::string second) {
  File file = co_await File::open(path, mode);
  EXPECT_TRUE(file.is_open());
  EXPECT_EQ(file.path(), path);
  co_await file.write(first);
  co_await file.write(second);
  co_await file.close();
  EXPECT_FALSE(file.is_open());
  co_await file.close();
}

TEST_P(Files, WritesAndAppends) {
  const std::string path = directory_ / "new";
  run(write_file(path, OpenMode::write, "one ", "two "));
  run(write_file(path, OpenMode::append, "three ", "four"));
  EXPECT_EQ(directory_.read("new"), "one two three four");
  run(write_file(path, OpenMode::read_write, "ONE", "-"));
  EXPECT_EQ(directory_.read("new"), "ONE-two three four");
  run(write_file(path, OpenMode::write, "short", ""));
  EXPECT_EQ(directory_.read("new"), "short");
}

Coro<std::string> read_file(std::string path) {
  File file = co_await File::open(path);
  std::string content = co_await file.read_all();
  const FileStat stat = co_await file.stat();
  EXPECT_EQ(stat.size, content.size());
  EXPECT_TRUE(S_ISREG(stat.mode));
  EXPECT_GT(stat.inode, 0U);
  EXPECT_GT(stat.modified, 1'600'000'000);
  co_return content;
}

TEST_P(Files, ReadsWholeFilesOfAnySize) {
  for (const std::size_t size : {0U, 1U, 262'143U, 262'144U, 262'145U, 1'000'000U}) {
    std::string content(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
      content[i] = static_cast<char>('a' + i % 23);
    EXPECT_EQ(run(read_file(directory_.write("file", content))), content) << size;
  }
}

Coro<std::vector<std::string>> read_lines(std::string path) {
  File file = co_await File::open(path);
  LineReader reader = file.lines();
  std::vector<std::string> lines;
  while (auto line = co_await reader.next())
    lines.emplace_back(*line);
  auto past_end = co_await reader.next();
  EXPECT_FALSE(past_end);
  co_return lines;
}

TEST_P(Files, ReadsLines) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(run(read_lines(directory_.write("f", ""))), Lines());
  EXPECT_EQ(run(read_lines(directory_.write("f", "\n"))), Lines{""});
  EXPECT_EQ(run(read_lines(directory_.write("f", "a\n\nb"))), (Lines{"a", "", "b"}));
  const std::string longer(700'000, 'x');
  EXPECT_EQ(run(read_lines(directory_.write("f", longer + "\n" + longer))), (Lines{longer, longer}));
  EXPECT_EQ(run(read_lines(directory_.write("f", std::string(262'143, 'y') + "\nend\n"))),
            (Lines{std::string(262'143, 'y'), "end"}));
}

template <class T>
std::string error_of(Loop& loop, Coro<T> coro) {
  try {
    loop.run_until_complete(std::move(coro));
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "no error";
}

TEST_P(Files, ErrorsNameTheFileAndTheReason) {
  const std::string missing = directory_ / "missing";
  EXPECT_EQ(error_of(loop(), read_file(missing)), missing + ": open: No such file or directory");
  EXPECT_EQ(error_of(loop(), read_file(directory_.path())), directory_.path() + ": read: Is a directory");
  EXPECT_EQ(error_of(loop(), write_file("/dev/full", OpenMode::write, "x", "")),
            "/dev/full: write: No space left on device");
}

// More reads than a ring has room for, at once.
Coro<int> read_byte(int fd, int index) {
  char byte = 0;
  io::Operation read = io::Operation::read(fd, &byte, 1, static_cast<std::uint64_t>(index));
  const int got = co_await read;
  co_return got == 1 ? byte : -1;
}
Coro<long> read_bytes_at_once(int fd, int count) {
  std::vector<Coro<int>> coros;
  for (int i = 0; i < count; ++i)
    coros.push_back(read_byte(fd, i));
  const std::vector<int> values = co_await gather(std::move(coros));
  co_return std::count(values.begin(), values.end(), 'z');
}
Coro<void> cancel_all(TaskGroup& group, int fd, int count) {
  for (int i = 0; i < count; ++i)
    group.spawn(read_byte(fd, i));
  co_await yield();
  group.cancel();
}

TEST_P(Files, ThousandsOfOperationsAtOnce) {
  const std::string path = directory_.write("file", std::string(5000, 'z'));
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(run(read_bytes_at_once(fd.get(), 5000)), 5000);
  run(with_group(cancel_all, fd.get(), 3000));
  EXPECT_EQ(loop().driver().in_flight(), 0U);
  EXPECT_EQ(run(read_bytes_at_once(fd.get(), 100)), 100);
}

// A reader whose read fails goes on where it was, once reads work again.
Coro<std::vector<std::string>> read_on_after_errors(std::string path, int* errors) {
  File file = co_await File::open(path);
  LineReader reader = file.lines();
  std::vector<std::string> lines;
  for (bool more = true; more;) {
    bool failed = false;
    try {
      auto line = co_await reader.next();
      more = line.has_value();
      if (line) lines.emplace_back(*line);
    } catch (const std::system_error&) {
      failed = true;
    }
    if (failed) ++*errors;
  }
  co_return lines;
}

TEST(LineReaderTest, AFailedReadLeavesNoTrace) {
  support::TempDir directory;
  std::string content;
  for (int i = 0; i < 3000; ++i)
    content += std::string(300, 'r') + std::to_string(i) + "\n";
  const std::string path = directory.write("file", content);
  int errors = 0;
  for (std::uint64_t n = 2; n < 8; ++n) {  // the first opens
    io::SimulatedOptions options;
    options.fail_at = n;
    const auto loop = simulated_loop(options);
    const auto lines = loop->run_until_complete(read_on_after_errors(path, &errors));
    ASSERT_EQ(lines.size(), 3000U) << n;
    EXPECT_EQ(lines[2999].substr(300), "2999");
    EXPECT_TRUE(std::all_of(lines.begin(), lines.end(), [](const auto& line) { return line[0] == 'r'; }));
  }
  EXPECT_EQ(errors, 6);
}

// --- the n-th operation fails, for every n

Coro<std::size_t> count_lines(std::string path) {
  File file = co_await File::open(path);
  const FileStat stat = co_await file.stat();
  LineReader reader = file.lines();
  std::size_t lines = 0;
  while (auto line = co_await reader.next())
    ++lines;
  EXPECT_GT(stat.size, lines);
  co_await file.close();
  co_return lines;
}
Coro<std::size_t> copy_counts(std::string a, std::string b, std::string out) {
  const auto counts = co_await gather(count_lines(a), count_lines(b));
  const std::size_t total = std::get<0>(counts) + std::get<1>(counts);
  const std::string text = std::to_string(total);
  File file = co_await File::open(out, OpenMode::write);
  co_await file.write(text);
  co_await file.close();
  co_return total;
}

TEST(FailingOperations, EachOneIsReportedAndNothingLeaks) {
  support::TempDir directory;
  std::string content;
  for (int i = 0; i < 9000; ++i)
    content += "line " + std::to_string(i) + std::string(60, '.') + "\n";
  const std::string a = directory.write("a", content);
  const std::string b = directory.write("b", "x\ny\nz\n");
  for (const int error : {EIO, EINTR, EAGAIN, ENOMEM, ECANCELED}) {
    std::uint64_t failures = 0;
    for (std::uint64_t n = 1; failures == n - 1; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + " fails with " + std::to_string(error));
      const FrameCheck frames;
      const DescriptorCheck descriptors;
      io::SimulatedOptions options;
      options.fail_at = n;
      options.fail_errno = error;
      auto backend = std::make_unique<io::SimulatedBackend>(options);
      const io::SimulatedBackend& simulated = *backend;
      Loop loop(std::move(backend));
      const std::string message = error_of(loop, copy_counts(a, b, directory / "out"));
      if (message != "no error") {
        ++failures;
        EXPECT_NE(message.find(std::generic_category().message(error)), std::string::npos) << message;
        EXPECT_EQ(message.find(directory.path()), 0U) << message;
      } else {
        EXPECT_EQ(directory.read("out"), "9003");
        EXPECT_EQ(simulated.operations(), n - 1);
      }
      EXPECT_EQ(simulated.in_flight(), 0U);
      EXPECT_EQ(loop.task_count(), 0U);
    }
    EXPECT_GT(failures, 12U);
  }
}

// --- idle loops

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

Coro<void> wait_idly(TaskGroup& group, Event* event, int fd) {
  const auto wait_event = [](Event* on) -> Coro<void> { co_await on->wait(); };
  const auto wait_pipe = [](int readable) -> Coro<void> {
    io::Operation poll = io::Operation::poll_in(readable);
    const int result = co_await poll;
    EXPECT_GT(result, 0);
  };
  group.spawn(wait_event(event));
  group.spawn(wait_pipe(fd));
  co_await sleep(300ms);
}

class Idle : public OnEachBackend {};
INSTANTIATE_TEST_SUITE_P(Backends, Idle, ::testing::Values("uring", "threads"), backend_name);

TEST_P(Idle, ALoopThatWaitsUsesNoProcessor) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const base::UniqueFd out(ends[0]);
  const base::UniqueFd in(ends[1]);
  Event event;
  std::thread other([&] {
    std::this_thread::sleep_for(250ms);
    loop().call_soon_threadsafe([&] { event.set(); });
    EXPECT_EQ(::write(in.get(), "x", 1), 1);
  });
  const double before = cpu_seconds();
  const auto start = Clock::now();
  run(with_group(wait_idly, &event, out.get()));
  const double used = cpu_seconds() - before;
  other.join();
  EXPECT_GE(Clock::now() - start, 300ms);
  EXPECT_LT(used, 0.010);
}

TEST(BackendChoice, KnowsItsNames) {
  EXPECT_EQ(io::parse_backend_choice("").value().kind, io::BackendKind::automatic);
  EXPECT_EQ(io::parse_backend_choice("uring").value().kind, io::BackendKind::uring);
  EXPECT_EQ(io::parse_backend_choice("sim:77").value().seed, 77U);
  for (const char* bad : {"sim:", "sim:x", "sim:1x", "epoll", "Uring"}) {
    const auto choice = io::parse_backend_choice(bad);
    ASSERT_FALSE(choice) << bad;
    EXPECT_EQ(choice.error().what,
              "'" + std::string(bad) + "' is not an I/O backend: use auto, uring or threads");
  }
  RunOptions options;
  options.io = "epoll";
  EXPECT_THROW(make_loop(options), std::invalid_argument);
}

}  // namespace
}  // namespace weir::testing
