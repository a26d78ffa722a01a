// How many units and bytes a shard has under way, warm and cold.
#include "input/read_window.hpp"

#include <gtest/gtest.h>

#include "unit/async/loops.hpp"
#include "weir/group.hpp"

namespace weir::input {
namespace {

constexpr std::size_t kChunk = 1000;

// A shard's readers as the window sees them.
struct Readers {
  ReadWindow window{3 * kChunk, 8 * kChunk, kChunk};
  int begun = 0;

  static Coro<void> begin(Readers* self) {
    co_await self->window.begin_unit();
    ++self->begun;
  }
};

Coro<void> settle() {
  for (int i = 0; i < 4; ++i)
    co_await yield();
}

Coro<void> large_units(TaskGroup& group, Readers* readers) {
  for (int i = 0; i < 4; ++i)
    group.spawn(Readers::begin(readers));
  co_await settle();
  EXPECT_EQ(readers->begun, 4);  // as far as anyone knows they are small
  for (int i = 0; i < 4; ++i)
    readers->window.note_large();
  for (int i = 0; i < 5; ++i)
    group.spawn(Readers::begin(readers));
  co_await settle();
  EXPECT_EQ(readers->begun, 4);
  for (int i = 0; i < 4; ++i)
    readers->window.end_unit(true);
  co_await settle();
  EXPECT_EQ(readers->begun, 5);  // one of those that waited, not all of them
  for (int expected = 6; expected <= 9; ++expected) {
    readers->window.note_large();
    readers->window.end_unit(true);
    co_await settle();
    EXPECT_EQ(readers->begun, expected);
  }
}

TEST(ReadWindow, BeginsLargeUnitsOneAfterTheOther) {
  Readers readers;
  testing::run_simulated(with_group(large_units, &readers));
}

Coro<void> small_after_large(TaskGroup& group, Readers* readers) {
  group.spawn(Readers::begin(readers));
  co_await settle();
  readers->window.note_large();
  for (int i = 0; i < 20; ++i)
    group.spawn(Readers::begin(readers));
  co_await settle();
  readers->window.end_unit(true);
  co_await settle();
  EXPECT_EQ(readers->begun, 2);
  readers->window.end_unit(false);  // it was small
  co_await settle();
  EXPECT_EQ(readers->begun, 21);
}

TEST(ReadWindow, SmallUnitsOpenTheWayForMany) {
  Readers readers;
  testing::run_simulated(with_group(small_after_large, &readers));
}

Coro<void> cold(TaskGroup& group, Readers* readers) {
  for (int i = 0; i < 9; ++i)
    readers->window.note(false);
  for (int i = 0; i < 12; ++i) {
    group.spawn(Readers::begin(readers));
    co_await settle();
    if (readers->begun == i + 1) readers->window.note_large();
  }
  EXPECT_EQ(readers->begun, 8);
  for (int i = 0; i < 12; ++i)
    readers->window.end_unit(true);
}

TEST(ReadWindow, WidensWhileReadsWait) {
  Readers readers;
  testing::run_simulated(with_group(cold, &readers));
}

}  // namespace
}  // namespace weir::input
