// Writing, cutting, syncing and replacing files, on every backend.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"
#include "unit/io/both.hpp"

namespace weir::testing {
namespace {

template <class T>
std::string error_of(Loop& loop, Coro<T> coro) {
  try {
    loop.run_until_complete(std::move(coro));
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

class Writes : public OnEachBackend {
 protected:
  support::TempDir directory_;
};
WEIR_ON_EACH_BACKEND(Writes);

Coro<std::string> read_in_pieces(std::string path, std::size_t piece) {
  File file = co_await File::open(path);
  std::string buffer(piece, '\0');
  std::string content;
  for (;;) {
    const std::span<char> room(buffer.data(), buffer.size());
    const std::size_t got = co_await file.read(room);
    content.append(buffer, 0, got);
    if (got == 0) break;
  }
  co_await file.close();
  co_return content;
}

TEST_P(Writes, AreReadBackInPieces) {
  std::string content;
  for (int i = 0; i < 30'000; ++i)
    content += std::to_string(i) + "\n";
  const std::string path = directory_ / "file";
  run(write_file(path, content));
  EXPECT_EQ(run(read_file(path)), content);
  EXPECT_TRUE(run(read_in_pieces(path, 1000)) == content);
  EXPECT_TRUE(run(read_in_pieces(path, 1'000'000)) == content);
  EXPECT_TRUE(run(read_file(path, content.size())) == content);
  EXPECT_EQ(error_of(loop(), read_file(path, content.size() - 1)), path + ": more than 168889 bytes");
  run(write_file(path, "short"));
  EXPECT_EQ(run(read_file(path)), "short");
}

Coro<void> edit(std::string path) {
  File file = co_await File::open(path, OpenMode::update);
  co_await file.write_all("a long text");
  co_await file.write(", and more");
  const std::string all = co_await file.read_all();
  EXPECT_EQ(all, "a long text, and more");
  co_await file.sync_data();
  co_await file.write_all("brief");
  co_await file.sync();
  const FileStat stat = co_await file.stat();
  EXPECT_EQ(stat.size, 5U);
  co_await file.resize(7);
  const std::string longer = co_await file.read_all();
  EXPECT_EQ(longer, std::string("brief\0\0", 7));
  co_await file.resize(2);
  co_await file.close();
}
Coro<void> open_only(std::string path, OpenMode mode, unsigned permissions) {
  File file = co_await File::open(path, mode, permissions);
  co_await file.close();
}

TEST_P(Writes, ReplaceAndCut) {
  run(edit(directory_ / "file"));
  EXPECT_EQ(directory_.read("file"), "br");
  run(edit(directory_ / "file"));
  EXPECT_EQ(directory_.read("file"), "br");
}

unsigned permissions_of(const std::string& path) {
  struct ::stat found = {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0);
  return found.st_mode & 07777;
}

TEST_P(Writes, OpenInEveryMode) {
  const std::string path = directory_ / "file";
  run(open_only(path, OpenMode::create_new, 0640));
  EXPECT_EQ(permissions_of(path), 0640U);
  EXPECT_EQ(error_of(loop(), open_only(path, OpenMode::create_new, 0640)), path + ": open: File exists");
  directory_.write("file", "kept");
  run(open_only(path, OpenMode::update, 0600));
  EXPECT_EQ(directory_.read("file"), "kept");
  run(open_only(directory_ / "other", OpenMode::update, 0600));
  EXPECT_EQ(permissions_of(directory_ / "other"), 0600U);
}

TEST_P(Writes, MoveAndRemove) {
  directory_.write("a", "A");
  directory_.write("b", "B");
  run(rename_file(directory_ / "a", directory_ / "b"));
  EXPECT_EQ(directory_.read("b"), "A");
  run(remove_file(directory_ / "b"));
  EXPECT_EQ(error_of(loop(), remove_file(directory_ / "b")),
            directory_ / "b" + ": remove: No such file or directory");
  EXPECT_EQ(error_of(loop(), rename_file(directory_ / "b", directory_ / "c")),
            directory_ / "b" + ": rename: No such file or directory");
}

// --- atomic writes

long count_files(const std::string& path) {
  return std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator());
}

TEST_P(Writes, ReplaceAFileAtOnce) {
  const std::string path = directory_ / "settings";
  AtomicWriteOptions options;
  options.permissions = 0600;
  run(write_file_atomically(path, "first", options));
  EXPECT_EQ(directory_.read("settings"), "first");
  EXPECT_EQ(permissions_of(path), 0600U);
  directory_.set_mode("settings", 0604);
  options.durable = false;
  run(write_file_atomically(path, std::string(1'000'000, 's'), options));
  EXPECT_EQ(directory_.read("settings"), std::string(1'000'000, 's'));
  EXPECT_EQ(permissions_of(path), 0604U);
  run(write_file_atomically(path, ""));
  EXPECT_EQ(directory_.read("settings"), "");
  EXPECT_EQ(count_files(directory_.path()), 1);
  const std::string missing = directory_ / "none/file";
  EXPECT_NE(error_of(loop(), write_file_atomically(missing, "x")).find("No such file"), std::string::npos);
  directory_.make_directory("directory");
  EXPECT_NE(error_of(loop(), write_file_atomically(directory_ / "directory", "x")).find("Is a directory"),
            std::string::npos);
  EXPECT_EQ(count_files(directory_.path()), 2);
}

Coro<void> write_again_and_again(std::string path) {
  AtomicWriteOptions options;
  options.durable = false;
  for (int i = 0; i < 50; ++i)
    co_await write_file_atomically(path, std::string(100'000, static_cast<char>('a' + i % 26)), options);
}
Coro<void> read_whole_ones(TaskGroup& group, std::string path) {
  Task<void> writer = group.spawn(write_again_and_again(path));
  while (!writer.done()) {
    const std::string content = co_await read_file(path);
    EXPECT_EQ(content.size(), 100'000U);
    EXPECT_EQ(std::count(content.begin(), content.end(), content[0]), 100'000);
  }
}

TEST_P(Writes, AReaderSeesTheOldOrTheNew) {
  const std::string path = directory_.write("file", std::string(100'000, 'x'));
  run(with_group(read_whole_ones, path));
}

Coro<void> cancel_after(TaskGroup& group, std::string path, int steps, Duration step, bool* finished) {
  Task<void> task = group.spawn(write_file_atomically(path, std::string(300'000, 'n')));
  for (int i = 0; i < steps; ++i)
    co_await sleep(step);
  if (!task.done()) task.cancel();
  co_await yield();
  task.cancel();
  co_await task.wait();
  *finished = task.state_of() == TaskState::finished;
}

TEST_P(Writes, ACancelledOneLeavesNoTrace) {
  const Duration step = is_simulated() ? 200us : 0us;
  int finished = 0;
  int cancelled = 0;
  for (int steps = 0; finished < 2; steps += 1 + steps / 5) {
    const FrameCheck frames;
    const std::string path = directory_.write("file", "old");
    bool done = false;
    run(with_group(cancel_after, path, steps, step, &done));
    const std::string content = directory_.read("file");
    EXPECT_TRUE(content == std::string(300'000, 'n') || (!done && content == "old"));
    EXPECT_EQ(count_files(directory_.path()), 1);
    EXPECT_EQ(loop().driver().in_flight(), 0U);
    ++(done ? finished : cancelled);
  }
  EXPECT_GT(cancelled, 3);
}

TEST(FailingWrites, LeaveTheOldFileAlone) {
  const support::TempDir directory;
  for (const int error : {EIO, ECANCELED}) {
    int old_content = 0;
    std::uint64_t failures = 0;
    for (std::uint64_t n = 1; failures == n - 1; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n) + " fails with " + std::to_string(error));
      const FrameCheck frames;
      const DescriptorCheck descriptors;
      const std::string path = directory.write("file", "old");
      io::SimulatedOptions options;
      options.fail_at = n;
      options.fail_errno = error;
      const auto loop = simulated_loop(options);
      const std::string message = error_of(*loop, write_file_atomically(path, std::string(50'000, 'n')));
      if (message != "no error") {
        ++failures;
        EXPECT_NE(message.find(std::generic_category().message(error)), std::string::npos) << message;
        EXPECT_EQ(message.find(directory.path()), 0U) << message;
      }
      const std::string content = directory.read("file");
      EXPECT_TRUE(content == std::string(50'000, 'n') || (message != "no error" && content == "old"));
      old_content += content == "old" ? 1 : 0;
      EXPECT_EQ(count_files(directory.path()), 1);
      EXPECT_EQ(loop->driver().in_flight(), 0U);
    }
    EXPECT_GE(failures, 8U);
    EXPECT_EQ(static_cast<std::uint64_t>(old_content), failures - 3);  // the directory's open, sync and close
  }
}

}  // namespace
}  // namespace weir::testing
