// Dates: seconds since 1970, times broken down into [year, month, day, hour, minute, second, weekday, day of
// the year] (the month and the last two from 0), and text.
//
// The C library does it, as for jq. What programs do for every record (ISO 8601 and seconds, one into the
// other) is done here, because the library takes a lock around its time zone.
#include <sys/time.h>
#include <time.h>

#include <cmath>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

constexpr std::string_view kIso = "%Y-%m-%dT%H:%M:%SZ";
constexpr std::int64_t kDay = 86400;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01 of the first day of a month from 0 in the Gregorian calendar.
std::int64_t days_before_month(std::int64_t year, std::int64_t month) noexcept {
  year += floor_divide(month, 12);
  month -= floor_divide(month, 12) * 12;
  // Years that begin in March have their leap day at the end.
  const std::int64_t from_march = (month + 10) % 12;
  if (month < 2) --year;
  const std::int64_t leap_days = floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, 400);
  return year * 365 + leap_days + (from_march * 153 + 2) / 5 - 719468;
}

std::int64_t to_seconds(const tm& time) noexcept {
  const std::int64_t days =
      days_before_month(std::int64_t{time.tm_year} + 1900, time.tm_mon) + time.tm_mday - 1;
  return days * kDay + std::int64_t{time.tm_hour} * 3600 + std::int64_t{time.tm_min} * 60 + time.tm_sec;
}

void set_days(tm& time, std::int64_t days) noexcept {
  const std::int64_t year = std::int64_t{time.tm_year} + 1900;
  time.tm_yday = static_cast<int>(days - days_before_month(year, 0));
  time.tm_wday = static_cast<int>(days + 4 - floor_divide(days + 4, 7) * 7);
}

// UTC. False: the year is too large.
bool break_down(std::int64_t seconds, tm& time) noexcept {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  if (seconds < -kMost || seconds > kMost) {
    const auto stamp = static_cast<time_t>(seconds);
    return gmtime_r(&stamp, &time) != nullptr;
  }
  time = {};
  const std::int64_t days = floor_divide(seconds, kDay);
  const std::int64_t rest = seconds - days * kDay;
  time.tm_hour = static_cast<int>(rest / 3600);
  time.tm_min = static_cast<int>(rest / 60 % 60);
  time.tm_sec = static_cast<int>(rest % 60);
  std::int64_t year = 1970 + floor_divide(days * 400, 146097);
  while (days < days_before_month(year, 0))
    --year;
  while (days >= days_before_month(year + 1, 0))
    ++year;
  std::int64_t month = 11;
  while (days < days_before_month(year, month))
    --month;
  time.tm_year = static_cast<int>(year - 1900);
  time.tm_mon = static_cast<int>(month);
  time.tm_mday = static_cast<int>(days - days_before_month(year, month)) + 1;
  set_days(time, days);
  return true;
}

Value broken_down(const tm& time, double fraction) {
  Value::Array parts;
  parts.reserve(8);
  const double seconds = time.tm_sec + fraction;
  const auto year = static_cast<int>(static_cast<unsigned>(time.tm_year) + 1900u);
  for (const double part : {year + 0.0, time.tm_mon + 0.0, time.tm_mday + 0.0, time.tm_hour + 0.0,
                            time.tm_min + 0.0, seconds, time.tm_wday + 0.0, time.tm_yday + 0.0}) {
    parts.push_back(Value::number(part));
  }
  return Value::array(std::move(parts));
}

// False: not eight numbers.
bool parse_broken_down(const Value& value, tm& time) {
  time = {};
  int* const parts[] = {&time.tm_year, &time.tm_mon, &time.tm_mday, &time.tm_hour,
                        &time.tm_min,  &time.tm_sec, &time.tm_wday, &time.tm_yday};
  const auto items = value.items();
  if (items.size() < std::size(parts)) return false;
  for (std::size_t i = 0; i < std::size(parts); ++i) {
    if (!items[i].is_number()) return false;
    *parts[i] = to_int(items[i].number());
  }
  time.tm_year = static_cast<int>(static_cast<unsigned>(time.tm_year) - 1900u);
  return true;
}

// The local time, or UTC, of a number of seconds.
enum class Clock { utc, local };

bool break_down_number(Context& context, const Value& value, Clock clock, tm& time) {
  const std::int64_t seconds = to_int64(value.number());
  if (clock == Clock::utc) {
    return break_down(seconds, time) ||
           context.fail("errror converting number of seconds since epoch to datetime");
  }
  const auto stamp = static_cast<time_t>(seconds);
  return localtime_r(&stamp, &time) ||
         context.fail("error converting number of seconds since epoch to datetime");
}

template <Clock kClock>
bool run_break_down(Context& context, Value& input, Arguments) {
  if (!input.is_number()) {
    return context.fail(kClock == Clock::utc ? "gmtime() requires numeric inputs"
                                             : "localtime() requires numeric inputs");
  }
  tm time;
  if (!break_down_number(context, input, kClock, time)) return false;
  const double seconds = input.number();
  input = broken_down(time, seconds - std::floor(seconds));
  return true;
}

bool run_mktime(Context& context, Value& input, Arguments) {
  if (!input.is_array()) return context.fail("mktime requires array inputs");
  tm time;
  if (!parse_broken_down(input, time)) return context.fail("mktime requires parsed datetime inputs");
  const std::int64_t seconds = to_seconds(time);
  // Words for failure, to jq.
  if (seconds == -1) return context.fail("invalid gmtime representation");
  if (seconds == -2) return context.fail("mktime not supported on this platform");
  input = Value::number(static_cast<double>(seconds));
  return true;
}

// `text` in the form 2015-03-05T23:51:47Z, of years that need no thought.
bool parse_iso(std::string_view text, tm& time) noexcept {
  static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  time = {};
  time.tm_year = two(0) * 100 + two(2) - 1900;
  time.tm_mon = two(5) - 1;
  time.tm_mday = two(8);
  time.tm_hour = two(11);
  time.tm_min = two(14);
  time.tm_sec = two(17);
  if (time.tm_year < 70 || time.tm_mon < 0 || time.tm_mon > 11 || time.tm_mday < 1 || time.tm_mday > 28 ||
      time.tm_hour > 23 || time.tm_min > 59 || time.tm_sec > 59) {
    return false;
  }
  set_days(time, days_before_month(std::int64_t{time.tm_year} + 1900, time.tm_mon) + time.tm_mday - 1);
  return true;
}

bool is_space(char byte) noexcept {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// What jq puts in for what strptime() did not find out, from a formula for the Gregorian calendar.
void complete_days(tm& time) {
  if (time.tm_mday < 1 || time.tm_mday > 31) return;
  const tm found = time;
  set_days(time, days_before_month(std::int64_t{time.tm_year} + 1900, time.tm_mon) + time.tm_mday - 1);
  if (found.tm_wday != 8) time.tm_wday = found.tm_wday;
  if (found.tm_yday != 367) time.tm_yday = found.tm_yday;
}

// `rest` is what follows behind a blank.
bool parse_time(Context& context, const Value& text, const Value& format, tm& time, std::string& rest) {
  if (!text.is_string() || !format.is_string()) {
    return context.fail("strptime/1 requires string inputs and arguments");
  }
  if (format.text() == kIso && parse_iso(text.text(), time)) return true;
  const std::string input(c_text(text.text()));
  const std::string form(c_text(format.text()));
  time = {};
  time.tm_wday = 8;
  time.tm_yday = 367;
  const char* end = strptime(input.c_str(), form.c_str(), &time);
  if (!end || (*end != '\0' && !is_space(*end))) {
    return context.fail(Value::string("date \"" + input + "\" does not match format \"" + form + "\""));
  }
  complete_days(time);
  rest = end;
  return true;
}

bool run_strptime(Context& context, Value& input, Arguments arguments) {
  tm time;
  std::string rest;
  if (!parse_time(context, input, arguments[0], time, rest)) return false;
  input = broken_down(time, 0);
  if (!rest.empty()) input.edit_array().push_back(repaired_string(rest));
  return true;
}

bool run_fromdate(Context& context, Value& input, Arguments) {
  tm time;
  std::string rest;
  if (!parse_time(context, input, Value::borrowed(kIso), time, rest)) return false;
  input = broken_down(time, 0);
  return run_mktime(context, input, {});
}

bool format_iso(const tm& time, Value& text) {
  if (time.tm_year < -900 || time.tm_year > 8099) return false;
  char form[] = "0000-00-00T00:00:00Z";
  const auto put = [&](std::size_t at, int number) {
    form[at] = static_cast<char>('0' + number / 10);
    form[at + 1] = static_cast<char>('0' + number % 10);
  };
  put(0, (time.tm_year + 1900) / 100);
  put(2, (time.tm_year + 1900) % 100);
  put(5, time.tm_mon + 1);
  put(8, time.tm_mday);
  put(11, time.tm_hour);
  put(14, time.tm_min);
  put(17, time.tm_sec);
  text = Value::string(form);
  return true;
}

bool format_time(Context& context, std::string_view name, const tm& time, const Value& format, Value& text) {
  char buffer[4096];
  const std::string form(c_text(format.text()));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"  // it comes from the program
  const std::size_t size = strftime(buffer, sizeof buffer, form.c_str(), &time);
#pragma GCC diagnostic pop
  if (size == 0) return context.fail(std::string(name) + ": unknown system failure");
  text = repaired_string({buffer, size});
  return true;
}

template <Clock kClock>
bool run_strftime(Context& context, Value& input, Arguments arguments) {
  const std::string_view name = kClock == Clock::utc ? "strftime/1" : "strflocaltime/1";
  const auto fail = [&](std::string_view what) { return context.fail(std::string(name).append(what)); };
  if (!input.is_number() && !input.is_array()) return fail(" requires parsed datetime inputs");
  if (!arguments[0].is_string()) return fail(" requires a string format");
  tm time;
  if (input.is_number()) {
    if (!break_down_number(context, input, kClock, time)) return false;
    // jq goes by way of the array, in which there is neither a zone nor daylight saving time.
    time.tm_isdst = 0;
    time.tm_gmtoff = 0;
    time.tm_zone = nullptr;
    if (arguments[0].text() == kIso && format_iso(time, input)) return true;
  } else if (!parse_broken_down(input, time)) {
    return fail(" requires parsed datetime inputs");
  }
  return format_time(context, name, time, arguments[0], input);
}

bool run_todate(Context& context, Value& input, Arguments) {
  Value format = Value::borrowed(kIso);
  return run_strftime<Clock::utc>(context, input, {&format, 1});
}

bool run_now(Context&, Value& input, Arguments) {
  timeval now;
  gettimeofday(&now, nullptr);
  input = Value::number(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_usec) / 1e6);
  return true;
}

constexpr Builtin kRows[] = {
    {"fromdate", 0, run_fromdate},
    {"fromdateiso8601", 0, run_fromdate},
    {"gmtime", 0, run_break_down<Clock::utc>},
    {"localtime", 0, run_break_down<Clock::local>},
    {"mktime", 0, run_mktime},
    {"now", 0, run_now},
    {"strflocaltime", 1, run_strftime<Clock::local>},
    {"strftime", 1, run_strftime<Clock::utc>},
    {"strptime", 1, run_strptime},
    {"todate", 0, run_todate},
    {"todateiso8601", 0, run_todate},
};

}  // namespace

std::span<const Builtin> date_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
