#include "text/when.hpp"

#include <optional>

#include "text/stamp_formats.hpp"

namespace weir::text {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds = 9'214'646'400;  // 2262: nanoseconds fit into 64 bits

std::int64_t seconds_of(char unit) noexcept {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return kDaySeconds;
    case 'w':
      return 7 * kDaySeconds;
    default:
      return 0;
  }
}

// The digits in front of the text, which they leave; nothing when there are none, or too many.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
  std::int64_t number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && stamps::is_digit(text[digits]))
    number = digits < 11 ? number * 10 + (text[digits++] - '0') : (++digits, kMostSeconds);
  text.remove_prefix(digits);
  if (digits == 0 || number >= kMostSeconds) return std::nullopt;
  return number;
}

// Seconds of 10m, 1h30m, ... with or without "ago".
std::optional<std::int64_t> parse_duration(std::string_view text) noexcept {
  if (text.size() > 4 && text.substr(text.size() - 4) == " ago") text.remove_suffix(4);
  if (text.empty()) return std::nullopt;
  std::int64_t sum = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const std::int64_t unit = text.empty() ? 0 : seconds_of(text.front());
    if (!number || unit == 0 || *number > (kMostSeconds - sum) / unit) return std::nullopt;
    sum += *number * unit;
    text.remove_prefix(1);
  }
  return sum;
}

std::int64_t day_begin(std::int64_t now, int days_back, const TimeZone& zone) noexcept {
  const std::int64_t utc = floor_divide(now, kSecond);
  const std::int64_t day = floor_divide(utc + zone.offset_at(utc), kDaySeconds) - days_back;
  return (day * kDaySeconds - zone.offset_of_local(day * kDaySeconds)) * kSecond;
}

// A date and a time, or a date alone.
std::optional<std::int64_t> parse_date(std::string_view text, const TimeZone& zone) {
  std::string whole(text);
  if (whole.size() == 10 && !stamps::is_digit(whole[4])) whole += "T00:00";
  const char* end = whole.data() + whole.size();
  Stamp stamp;
  const char* behind = stamps::parse_iso(whole.data(), end, stamp);
  if (!behind) {
    stamp = {};
    behind = stamps::parse_epoch(whole.data(), end, stamp);
  }
  if (behind != end || stamp.seconds >= kMostSeconds) return std::nullopt;
  if (!stamp.has_zone) stamp.seconds -= zone.offset_of_local(stamp.seconds);
  return stamp.seconds * kSecond + stamp.nanos;
}

}  // namespace

Result<std::int64_t> parse_when(std::string_view text, std::int64_t now, const TimeZone& zone) {
  if (text == "now") return now;
  if (text == "today") return day_begin(now, 0, zone);
  if (text == "yesterday") return day_begin(now, 1, zone);
  if (text.size() > 1 && text.front() == '@') {
    std::string_view rest = text.substr(1);
    const auto seconds = take_number(rest);
    if (seconds && rest.empty()) return *seconds * kSecond;
  } else if (const auto back = parse_duration(text)) {
    if (*back * kSecond < now) return now - *back * kSecond;
  } else if (const auto date = parse_date(text, zone)) {
    return *date;
  }
  return Error(
      ErrorCode::bad_argument,
      std::string(1, '\'').append(text) +
          "' is not a time: use 2026-03-01, '2026-03-01 12:00[:00]', 2026-03-01T12:00:00Z, 30s, 10m, "
          "2h, 3d or 1w (ago), now, today, yesterday, or seconds since 1970");
}

}  // namespace weir::text
