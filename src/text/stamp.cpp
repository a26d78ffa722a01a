#include "text/stamp.hpp"

#include <cstring>

namespace weir::text::stamps {

namespace {

// Three letters as a number, in lower case.
constexpr std::uint32_t key(char a, char b, char c) noexcept {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(a | 0x20) << 16 |
                                    static_cast<unsigned char>(b | 0x20) << 8 |
                                    static_cast<unsigned char>(c | 0x20));
}

constexpr std::uint32_t kMonths[] = {key('j', 'a', 'n'), key('f', 'e', 'b'), key('m', 'a', 'r'),
                                     key('a', 'p', 'r'), key('m', 'a', 'y'), key('j', 'u', 'n'),
                                     key('j', 'u', 'l'), key('a', 'u', 'g'), key('s', 'e', 'p'),
                                     key('o', 'c', 't'), key('n', 'o', 'v'), key('d', 'e', 'c')};
constexpr std::uint32_t kWeekdays[] = {key('s', 'u', 'n'), key('m', 'o', 'n'), key('t', 'u', 'e'),
                                       key('w', 'e', 'd'), key('t', 'h', 'u'), key('f', 'r', 'i'),
                                       key('s', 'a', 't')};

template <std::size_t kCount>
int find(const std::uint32_t (&keys)[kCount], const char* p) noexcept {
  if (!is_letter(p[0]) || !is_letter(p[1]) || !is_letter(p[2])) return 0;
  const std::uint32_t wanted = key(p[0], p[1], p[2]);
  for (std::size_t i = 0; i < kCount; ++i) {
    if (keys[i] == wanted) return static_cast<int>(i) + 1;
  }
  return 0;
}

// Hours and minutes east of UTC, with the sign at `p`; null if it is none, or more follows.
const char* take_offset(const char* p, const char* end, bool may_be_short, Stamp& stamp) noexcept {
  if (!has(p, end, 3)) return nullptr;
  const int hours = two_digits(p + 1);
  if (hours < 0 || hours > 15) return nullptr;
  const char* q = p + 3;
  int minutes = 0;
  const char* digits = q < end && *q == ':' ? q + 1 : q;
  if (has(digits, end, 2) && two_digits(digits) >= 0) {
    minutes = two_digits(digits);
    q = digits + 2;
  } else if (!may_be_short) {
    return nullptr;
  }
  if (minutes > 59 || (q < end && is_word(*q))) return nullptr;
  const std::int64_t east = hours * 3600 + minutes * 60;
  stamp.has_zone = true;
  stamp.seconds += *p == '-' ? east : -east;
  return q;
}

}  // namespace

int month_of(const char* p) noexcept {
  return find(kMonths, p);
}

int weekday_of(const char* p) noexcept {
  return find(kWeekdays, p);
}

const char* take_fraction(const char* p, const char* end, Stamp& stamp) noexcept {
  if (!has(p, end, 2) || (*p != '.' && *p != ',') || !is_digit(p[1])) return p;
  constexpr std::int32_t kScales[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                      10'000,        1'000,       100,        10,        1};
  std::int32_t value = 0;
  std::int8_t digits = 0;
  for (++p; digit_at(p, end); ++p) {
    if (digits == 9) continue;  // finer than a nanosecond
    value = value * 10 + (*p - '0');
    ++digits;
  }
  stamp.nanos = value * kScales[digits];
  stamp.fraction_digits = digits;
  return p;
}

const char* take_clock(const char* p, const char* end, bool needs_seconds, Stamp& stamp) noexcept {
  if (!has(p, end, 5) || p[2] != ':') return nullptr;
  const int hours = two_digits(p);
  const int minutes = two_digits(p + 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return nullptr;
  int seconds = 0;
  p += 5;
  if (p < end && *p == ':') {
    if (!has(p, end, 3)) return nullptr;
    seconds = two_digits(p + 1);
    if (seconds < 0 || seconds > 60) return nullptr;  // a leap second is there
    p = take_fraction(p + 3, end, stamp);
  } else if (needs_seconds) {
    return nullptr;
  }
  if (p < end && is_digit(*p)) return nullptr;
  stamp.seconds += hours * 3600 + minutes * 60 + seconds;
  return p;
}

const char* take_zone(const char* p, const char* end, Stamp& stamp) noexcept {
  const bool is_apart = p < end && *p == ' ';
  const char* q = is_apart ? p + 1 : p;
  if (q == end) return p;
  if (*q == '+' || *q == '-') {
    const char* behind = take_offset(q, end, !is_apart, stamp);
    return behind ? behind : p;
  }
  const int length = *q == 'Z' || *q == 'z'                                                               ? 1
                     : has(q, end, 3) && (std::memcmp(q, "UTC", 3) == 0 || std::memcmp(q, "GMT", 3) == 0) ? 3
                                                                                                          : 0;
  if (length == 0 || (q + length < end && is_word(q[length]))) return p;
  stamp.has_zone = true;
  return q + length;
}

}  // namespace weir::text::stamps
