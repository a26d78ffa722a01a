#include "output/spare_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::output {
namespace {

base::TextBuffer text_of(std::size_t bytes) {
  base::TextBuffer text;
  text.append(std::string(bytes, 'x'));
  return text;
}

TEST(SpareText, GivesMemoryBackEmpty) {
  SpareText spare(1 << 20);
  EXPECT_EQ(spare.take().capacity(), 0U);
  spare.give(text_of(100'000));
  const base::TextBuffer text = spare.take();
  EXPECT_TRUE(text.empty());
  EXPECT_GE(text.capacity(), 100'000U);
  EXPECT_EQ(spare.take().capacity(), 0U);
}

TEST(SpareText, KeepsNoMoreThanItMay) {
  SpareText spare(250'000);
  for (int i = 0; i < 5; ++i)
    spare.give(text_of(100'000));
  EXPECT_GT(spare.take().capacity(), 0U);
  EXPECT_GT(spare.take().capacity(), 0U);
  EXPECT_EQ(spare.take().capacity(), 0U);
}

TEST(SpareText, LeavesSmallPiecesToTheHeap) {
  SpareText spare(1 << 20);
  spare.give(text_of(100));
  EXPECT_EQ(spare.take().capacity(), 0U);
}

}  // namespace
}  // namespace weir::output
