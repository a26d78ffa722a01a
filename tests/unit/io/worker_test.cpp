// What is long in coming from a worker thread of the kernel is asked for again: one may have been lost.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/unique_fd.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

// Whether the rings of that thread have a worker.
bool has_worker(pid_t thread) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(entry.path() / "comm");
    std::string name;
    if (file >> name && name == "iou-wrk-" + std::to_string(thread)) return true;
  }
  return false;
}

Coro<int> read_at(int fd, char* buffer) {
  io::Operation read = io::Operation::read(fd, buffer, 1, 0);
  co_return co_await read;
}

TEST(Workers, OneIsAskedForWhileAFileIsWaitedFor) {
  if (!loop_on("uring")) GTEST_SKIP() << "this machine does not allow io_uring";
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const base::UniqueFd out(ends[0]);  // read like a file that is long in coming; it needs no worker
  const base::UniqueFd in(ends[1]);
  std::atomic<pid_t> id{0};
  std::thread other([&] {
    id = ::gettid();
    char byte = 0;
    EXPECT_EQ(loop_on("uring")->run_until_complete(read_at(out.get(), &byte)), 1);
  });
  bool is_there = false;
  for (const auto end = Clock::now() + 20s; !is_there && Clock::now() < end;) {
    std::this_thread::sleep_for(10ms);
    is_there = id != 0 && has_worker(id);
  }
  EXPECT_EQ(::write(in.get(), "x", 1), 1);
  other.join();
  EXPECT_TRUE(is_there);
}

}  // namespace
}  // namespace weir::testing
