// The ready queue against a std::deque.
#include "weir/ready_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "support/seeds.hpp"

namespace weir::testing {
namespace {

detail::Ready entry(int& called, int number) {
  return detail::Ready(std::make_unique<detail::Callback>([&called, number] { called = number; }));
}

void push_and_pop(unsigned seed) {
  support::Random random(seed);
  detail::ReadyQueue queue;
  std::deque<int> oracle;
  int called = -1;
  int next = 0;
  for (int phase = 0; phase < 8; ++phase) {
    const unsigned pushes = phase % 2 == 0 ? 70 : 30;
    for (int step = 0; step < 10'000; ++step) {
      if (random.chance(pushes)) {
        queue.push_back(entry(called, next));
        oracle.push_back(next++);
      } else if (!oracle.empty()) {
        queue.pop_front().take_callback()->call();
        ASSERT_EQ(called, oracle.front());
        oracle.pop_front();
      }
      ASSERT_EQ(queue.size(), oracle.size());
    }
  }
}

TEST(ReadyQueue, IsAFifoWhileItGrowsAndRunsEmpty) {
  support::for_seeds(5, push_and_pop);
}

TEST(ReadyQueue, ClearDropsCallbacksUncalled) {
  const auto held = std::make_shared<int>(1);
  detail::ReadyQueue queue;
  for (int i = 0; i < 100; ++i)
    queue.push_back(detail::Ready(std::make_unique<detail::Callback>([held] { FAIL(); })));
  queue.clear();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(queue.empty());
}

TEST(ReadyQueue, GoesOnAfterALargeOneRanEmpty) {
  detail::ReadyQueue queue;
  int called = -1;
  for (int i = 0; i < 40'000; ++i)
    queue.push_back(entry(called, i));
  while (!queue.empty())
    queue.pop_front().take_callback()->call();
  EXPECT_EQ(called, 39'999);
  queue.push_back(entry(called, 5));
  queue.pop_front().take_callback()->call();
  EXPECT_EQ(called, 5);
}

}  // namespace
}  // namespace weir::testing
