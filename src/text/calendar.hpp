// The Gregorian calendar as arithmetic: days since 1970-01-01, no zones, no locale, no allocation.
#pragma once

#include <cstdint>

namespace weir::text {

inline constexpr std::int64_t kDaySeconds = 86400;

struct CivilDate {
  std::int64_t year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr bool is_leap_year(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(std::int64_t year, int month) noexcept {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return 30 + (month + (month > 7 ? 1 : 0)) % 2;
}

constexpr bool is_date(std::int64_t year, int month, int day) noexcept {
  return month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= days_in_month(year, month));
}

// For years from 1 on. They are counted from March, so that the leap day ends one.
constexpr std::int64_t days_since_1970(std::int64_t year, int month, int day) noexcept {
  const auto from_march = static_cast<std::uint32_t>(month <= 2 ? year - 1 : year);
  const auto months = static_cast<std::uint32_t>(month <= 2 ? month + 9 : month - 3);
  const std::uint32_t leap_days = from_march / 4 - from_march / 100 + from_march / 400;
  const std::uint32_t days = from_march * 365 + leap_days + (153 * months + 2) / 5;
  return std::int64_t{days} + day - 1 - 719468;
}

constexpr CivilDate date_of(std::int64_t days) noexcept {
  const std::int64_t from_march = days + 719468;
  const std::int64_t era = floor_divide(from_march, 146097);
  const std::int64_t in_era = from_march - era * 146097;
  const std::int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  const std::int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
  const int months = static_cast<int>((5 * in_year + 2) / 153);
  const int month = months < 10 ? months + 3 : months - 9;
  const int day = static_cast<int>(in_year) - (153 * months + 2) / 5 + 1;
  return {era * 400 + year + (month <= 2 ? 1 : 0), month, day};
}

// 0 is Sunday.
constexpr int weekday_of(std::int64_t days) noexcept {
  return static_cast<int>((days % 7 + 11) % 7);
}

}  // namespace weir::text
