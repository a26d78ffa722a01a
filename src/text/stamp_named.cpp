// Notations with names of months.
#include "text/stamp_formats.hpp"

namespace weir::text::stamps {

namespace {

// One or two digits; a blank may stand for the first of two.
const char* take_day(const char* p, const char* end, int& day) noexcept {
  if (p < end && *p == ' ') ++p;
  if (!digit_at(p, end)) return nullptr;
  day = *p++ - '0';
  if (digit_at(p, end)) day = day * 10 + (*p++ - '0');
  return p;
}

const char* take_month(const char* p, const char* end, int& month) noexcept {
  if (!has(p, end, 3)) return nullptr;
  month = month_of(p);
  return month > 0 ? p + 3 : nullptr;
}

const char* take_year(const char* p, const char* end, int& year) noexcept {
  if (!has(p, end, 4)) return nullptr;
  year = four_digits(p);
  return year < 0 || digit_at(p + 4, end) ? nullptr : p + 4;
}

const char* take_byte(const char* p, const char* end, char c) noexcept {
  return p && p < end && *p == c ? p + 1 : nullptr;
}

// D, month and year with `separator` between them.
const char* take_date(const char* p, const char* end, char separator, Stamp& stamp) noexcept {
  int day = 0;
  int month = 0;
  int year = 0;
  p = digit_at(p, end) ? take_day(p, end, day) : nullptr;
  p = take_byte(p, end, separator);
  if (p) p = take_month(p, end, month);
  p = take_byte(p, end, separator);
  if (p) p = take_year(p, end, year);
  return p && set_date(year, month, day, stamp) ? p : nullptr;
}

}  // namespace

// DD/Mon/YYYY:HH:MM:SS[ zone], of web servers.
const char* parse_apache(const char* p, const char* end, Stamp& stamp) {
  p = take_byte(take_date(p, end, '/', stamp), end, ':');
  if (p) p = take_clock(p, end, true, stamp);
  return p ? take_zone(p, end, stamp) : nullptr;
}

// [Sun, ]DD Mon YYYY HH:MM:SS[ zone], as in mail, and DD-Mon-YYYY.
const char* parse_day_month_year(const char* p, const char* end, Stamp& stamp) {
  if (has(p, end, 5) && p[3] == ',' && p[4] == ' ' && weekday_of(p) > 0) p += 5;
  if (!has(p, end, 3)) return nullptr;
  const char separator = p[1] == ' ' || p[1] == '-' ? p[1] : p[2];
  if (separator != ' ' && separator != '-') return nullptr;
  p = take_byte(take_date(p, end, separator, stamp), end, ' ');
  if (p) p = take_clock(p, end, true, stamp);
  return p ? take_zone(p, end, stamp) : nullptr;
}

// Mon D HH:MM:SS, and Mon D YYYY HH:MM:SS as some devices write it.
const char* parse_syslog(const char* p, const char* end, Stamp& stamp) {
  int month = 0;
  int day = 0;
  p = take_byte(take_month(p, end, month), end, ' ');
  if (p) p = take_day(p, end, day);
  p = take_byte(p, end, ' ');
  if (!p || !has(p, end, 8)) return nullptr;
  if (p[2] == ':')
    return set_date_without_year(month, day, stamp) ? take_clock(p, end, true, stamp) : nullptr;
  int year = 0;
  p = take_byte(take_year(p, end, year), end, ' ');
  if (!p || !set_date(year, month, day, stamp)) return nullptr;
  return take_clock(p, end, true, stamp);
}

// Www Mon D HH:MM:SS [ZONE ]YYYY.
const char* parse_asctime(const char* p, const char* end, Stamp& stamp) {
  if (!has(p, end, 24) || p[3] != ' ' || weekday_of(p) == 0) return nullptr;
  int month = 0;
  int day = 0;
  int year = 0;
  p = take_byte(take_month(p + 4, end, month), end, ' ');
  if (p) p = take_day(p, end, day);
  p = take_byte(p, end, ' ');
  if (p) p = take_clock(p, end, true, stamp);
  if (!p) return nullptr;
  p = take_zone(p, end, stamp);
  if (has(p, end, 2) && *p == ' ' && is_letter(p[1])) {
    for (++p; p < end && is_letter(*p);)
      ++p;  // an abbreviation: too ambiguous to be read
  }
  p = take_byte(p, end, ' ');
  if (p) p = take_year(p, end, year);
  return p && set_date(year, month, day, stamp) ? p : nullptr;
}

}  // namespace weir::text::stamps
