// Mapped files that are cut short, and signals that have nothing to do with them.
#include "input/file_map.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numeric>

#include "support/temp_dir.hpp"

namespace weir::input {
namespace {

Source open_file(const std::string& path) {
  Found found;
  found.path = path;
  return Source(0, found);
}

void fill(Source& source, std::uint64_t size) {
  source.owned_fd.reset(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC));
  source.fd = source.owned_fd.get();
  source.is_regular = true;
  source.size = size;
}

std::string numbers(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i / 7 % 26);
  return text;
}

std::size_t sum_of(std::string_view bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::size_t{0});
}

class FileMaps : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(MapGuard::install()); }
  support::TempDir directory_;
};

TEST_F(FileMaps, AnyStretchHasItsBytesAndCanBeReadBeyond) {
  const std::string text = numbers(20000);
  Source source = open_file(directory_.write("file", text));
  fill(source, text.size());
  for (const auto& [begin, end] : {std::pair<std::size_t, std::size_t>{0, 20000},
                                   {0, 1},
                                   {1, 4096},
                                   {4095, 4097},
                                   {4096, 8192},
                                   {8193, 20000},
                                   {19999, 20000}}) {
    const auto map = FileMap::make(source, begin, end);
    ASSERT_TRUE(map);
    const std::string_view mapped(map->data(), end - begin);
    EXPECT_EQ(mapped, std::string_view(text).substr(begin, end - begin));
    EXPECT_EQ(map->end(), end);
    sum_of({map->data(), end - begin + text::kPadding});
    EXPECT_TRUE(map->is_intact_up_to(map->data() + mapped.size()));
  }
}

TEST_F(FileMaps, WhatIsCutOffReadsAsZerosAndIsNotIntact) {
  const std::string text = numbers(40000);
  const std::string path = directory_.write("file", text);
  Source source = open_file(path);
  fill(source, text.size());
  const auto map = FileMap::make(source, 0, text.size());
  ASSERT_TRUE(map);
  ASSERT_EQ(std::string_view(map->data(), text.size()), text);
  ASSERT_EQ(::truncate(path.c_str(), 10000), 0);
  const char* const begin = map->data();
  // The last page that is left shows it only by the size of the file.
  EXPECT_EQ(sum_of({begin + 10000, 12288 - 10000}), 0U);
  EXPECT_TRUE(map->is_intact_up_to(begin + 10000));
  EXPECT_FALSE(map->is_intact_up_to(begin + 10001));
  EXPECT_EQ(sum_of({begin + 12288, text.size() - 12288}), 0U);  // would be the end of the process
  EXPECT_FALSE(map->is_intact_up_to(begin + 1));
  EXPECT_EQ(std::string_view(begin, 10000), text.substr(0, 10000));
}

TEST_F(FileMaps, MoreThanCanBeWatchedAreRefused) {
  const std::string text = numbers(100);
  Source source = open_file(directory_.write("file", text));
  fill(source, text.size());
  std::vector<std::shared_ptr<const FileMap>> maps;
  for (int i = 0; i < 2000; ++i) {
    auto map = FileMap::make(source, 0, text.size());
    if (!map) break;
    maps.push_back(std::move(map));
  }
  EXPECT_GT(maps.size(), 100U);
  EXPECT_LT(maps.size(), 2000U);
  maps.clear();
  EXPECT_TRUE(FileMap::make(source, 0, text.size()));
}

TEST_F(FileMaps, AHugePageNeedsItsPlace) {
  EXPECT_TRUE(may_hold_huge_page(0, kHugePage));
  EXPECT_FALSE(may_hold_huge_page(0, kHugePage - 1));
  EXPECT_FALSE(may_hold_huge_page(1, 2 * kHugePage - 1));
  EXPECT_TRUE(may_hold_huge_page(1, 2 * kHugePage));
  EXPECT_TRUE(may_hold_huge_page(kHugePage, 2 * kHugePage));
  const std::string text = numbers(kHugePage + 5000);
  Source source = open_file(directory_.write("file", text));
  fill(source, text.size());
  EXPECT_FALSE(FileMap::make(source, 1, text.size())->is_of_huge_pages());
  // Whether the cache has one here is the file system's affair; looking must not change what is there.
  const auto map = FileMap::make(source, 0, text.size());
  static_cast<void>(map->is_of_huge_pages());
  EXPECT_EQ(std::string_view(map->data(), text.size()), text);
}

TEST_F(FileMaps, WhatCannotBeMappedIsRefused) {
  Source source = open_file("/proc/self/status");
  fill(source, 1);
  EXPECT_FALSE(FileMap::make(source, 0, 1));
}

// Reads a page that no file has.
void fault() {
  const int fd = ::memfd_create("empty", MFD_CLOEXEC);
  const auto* page = static_cast<const volatile char*>(::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0));
  [[maybe_unused]] const char byte = *page;
}

void leave(int, ::siginfo_t*, void*) {
  ::_exit(42);
}
void leave_plainly(int) {
  ::_exit(43);
}

void handle_by(void (*with_info)(int, ::siginfo_t*, void*), void (*plain)(int)) {
  struct ::sigaction action = {};
  if (with_info) {
    action.sa_sigaction = with_info;
    action.sa_flags = SA_SIGINFO;
  } else {
    action.sa_handler = plain;
  }
  ::sigaction(SIGBUS, &action, nullptr);
}

// In processes of their own, where the guard's handler was not installed before.
TEST(MapGuardDeathTest, OtherFaultsGoToTheHandlerBefore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto fault_after = [](void (*with_info)(int, ::siginfo_t*, void*), void (*plain)(int)) {
    handle_by(with_info, plain);
    MapGuard::install();
    fault();
  };
  EXPECT_EXIT(fault_after(leave, nullptr), testing::ExitedWithCode(42), "");
  EXPECT_EXIT(fault_after(nullptr, leave_plainly), testing::ExitedWithCode(43), "");
  EXPECT_EXIT(fault_after(nullptr, SIG_DFL), testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(fault_after(nullptr, SIG_IGN), testing::KilledBySignal(SIGBUS), "");
}

TEST(MapGuardDeathTest, SignalsThatAreSentGoToTheHandlerBefore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto send_after = [](void (*plain)(int)) {
    handle_by(nullptr, plain);
    MapGuard::install();
    ::raise(SIGBUS);
    ::_exit(44);
  };
  EXPECT_EXIT(send_after(leave_plainly), testing::ExitedWithCode(43), "");
  EXPECT_EXIT(send_after(SIG_DFL), testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(send_after(SIG_IGN), testing::ExitedWithCode(44), "");
}

}  // namespace
}  // namespace weir::input
