#include "input/entry_stack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir::input {
namespace {

using Names = std::vector<std::string>;

void fill(EntryStack& stack, const Names& names) {
  stack.open();
  for (const std::string& name : names)
    stack.add(name, static_cast<unsigned char>(name.size() % 16));
  stack.seal();
}

Names drain(EntryStack& stack) {
  Names names;
  Entry entry;
  while (stack.next(entry)) {
    EXPECT_EQ(entry.name.data()[entry.name.size()], '\0');
    EXPECT_EQ(entry.type, entry.name.size() % 16);
    names.emplace_back(entry.name);
  }
  return names;
}

void expect_sorted(Names names) {
  EntryStack stack;
  fill(stack, names);
  std::sort(names.begin(), names.end());  // std::string compares as unsigned bytes
  ASSERT_EQ(drain(stack), names);
}

TEST(EntryStack, AnEmptyListHasNoNext) {
  EntryStack stack;
  fill(stack, {});
  EXPECT_TRUE(drain(stack).empty());
  stack.close();
}

TEST(EntryStack, SortsAsUnsignedBytesAndShortestFirst) {
  expect_sorted(
      {"b", "a", "\xff", "\x01", "ab", "a\x01", "a-b", "a.b", "A", "abcdefgh", "abcdefghi", "abcdefg"});
}

TEST(EntryStack, SortsRandomNamesOfAnyShape) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = 1 + random() % (round % 20 == 0 ? 5000 : 300);
    const std::size_t letters = 1 + random() % (round % 3 == 0 ? 254 : 3);
    const std::size_t longest = 1 + random() % 40;
    const std::string common(random() % 3 * 7, 'p');
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      std::string name = common;
      for (std::size_t length = random() % longest; length-- > 0;) {
        name += static_cast<char>(1 + random() % letters);
      }
      if (!name.empty()) names.insert(name);
    }
    Names shuffled(names.begin(), names.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    expect_sorted(shuffled);
  }
}

TEST(EntryStack, SortsRunsThatAreAlreadyInSomeOrder) {
  Names names;
  for (int i = 0; i < 20000; ++i)
    names.push_back("access-2024-01-01.log." + std::to_string(i));
  expect_sorted(names);
  std::sort(names.begin(), names.end());
  expect_sorted(names);
  std::reverse(names.begin(), names.end());
  expect_sorted(names);
}

TEST(EntryStack, KeepsNamesThatOccurTwice) {
  expect_sorted(Names(500, "again"));
}

TEST(EntryStack, ALongNameKeepsAllItsBytes) {
  const std::string longest(65535, 'n');
  expect_sorted({longest, "n", longest.substr(1)});
}

TEST(EntryStack, GoesOnWithTheOuterListAfterAnInnerOne) {
  std::mt19937 random(11);
  Names outer;
  for (int i = 0; i < 1000; ++i)
    outer.push_back("outer" + std::to_string(random()));
  EntryStack stack;
  fill(stack, outer);
  std::sort(outer.begin(), outer.end());
  Entry entry;
  for (std::size_t i = 0; i < outer.size(); ++i) {
    ASSERT_TRUE(stack.next(entry));
    ASSERT_EQ(entry.name, outer[i]);
    if (i % 10 != 0) continue;
    Names inner;
    for (std::size_t n = random() % 200; n > 0; --n)
      inner.push_back(std::to_string(random()));
    fill(stack, inner);
    std::sort(inner.begin(), inner.end());
    if (i % 20 == 0) {
      ASSERT_EQ(drain(stack), inner);
    }
    stack.close();  // the others half read
  }
  EXPECT_FALSE(stack.next(entry));
  stack.close();
}

}  // namespace
}  // namespace weir::input
