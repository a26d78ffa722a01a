// The vector kernels against plain loops, at every alignment and length around the vector widths, with
// the text's end at the end of mapped memory.
#include "text/newlines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "support/guarded_text.hpp"

namespace weir::text {
namespace {

std::string random_text(std::mt19937& random, std::size_t size, unsigned one_in) {
  std::string text(size, 'x');
  for (char& c : text)
    if (random() % one_in == 0) c = random() % 2 == 0 ? '\n' : '\xc3';
  return text;
}

std::size_t plain_line_begin(std::string_view text, std::size_t at) {
  while (at > 0 && text[at - 1] != '\n')
    --at;
  return at;
}

bool high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

void check_all(std::string_view text) {
  const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  ASSERT_EQ(count_newlines(text), newlines);
  ASSERT_EQ(is_ascii(text), std::none_of(text.begin(), text.end(), high));
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const auto rest = text.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = static_cast<std::size_t>(std::find(rest, text.end(), '\n') - text.begin());
    ASSERT_EQ(line_end(text, at), end) << at << " of " << text.size();
    const auto non_ascii = static_cast<std::size_t>(std::find_if(rest, text.end(), high) - text.begin());
    ASSERT_EQ(find_non_ascii(text, at), non_ascii) << at << " of " << text.size();
    ASSERT_EQ(line_begin(text, at), plain_line_begin(text, at)) << at << " of " << text.size();
  }
}

TEST(Newlines, EqualPlainLoopsAtEveryLengthAndNeverReadBehindTheText) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    for (const unsigned one_in : {2U, 40U, 1000U}) {
      const support::GuardedText guarded(random_text(random, size, one_in), 0);
      ASSERT_NO_FATAL_FAILURE(check_all(guarded.view())) << "size " << size;
    }
  }
}

TEST(Newlines, EqualPlainLoopsAtEveryAlignment) {
  std::mt19937 random(2);
  const std::string text = random_text(random, 700, 60);
  for (std::size_t from = 0; from < 65; ++from)
    ASSERT_NO_FATAL_FAILURE(check_all(std::string_view(text).substr(from, 500)));
}

TEST(Newlines, CountsMoreThanOneSumOfBytesCanHold) {
  std::string text(300'000, '\n');
  EXPECT_EQ(count_newlines(text), text.size());
  text[123'456] = 'x';
  EXPECT_EQ(count_newlines(text), text.size() - 1);
}

}  // namespace
}  // namespace weir::text
