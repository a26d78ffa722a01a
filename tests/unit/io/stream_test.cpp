// Pipes, socket pairs and lines over them, on every backend.
#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <system_error>

#include "unit/async/loops.hpp"
#include "unit/io/both.hpp"

namespace weir::testing {
namespace {

std::string some_text(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(size, ' ');
  for (char& c : text)
    c = random() % 40 == 0 ? '\n' : static_cast<char>('a' + random() % 26);
  return text;
}

template <class T>
int error_number(Loop& loop, Coro<T> coro) {
  try {
    loop.run_until_complete(std::move(coro));
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

class Streams : public OnEachBackend {};
WEIR_ON_EACH_BACKEND(Streams);

struct Ends {
  Ends(Stream reader_, Stream writer_) noexcept : reader(std::move(reader_)), writer(std::move(writer_)) {}
  Stream reader;
  Stream writer;
};
Ends make_ends(bool socket) {
  if (socket) {
    SocketPair pair = make_socket_pair();
    return Ends(std::move(pair.first), std::move(pair.second));
  }
  Pipe pipe = make_pipe();
  return Ends(std::move(pipe.reader), std::move(pipe.writer));
}

Coro<void> write_pieces(Stream* stream, std::string text) {
  std::size_t piece = 1;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    piece = std::min(text.size() - at, 3 * piece % 1'000'003);
    co_await stream->write_all(std::string_view(text).substr(at, piece));
  }
  co_await stream->shutdown_write();
}
Coro<std::string> transfer(bool socket, std::string text) {
  Ends ends = make_ends(socket);
  std::string got = co_await both(ends.reader.read_all(), write_pieces(&ends.writer, text));
  co_await ends.reader.close();
  co_await ends.writer.close();
  co_return got;
}

TEST_P(Streams, CarryMoreThanTheyHold) {
  for (const bool socket : {false, true}) {
    for (const std::size_t size : {0U, 1U, 65'536U, 65'537U, 5'000'000U}) {
      const std::string text = some_text(size, 1);
      EXPECT_EQ(run(transfer(socket, text)) == text, true) << size;
    }
  }
}

Coro<std::string> read_exactly(Stream* stream, std::size_t size) {
  std::string text(size, '.');
  const std::span<char> room(text.data(), text.size());
  const std::size_t got = co_await stream->read(room);
  text.resize(got);
  co_return text;
}
Coro<void> speak_both_ways() {
  SocketPair pair = make_socket_pair();
  co_await pair.first.write_all("question");
  co_await pair.first.shutdown_write();
  const std::string question = co_await pair.second.read_all();
  EXPECT_EQ(question, "question");
  co_await pair.second.write_all("long answer");
  const std::string part = co_await read_exactly(&pair.first, 4);
  EXPECT_EQ(part, "long");
  co_await pair.second.close();
  const std::string rest = co_await read_exactly(&pair.first, 100);
  EXPECT_EQ(rest, " answer");
  std::span<char> none;
  const std::size_t nothing = co_await pair.first.read_some(none);
  EXPECT_EQ(nothing, 0U);
  const PeerIdentity peer = peer_of(pair.first);
  EXPECT_EQ(peer.pid, ::getpid());
  EXPECT_EQ(peer.user, ::getuid());
}

TEST_P(Streams, HalfAConnectionCanBeClosed) {
  run(speak_both_ways());
}

Coro<void> read_at_most(bool socket, std::size_t limit) {
  Ends ends = make_ends(socket);
  const std::string text(1000, 'x');
  co_await ends.writer.write_all(text);
  co_await ends.writer.close();
  const std::string got = co_await ends.reader.read_all(limit);
  EXPECT_EQ(got, text);
}

TEST_P(Streams, AllIsNotMoreThanTheLimit) {
  run(read_at_most(false, 1000));
  EXPECT_THROW(run(read_at_most(false, 999)), std::length_error);
}

// SIGPIPE has its default action here: raised, it would end the tests.
Coro<void> write_to_nobody(bool socket) {
  Ends ends = make_ends(socket);
  co_await ends.reader.close();
  co_await ends.writer.write_all("x");
}
Coro<void> write_until_the_reader_goes(bool socket) {
  Ends ends = make_ends(socket);
  const std::string much(4'000'000, 'x');
  const auto leave = [](Stream* reader) -> Coro<void> {
    char buffer[100];
    co_await reader->read_some(buffer);
    co_await sleep(1ms);
    co_await reader->close();
  };
  co_await both(ends.writer.write_all(much), leave(&ends.reader));
}

TEST_P(Streams, AReaderThatHasGoneIsAnErrorAndNoSignal) {
  struct sigaction before = {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &before), 0);
  ASSERT_EQ(before.sa_handler, SIG_DFL);
  for (const bool socket : {false, true}) {
    EXPECT_EQ(error_number(loop(), write_to_nobody(socket)), EPIPE);
    EXPECT_EQ(error_number(loop(), write_until_the_reader_goes(socket)), EPIPE);
  }
  sigset_t pending;
  ASSERT_EQ(::sigpending(&pending), 0);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST_P(Streams, AreClosedInChildrenAndDoNotBlock) {
  SocketPair pair = make_socket_pair();
  Pipe pipe = make_pipe();
  for (const Stream* stream : {&pair.first, &pair.second, &pipe.reader, &pipe.writer}) {
    EXPECT_NE(::fcntl(stream->fd(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(::fcntl(stream->fd(), F_GETFL) & O_NONBLOCK, 0);
  }
}

Coro<std::vector<std::string>> read_lines(Stream* stream, LineOptions options) {
  LineReader reader = stream->lines(options);
  std::vector<std::string> lines;
  for (bool more = true; more;) {
    try {
      auto line = co_await reader.next();
      more = line.has_value();
      if (line) lines.emplace_back(*line);
    } catch (const LineTooLong&) {
      lines.emplace_back("TOO LONG");
    }
  }
  co_return lines;
}
Coro<std::vector<std::string>> lines_through(std::string text, LineOptions options) {
  Pipe pipe = make_pipe();
  auto lines = co_await both(read_lines(&pipe.reader, options), write_pieces(&pipe.writer, std::move(text)));
  co_return lines;
}
std::vector<std::string> split(const std::string& text, std::size_t limit) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(end - at > limit ? "TOO LONG" : text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST_P(Streams, GiveLinesUpToALimit) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    LineOptions options;
    options.read_bytes = 1 + random() % 300;
    options.max_line = random() % 120;
    const std::string text = some_text(random() % 20'000, seed);
    EXPECT_EQ(run(lines_through(text, options)), split(text, options.max_line)) << seed;
  }
}

Coro<void> wait_for_lines() {
  Pipe pipe = make_pipe();
  LineReader lines = pipe.reader.lines();
  co_await pipe.writer.write_all("one\ntw");
  auto one = co_await timeout(1h, lines.next_line());
  EXPECT_EQ(*one, "one");
  bool ran_out = false;
  try {
    co_await timeout(20ms, lines.next_line());
  } catch (const TimeoutError&) {
    ran_out = true;
  }
  EXPECT_TRUE(ran_out);
  co_await pipe.writer.write_all("o\n");
  auto two = co_await lines.next();
  EXPECT_EQ(*two, "two");
}

TEST_P(Streams, AWaitForALineCanBeGivenUp) {
  run(wait_for_lines());
}

// Writers that are cancelled again and again: what was read is always a beginning of what was written.
Coro<void> write_for_ever(Stream* stream) {
  const std::string piece(100'000, 'w');
  for (;;)
    co_await stream->write_all(piece);
}
Coro<void> cancel_writer(TaskGroup& group, bool socket) {
  Ends ends = make_ends(socket);
  Task<void> writer = group.spawn(write_for_ever(&ends.writer));
  co_await sleep(1ms);
  const std::string part = co_await read_exactly(&ends.reader, 300'000);
  EXPECT_EQ(part, std::string(300'000, 'w'));
  co_await sleep(1ms);
  EXPECT_FALSE(writer.done());
  writer.cancel();
  co_await writer.wait();
  EXPECT_TRUE(writer.cancelled());
}

TEST_P(Streams, AWriterThatNobodyReadsCanBeCancelled) {
  run(with_group(cancel_writer, false));
  run(with_group(cancel_writer, true));
  EXPECT_EQ(loop().driver().in_flight(), 0U);
}

// --- the n-th operation fails, for every n

Coro<void> converse() {
  SocketPair pair = make_socket_pair();
  Pipe pipe = make_pipe();
  const std::string text = some_text(20'000, 3);
  const std::string first = co_await both(pair.first.read_all(), write_pieces(&pair.second, text));
  const std::string second = co_await both(pipe.reader.read_all(), write_pieces(&pipe.writer, text));
  EXPECT_TRUE(first == text && second == text);
  co_await pair.first.close();
  co_await pair.second.close();
  co_await pipe.reader.close();
}

TEST(FailingStreams, EachErrorIsReportedAndNothingLeaks) {
  for (const int error : {EIO, EINTR, EAGAIN, ECONNRESET, ECANCELED}) {
    std::uint64_t failures = 0;
    for (std::uint64_t n = 1; failures == n - 1; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + " fails with " + std::to_string(error));
      const FrameCheck frames;
      const DescriptorCheck descriptors;
      io::SimulatedOptions options;
      options.fail_at = n;
      options.fail_errno = error;
      const auto loop = simulated_loop(options);
      const int seen = error_number(*loop, converse());
      EXPECT_TRUE(seen == error || seen == 0) << seen;
      if (seen != 0) ++failures;
      EXPECT_EQ(loop->driver().in_flight(), 0U);
      EXPECT_EQ(loop->task_count(), 0U);
    }
    EXPECT_GT(failures, 15U);
  }
}

TEST(SimulatedStreams, AnySeedCarriesTheSame) {
  const std::string text = some_text(200'000, 5);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    io::SimulatedOptions options;
    options.seed = seed;
    options.retries = 300;
    options.short_reads = options.short_writes = 700;
    const auto loop = simulated_loop(options);
    loop->shuffle_ready(seed);
    EXPECT_TRUE(loop->run_until_complete(transfer(seed % 2 == 0, text)) == text) << seed;
  }
}

}  // namespace
}  // namespace weir::testing
