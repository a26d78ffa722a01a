// Machines that forbid io_uring, or nearly so: weir reads files all the same.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cstring>

#include "base/diagnostics.hpp"
#include "io/backend.hpp"
#include "support/seccomp.hpp"
#include "support/temp_dir.hpp"
#include "unit/io/child_process.hpp"
#include "weir/weir.hpp"

namespace weir::testing {
namespace {

constexpr int kIsUring = 10;
constexpr int kIsThreads = 11;
constexpr int kRefused = 12;
constexpr int kBadMessage = 13;
constexpr int kWrongData = 14;
constexpr int kNoFilter = 77;

Coro<bool> reads_back(std::string path, std::size_t size) {
  File file = co_await File::open(path);
  const std::string content = co_await file.read_all();
  const FileStat stat = co_await file.stat();
  co_await file.close();
  co_return content == std::string(size, 'w') && stat.size == size;
}

// Makes the backend, reads a file through it, and says which one it was. `reason`: what the error of a
// refused one must say.
int try_backend(const char* name, const std::string& path, std::size_t size, int reason) {
  std::vector<std::string> tried;
  const auto choice = io::parse_backend_choice(name);
  auto backend = io::make_backend(choice.value(), &tried);
  if (!backend) {
    const Error& error = backend.error();
    const bool clear = error.code == ErrorCode::unsupported && error.sys_errno == reason &&
                       error.what == "io_uring is not available: " + base::errno_text(reason);
    return clear ? kRefused : kBadMessage;
  }
  const bool is_uring = std::strcmp(backend.value()->name(), "uring") == 0;
  if (!is_uring && tried.empty()) return kBadMessage;  // --debug has to have something to say
  Loop loop(std::move(backend).value());
  if (!loop.run_until_complete(reads_back(path, size))) return kWrongData;
  return is_uring ? kIsUring : kIsThreads;
}

struct Filter {
  const char* name;
  int number;
  int error;
};
std::ostream& operator<<(std::ostream& out, const Filter& filter) {
  return out << filter.name;
}

class BlockedUring : public ::testing::TestWithParam<Filter> {
 protected:
  void SetUp() override { path_ = directory_.write("file", std::string(kSize, 'w')); }

  int with_filter(const char* backend) {
    const Filter filter = GetParam();
    return run_in_child([&] {
      if (!support::forbid_system_call(filter.number, filter.error)) return kNoFilter;
      return try_backend(backend, path_, kSize, filter.error);
    });
  }
  int without_filter(const char* backend) {
    return run_in_child([&] { return try_backend(backend, path_, kSize, 0); });
  }
  bool is_uring_here() { return without_filter("auto") == kIsUring; }

  static constexpr std::size_t kSize = 600'001;

 private:
  support::TempDir directory_;
  std::string path_;
};

TEST_P(BlockedUring, FallsBackWithoutAWordAndRefusesWithAReason) {
  const int automatic = with_filter("auto");
  if (automatic == kNoFilter) GTEST_SKIP() << "no seccomp filters here";
  if (GetParam().number == SYS_io_uring_register) {  // needed for worker limits only
    EXPECT_EQ(automatic, is_uring_here() ? kIsUring : kIsThreads);
    EXPECT_EQ(with_filter("uring"), is_uring_here() ? kIsUring : kRefused);
  } else {
    EXPECT_EQ(automatic, kIsThreads);
    EXPECT_EQ(with_filter("uring"), kRefused);
  }
}

INSTANTIATE_TEST_SUITE_P(Filters, BlockedUring,
                         ::testing::Values(Filter{"setup_eperm", SYS_io_uring_setup, EPERM},
                                           Filter{"setup_enosys", SYS_io_uring_setup, ENOSYS},
                                           Filter{"enter_eperm", SYS_io_uring_enter, EPERM},
                                           Filter{"enter_enosys", SYS_io_uring_enter, ENOSYS},
                                           Filter{"register_eperm", SYS_io_uring_register, EPERM},
                                           Filter{"register_enosys", SYS_io_uring_register, ENOSYS}),
                         [](const auto& parameter) { return parameter.param.name; });

// Filters of some sandboxes also know the calls that the threads backend tries first.
class BlockedShortcuts : public BlockedUring {};

TEST_P(BlockedShortcuts, TheThreadsBackendDoesWithout) {
  const int result = run_in_child([&] {
    if (!support::forbid_system_call(GetParam().number, GetParam().error)) return kNoFilter;
    Loop loop(io::make_threads_backend(1));
    support::TempDir directory;
    const std::string path = directory.write("file", std::string(kSize, 'w'));
    return loop.run_until_complete(reads_back(path, kSize)) ? kIsThreads : kWrongData;
  });
  if (result == kNoFilter) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_EQ(result, kIsThreads);
}

INSTANTIATE_TEST_SUITE_P(Filters, BlockedShortcuts,
                         ::testing::Values(Filter{"openat2", SYS_openat2, ENOSYS},
                                           Filter{"preadv2", SYS_preadv2, EPERM}),
                         [](const auto& parameter) { return parameter.param.name; });

bool become_nobody() {
  if (::getuid() != 0) return true;  // nobody in particular already
  constexpr unsigned kNobody = 65534;
  return ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
}

// Several loops at once, as nobody in particular: kernels that count rings as locked memory refuse some.
int try_many_loops(const std::string& path, std::size_t size) {
  const rlimit limit{64 * 1024, 64 * 1024};
  if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || !become_nobody()) return kNoFilter;
  std::vector<std::unique_ptr<Loop>> loops;
  for (int i = 0; i < 8; ++i) {
    auto backend = io::make_backend(io::BackendChoice());
    if (!backend) return kRefused;
    loops.push_back(std::make_unique<Loop>(std::move(backend).value()));
  }
  for (const auto& loop : loops) {
    if (!loop->run_until_complete(reads_back(path, size))) return kWrongData;
  }
  return 0;
}

TEST(LittleLockedMemory, IsEnoughForEveryLoop) {
  constexpr std::size_t kSize = 3'000'000;
  support::TempDir directory;
  const std::string path = directory.write("file", std::string(kSize, 'w'));
  EXPECT_EQ(run_in_child([&] { return try_many_loops(path, kSize); }), 0);
}

}  // namespace
}  // namespace weir::testing
