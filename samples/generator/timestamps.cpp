#include "generator/timestamps.hpp"

#include <array>
#include <string_view>

#include "generator/put.hpp"

namespace weir::samples {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Date {
  std::uint64_t year, month, day;
};

// Both conversions count from 1 March of year 0, so that the leap day ends a year.
std::uint64_t to_days(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  const auto shifted_year = month <= 2 ? year - 1 : year;
  const auto shifted_month = (month + 9) % 12;
  return shifted_year * 365 + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 +
         (153 * shifted_month + 2) / 5 + day - 1;
}

constexpr std::uint64_t kDaysTo1970 = 719468;

Date to_date(std::uint64_t days_since_1970) {
  const auto days = days_since_1970 + kDaysTo1970;
  const auto era = days / 146097;
  const auto in_era = days % 146097;
  const auto year_in_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  const auto in_year = in_era - (365 * year_in_era + year_in_era / 4 - year_in_era / 100);
  const auto shifted_month = (5 * in_year + 2) / 153;
  const auto month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {era * 400 + year_in_era + (month <= 2 ? 1 : 0), month, in_year - (153 * shifted_month + 2) / 5 + 1};
}

Date date_of(std::uint64_t time_ms) {
  return to_date(time_ms / 86'400'000);
}

void put_clock(std::string& out, std::uint64_t time_ms) {
  const auto seconds = time_ms / 1000 % 86'400;
  put(out, Padded{seconds / 3600, 2}, ':', Padded{seconds / 60 % 60, 2}, ':', Padded{seconds % 60, 2});
}

void put_iso_date(std::string& out, std::uint64_t time_ms) {
  const auto date = date_of(time_ms);
  put(out, Padded{date.year, 4}, '-', Padded{date.month, 2}, '-', Padded{date.day, 2});
}

}  // namespace

std::uint64_t to_epoch_ms(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                          unsigned second) {
  const auto seconds =
      (to_days(year, month, day) - kDaysTo1970) * 86'400 + hour * 3600 + minute * 60 + second;
  return seconds * 1000;
}

void put_syslog_time(std::string& out, std::uint64_t time_ms) {
  const auto date = date_of(time_ms);
  put(out, kMonths[date.month - 1], ' ', Padded{date.day, 2, ' '}, ' ');
  put_clock(out, time_ms);
}

void put_common_log_time(std::string& out, std::uint64_t time_ms) {
  const auto date = date_of(time_ms);
  put(out, Padded{date.day, 2}, '/', kMonths[date.month - 1], '/', date.year, ':');
  put_clock(out, time_ms);
  put(out, " +0000");
}

void put_iso_time(std::string& out, std::uint64_t time_ms) {
  put_iso_date(out, time_ms);
  put(out, 'T');
  put_clock(out, time_ms);
  put(out, '.', Padded{time_ms % 1000, 3}, 'Z');
}

void put_iso_nanos(std::string& out, std::uint64_t time_ms, std::uint64_t nanos) {
  put_iso_time(out, time_ms);
  out.pop_back();
  put(out, Padded{nanos % 1'000'000, 6}, 'Z');
}

void put_java_time(std::string& out, std::uint64_t time_ms) {
  put_iso_date(out, time_ms);
  put(out, ' ');
  put_clock(out, time_ms);
  put(out, ',', Padded{time_ms % 1000, 3});
}

}  // namespace weir::samples
