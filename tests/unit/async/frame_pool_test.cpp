// The memory of frames: kept by the thread that frees, bounded, never shared by two.
#include "weir/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "support/seeds.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

std::size_t kept_bytes() {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i <= detail::FrameCache::kClasses; ++i) {
    for (const auto* block = detail::frame_cache.free[i]; block; block = block->next)
      bytes += i * detail::FrameCache::kGranule;
  }
  return bytes;
}

// Everything in a thread of its own, whose cache is empty.
template <class Fn>
void in_fresh_thread(Fn fn) {
  std::thread thread(fn);
  thread.join();
}

TEST(FramePool, HandsOutAgainWhatWasFreed) {
  if (!detail::kPoolsFrames) GTEST_SKIP() << "nothing is kept under AddressSanitizer";
  in_fresh_thread([] {
    detail::free_frame(detail::allocate_frame(100), 100);  // the first one makes room
    void* block = detail::allocate_frame(100);
    detail::free_frame(block, 100);
    EXPECT_EQ(kept_bytes(), 128U);
    EXPECT_EQ(detail::allocate_frame(97), block) << "a size that rounds to the same";
    detail::free_frame(block, 97);
  });
}

struct Block {
  unsigned char* memory;
  std::size_t bytes;
  unsigned char fill;
};

void check_and_free(const Block& block) {
  for (std::size_t i = 0; i < block.bytes; ++i)
    ASSERT_EQ(block.memory[i], block.fill);
  detail::free_frame(block.memory, block.bytes);
}

void fill_and_free(unsigned seed) {
  support::Random random(seed);
  std::vector<Block> blocks;
  for (unsigned round = 0; round < 5'000; ++round) {
    if (blocks.size() < 400 && random.chance(50)) {
      const std::size_t bytes = 1 + random.below(3000);
      auto* memory = static_cast<unsigned char*>(detail::allocate_frame(bytes));
      const auto fill = static_cast<unsigned char>(round);
      std::memset(memory, fill, bytes);
      blocks.push_back({memory, bytes, fill});
    } else if (!blocks.empty()) {
      std::swap(blocks[random.below(static_cast<unsigned>(blocks.size()))], blocks.back());
      check_and_free(blocks.back());
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks)
    check_and_free(block);
  EXPECT_LE(kept_bytes(), detail::FrameCache::kKeptBytes);
}

TEST(FramePool, BlocksInUseNeverOverlap) {
  in_fresh_thread([] { support::for_seeds(5, fill_and_free); });
}

TEST(FramePool, KeepsNoMoreThanItsLimitHoweverManyAreFreed) {
  in_fresh_thread([] {
    std::vector<void*> blocks;
    for (int i = 0; i < 20'000; ++i)
      blocks.push_back(detail::allocate_frame(512));
    for (void* block : blocks) {
      detail::free_frame(block, 512);
      ASSERT_LE(detail::frame_cache.room, detail::FrameCache::kKeptBytes);
    }
    EXPECT_LE(kept_bytes(), detail::FrameCache::kKeptBytes);
  });
}

TEST(FramePool, BlocksMayBeFreedOnAnotherThread) {
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i)
    blocks.push_back(detail::allocate_frame(200));
  in_fresh_thread([&blocks] {
    for (void* block : blocks)
      detail::free_frame(block, 200);
    std::set<void*> again;
    for (int i = 0; i < 1000; ++i)
      again.insert(detail::allocate_frame(200));
    EXPECT_EQ(again.size(), 1000U);
    for (void* block : again)
      detail::free_frame(block, 200);
  });
}

// A static object of the thread, destroyed after the cache was emptied, still frees what it has.
struct LateFree {
  ~LateFree() {
    if (block) detail::free_frame(block, 64);
  }
  void* block = nullptr;
};
TEST(FramePool, ABlockFreedWhenTheThreadEndsIsNotLost) {
  in_fresh_thread([] {
    thread_local LateFree late;  // made first, so it goes last
    late.block = detail::allocate_frame(64);
    detail::free_frame(detail::allocate_frame(64), 64);
  });
}

Coro<int> made_here() {
  co_return 7;
}
TEST(FramePool, AFrameMadeOnOneThreadMayEndOnAnother) {
  const long before = detail::live_frames;
  Coro<int> coro = made_here();
  in_fresh_thread([&coro] { EXPECT_EQ(simulated_loop()->run_until_complete(std::move(coro)), 7); });
  detail::live_frames = before;
}

}  // namespace
}  // namespace weir::testing
