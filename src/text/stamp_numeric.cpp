// Notations made of digits.
#include <limits>

#include "text/stamp_formats.hpp"

namespace weir::text::stamps {

namespace {

// A clock of twelve hours is not read: "08:00 PM" would be taken for the morning.
bool is_half_day(const char* p, const char* end) noexcept {
  if (p < end && *p == ' ') ++p;
  if (!has(p, end, 2)) return false;
  const int first = p[0] | 0x20;
  return (first == 'a' || first == 'p') && (p[1] | 0x20) == 'm' && !(has(p, end, 3) && is_word(p[2]));
}

}  // namespace

// YYYY-MM-DD or YYYY/MM/DD, T or a blank, HH:MM[:SS][.fraction][zone].
const char* parse_iso(const char* p, const char* end, Stamp& stamp) {
  if (!has(p, end, 16) || (p[4] != '-' && p[4] != '/') || p[7] != p[4]) return nullptr;
  if (p[10] != 'T' && p[10] != ' ' && p[10] != 't') return nullptr;
  if (!set_date(four_digits(p), two_digits(p + 5), two_digits(p + 8), stamp)) return nullptr;
  const char* behind = take_clock(p + 11, end, false, stamp);
  if (!behind || is_half_day(behind, end)) return nullptr;
  return take_zone(behind, end, stamp);
}

// YYYYMMDDTHHMMSS[.fraction][zone].
const char* parse_compact(const char* p, const char* end, Stamp& stamp) {
  if (!has(p, end, 15) || p[8] != 'T') return nullptr;
  const int hours = two_digits(p + 9);
  const int minutes = two_digits(p + 11);
  const int seconds = two_digits(p + 13);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return nullptr;
  if (digit_at(p + 15, end)) return nullptr;
  if (!set_date(four_digits(p), two_digits(p + 4), two_digits(p + 6), stamp)) return nullptr;
  stamp.seconds += hours * 3600 + minutes * 60 + seconds;
  return take_zone(take_fraction(p + 15, end, stamp), end, stamp);
}

// Since 1970: 10 digits are seconds, perhaps with a fraction, 13, 16 and 19 digits the thousandth parts.
const char* parse_epoch(const char* p, const char* end, Stamp& stamp) {
  std::int64_t value = 0;
  int digits = 0;
  const char* q = p;
  for (; digit_at(q, end); ++q, ++digits) {
    if (digits == 19 || value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) return nullptr;
    value = value * 10 + (*q - '0');
  }
  std::int64_t unit = 0;  // of them in a second
  if (digits == 10) unit = 1;
  if (digits == 13) unit = 1000;
  if (digits == 16) unit = 1'000'000;
  if (digits == 19) unit = 1'000'000'000;
  if (unit == 0 || *p == '0' || value / unit >= std::numeric_limits<std::int64_t>::max() / 1'000'000'000)
    return nullptr;
  stamp.seconds = value / unit;
  stamp.nanos = static_cast<std::int32_t>(value % unit * (1'000'000'000 / unit));
  stamp.has_zone = true;
  stamp.fraction_digits = static_cast<std::int8_t>(digits - 10);
  if (unit == 1) q = take_fraction(q, end, stamp);
  return q < end && (is_word(*q) || *q == '-') ? nullptr : q;
}

// MM-DD HH:MM:SS.mmm, as Android's logcat writes it.
const char* parse_android(const char* p, const char* end, Stamp& stamp) {
  if (!has(p, end, 14) || p[2] != '-' || p[5] != ' ') return nullptr;
  if (!set_date_without_year(two_digits(p), two_digits(p + 3), stamp)) return nullptr;
  return take_clock(p + 6, end, true, stamp);
}

// A letter for the severity, MMDD or YYYYMMDD, HH:MM:SS.fraction.
const char* parse_glog(const char* p, const char* end, Stamp& stamp) {
  if (!has(p, end, 15) || (*p != 'I' && *p != 'W' && *p != 'E' && *p != 'F' && *p != 'D' && *p != 'V'))
    return nullptr;
  const char* q = p + 5;
  if (*q == ' ') {
    if (!set_date_without_year(two_digits(p + 1), two_digits(p + 3), stamp)) return nullptr;
  } else {
    q += 4;
    if (*q != ' ' || !set_date(four_digits(p + 1), two_digits(p + 5), two_digits(p + 7), stamp))
      return nullptr;
  }
  const char* behind = take_clock(q + 1, end, true, stamp);
  return behind && behind - q > 10 ? behind : nullptr;  // the fraction is always there
}

}  // namespace weir::text::stamps
