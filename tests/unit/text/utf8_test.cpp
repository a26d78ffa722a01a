#include "text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::text {
namespace {

TEST(Utf8, EveryCodePointGoesThereAndBack) {
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    std::string text;
    append_utf8(text, code_point);
    const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
    std::size_t at = 0;
    const auto read = next_code_point(text, at);
    ASSERT_EQ(read.has_value(), !surrogate) << static_cast<std::uint32_t>(code_point);
    if (surrogate) continue;
    ASSERT_EQ(*read, code_point);
    ASSERT_EQ(at, text.size());
  }
}

TEST(Utf8, RefusesWhatUnicodeDoes) {
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xe2\x84", "\xed\xa0\x80",
                          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3\x28"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      EXPECT_FALSE(is_utf8(std::string(before, 'a') + bad));
      EXPECT_FALSE(is_utf8(std::string(before, 'a') + bad + "and more than eight bytes"));
    }
  }
}

TEST(Utf8, TakesTextOfAnyLength) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(is_utf8(text));
    text += i % 3 == 0 ? "é" : "x";
  }
  std::size_t at = text.size();
  EXPECT_FALSE(next_code_point(text, at));
}

}  // namespace
}  // namespace weir::text
