// What is long in coming from a worker thread of the kernel is asked for again: one may have been lost.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/unique_fd.hpp"
#include "support/temp_dir.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

// How many requests the process's only ring has been given; 0 without one.
unsigned long requests_made() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::read_symlink(entry.path(), error);
    if (error || target != "anon_inode:[io_uring]") continue;
    std::ifstream info("/proc/self/fdinfo/" + entry.path().filename().string());
    for (std::string key; info >> key;) {
      if (key != "SqTail:") continue;
      unsigned long tail = 0;
      info >> tail;
      return tail;
    }
  }
  return 0;
}

Coro<std::string> read_once(std::string path) {
  File file = co_await File::open(path);
  char buffer[4];
  const std::size_t got = co_await file.read(buffer);
  co_return std::string(buffer, got);
}

class Worker : public OnEachBackend {};
INSTANTIATE_TEST_SUITE_P(Backends, Worker, ::testing::Values("uring"), backend_name);

TEST_P(Worker, IsAskedForAgainWhileAFileIsWaitedFor) {
  constexpr int kTimes = 3;
  const support::TempDir directory;
  const std::string pipe = directory / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);  // a file that is long in coming
  const base::UniqueFd writer(::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(writer);
  if (requests_made() == 0) GTEST_SKIP() << "this kernel does not tell";
  std::atomic<bool> is_asked{false};
  std::thread other([&] {
    const auto end = Clock::now() + 20s;
    int times = 0;
    for (unsigned long seen = requests_made(); times <= kTimes && Clock::now() < end;) {
      std::this_thread::sleep_for(20ms);
      const unsigned long now = requests_made();
      if (now != seen) ++times;
      seen = now;
    }
    is_asked = times > kTimes;  // at most one was for what it waits for
    EXPECT_EQ(::write(writer.get(), "late", 4), 4);
  });
  EXPECT_EQ(run(read_once(pipe)), "late");
  other.join();
  EXPECT_TRUE(is_asked.load());
}

}  // namespace
}  // namespace weir::testing
