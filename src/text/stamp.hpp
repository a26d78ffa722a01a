// Stamp: a time as a log writes it, and the pieces that the notations have in common.
//
// The take_ functions read from `p` on, never behind `end`; they return where they stopped, and null when
// what must be there is not. No allocation, no locale.
#pragma once

#include <cstdint>

#include "text/calendar.hpp"

namespace weir::text {

struct Stamp {
  // Since 1970 on the clock that was used: UTC with has_zone. Without a year: since the day began.
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  std::int8_t fraction_digits = 0;  // that were written, up to 9
  bool has_zone = false;
  bool has_year = true;
  int month = 0;  // without a year only
  int day = 0;
};

namespace stamps {

inline constexpr int kFirstYear = 1678;  // nanoseconds since 1970 fit into 64 bits
inline constexpr int kLastYear = 2261;

inline bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}
inline bool is_letter(char c) noexcept {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}
inline bool is_word(char c) noexcept {
  return is_digit(c) || is_letter(c) || c == '_';
}
inline bool has(const char* p, const char* end, int count) noexcept {
  return end - p >= count;
}
inline bool digit_at(const char* p, const char* end) noexcept {
  return p < end && is_digit(*p);
}

// The number that two or four digits at `p` make; -1 if they are none. They must be there.
inline int two_digits(const char* p) noexcept {
  return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}
inline int four_digits(const char* p) noexcept {
  const int high = two_digits(p);
  const int low = two_digits(p + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

// Jan to Dec as 1 to 12, Sun to Sat as 1 to 7, in any case of the letters; 0 for other three bytes.
int month_of(const char* p) noexcept;
int weekday_of(const char* p) noexcept;

// HH:MM[:SS][.fraction]; adds to the seconds.
const char* take_clock(const char* p, const char* end, bool needs_seconds, Stamp& stamp) noexcept;

// [.,]digits, if they are there.
const char* take_fraction(const char* p, const char* end, Stamp& stamp) noexcept;

// Z, UTC, GMT, +HH, +HHMM or +HH:MM, if it is there; a blank may stand before all but +HH.
const char* take_zone(const char* p, const char* end, Stamp& stamp) noexcept;

// False when there is no such day.
inline bool set_date(int year, int month, int day, Stamp& stamp) noexcept {
  if (year < kFirstYear || year > kLastYear || !is_date(year, month, day)) return false;
  stamp.seconds += days_since_1970(year, month, day) * kDaySeconds;
  return true;
}
inline bool set_date_without_year(int month, int day, Stamp& stamp) noexcept {
  stamp.has_year = false;
  stamp.month = month;
  stamp.day = day;
  return is_date(2000, month, day);
}

}  // namespace stamps
}  // namespace weir::text
