// Timers against a std::multimap, and the rules for what happens while they fire.
#include "weir/timers.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "support/seeds.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

TimePoint at(int tick) {
  return TimePoint(std::chrono::milliseconds(tick));
}

// What is armed, in the order in which it must fire.
struct Oracle {
  using Armed = std::multimap<int, int>;  // tick -> number; equal ticks keep their order
  Armed armed;
  std::map<int, Armed::iterator> of;
  void arm(int number, int tick) { of[number] = armed.emplace(tick, number); }
  void disarm(int number) {
    const auto found = of.find(number);
    if (found == of.end()) return;
    armed.erase(found->second);
    of.erase(found);
  }
  std::vector<int> fire(int now) {
    std::vector<int> fired;
    while (!armed.empty() && armed.begin()->first <= now) {
      fired.push_back(armed.begin()->second);
      of.erase(armed.begin()->second);
      armed.erase(armed.begin());
    }
    return fired;
  }
};

void set_cancel_and_fire(unsigned seed) {
  support::Random random(seed);
  const auto loop = simulated_loop();
  constexpr int kNumbers = 300;
  std::vector<int> fired;
  std::vector<detail::TimerKey> keys(kNumbers);
  detail::Timers timers;
  Oracle oracle;
  int now = 0;
  for (int round = 0; round < 4'000; ++round) {
    const int number = static_cast<int>(random.below(kNumbers));
    detail::TimerKey& key = keys[static_cast<std::size_t>(number)];
    if (random.chance(2)) {
      now += static_cast<int>(random.below(20));
      fired.clear();
      timers.fire(*loop, at(now));
      ASSERT_EQ(fired, oracle.fire(now));
    } else if (random.chance(50)) {
      timers.cancel(key);  // nothing for one that has fired, or was cancelled before
      oracle.disarm(number);
    } else if (!oracle.of.contains(number)) {
      const int tick = now + static_cast<int>(random.below(40));
      key = timers.add(at(tick), [&fired, number] { fired.push_back(number); });
      oracle.arm(number, tick);
    }
    ASSERT_EQ(timers.size(), oracle.armed.size());
    ASSERT_EQ(timers.empty(), oracle.armed.empty());
    if (!timers.empty()) {
      ASSERT_EQ(timers.first(), at(oracle.armed.begin()->first));
    }
  }
}

TEST(Timers, FireInTheOrderOfTimeAndOfSettingWhateverWasCancelled) {
  support::for_seeds(20, set_cancel_and_fire);
}

TEST(Timers, OneSetWhileFiringWaitsForTheNextTimeEvenIfItIsDue) {
  const auto loop = simulated_loop();
  detail::Timers timers;
  std::vector<int> fired;
  detail::TimerKey late;
  timers.add(at(1), [&] {
    fired.push_back(1);
    timers.add(at(0), [&fired] { fired.push_back(3); });
    late = timers.add(at(0), [&fired] { fired.push_back(4); });
    timers.add(at(0), [&fired] { fired.push_back(5); });
  });
  timers.add(at(2), [&] {
    fired.push_back(2);
    timers.cancel(late);
  });
  timers.fire(*loop, at(5));
  EXPECT_EQ(fired, (std::vector<int>{1, 2}));
  timers.fire(*loop, at(5));
  EXPECT_EQ(fired, (std::vector<int>{1, 2, 3, 5}));
  EXPECT_TRUE(timers.empty());
}

TEST(Timers, AKeyThatFiredNamesNobodyElse) {
  const auto loop = simulated_loop();
  detail::Timers timers;
  int fired = 0;
  const detail::TimerKey first = timers.add(at(1), [&fired] { ++fired; });
  timers.fire(*loop, at(1));
  timers.add(at(2), [&fired] { fired += 10; });  // in the place of the first
  timers.cancel(first);
  timers.cancel(detail::TimerKey());
  timers.fire(*loop, at(2));
  EXPECT_EQ(fired, 11);
}

TEST(Timers, ACallbackMayCancelWhatIsDueWithIt) {
  const auto loop = simulated_loop();
  detail::Timers timers;
  int fired = 0;
  detail::TimerKey second;
  timers.add(at(1), [&] { timers.cancel(second); });
  second = timers.add(at(1), [&fired] { ++fired; });
  timers.fire(*loop, at(1));
  EXPECT_EQ(fired, 0);
}

TEST(Timers, ClearDropsCallbacksUncalled) {
  detail::Timers timers;
  const auto held = std::make_shared<int>(1);
  for (int i = 0; i < 100; ++i)
    timers.add(at(i), [held] { FAIL(); });
  EXPECT_EQ(held.use_count(), 101);
  timers.clear();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(timers.empty());
}

TEST(Timers, ManyThatAreCancelledLeaveTheOthersInOrder) {
  const auto loop = simulated_loop();
  detail::Timers timers;
  std::vector<int> fired;
  std::vector<int> expected;
  for (int i = 0; i < 20'000; ++i) {
    const detail::TimerKey key = timers.add(at(20'000 - i), [&fired, i] { fired.push_back(i); });
    if (i % 100 != 0) {
      timers.cancel(key);
    } else {
      expected.insert(expected.begin(), i);
    }
  }
  EXPECT_EQ(timers.size(), 200U);
  EXPECT_EQ(timers.first(), at(100));
  timers.fire(*loop, at(20'000));
  EXPECT_EQ(fired, expected);
}

TEST(Timers, GiveTheMemoryOfManyBack) {
  const auto loop = simulated_loop();
  detail::Timers timers;
  std::vector<detail::TimerKey> keys;
  int fired = 0;
  for (int i = 0; i < 40'000; ++i)
    keys.push_back(timers.add(at(i % 7), [&fired] { ++fired; }));
  timers.fire(*loop, at(7));
  EXPECT_EQ(fired, 40'000);
  for (const detail::TimerKey& key : keys)
    timers.cancel(key);
  timers.add(at(8), [&fired] { ++fired; });
  timers.fire(*loop, at(8));
  EXPECT_EQ(fired, 40'001);
}

}  // namespace
}  // namespace weir::testing
