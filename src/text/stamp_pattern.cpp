#include "text/stamp_pattern.hpp"

#include <algorithm>
#include <iterator>

namespace weir::text {

namespace {

using stamps::digit_at;
using stamps::has;
using stamps::is_letter;

constexpr std::string_view kFields = "YymdejbBhaAHIpMSfszZ%";

// What the shorthands stand for; empty for others.
std::string_view spelled_out(char field) noexcept {
  switch (field) {
    case 'F':
      return "%Y-%m-%d";
    case 'T':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'D':
      return "%m/%d/%y";
    default:
      return {};
  }
}

// Up to `most` digits, at least `least`.
const char* take_number(const char* p, const char* end, int least, int most, int& number) noexcept {
  int digits = 0;
  number = 0;
  for (; digits < most && digit_at(p, end); ++p, ++digits)
    number = number * 10 + (*p - '0');
  return digits >= least ? p : nullptr;
}

// Three letters, and the rest of the word when `rest` of it is there.
const char* take_rest(const char* p, const char* end, std::string_view rest) noexcept {
  if (!has(p, end, static_cast<int>(rest.size()))) return p;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if ((p[i] | 0x20) != rest[i]) return p;
  }
  return p + rest.size();
}

const char* take_month_name(const char* p, const char* end, int& month) noexcept {
  constexpr std::string_view kRests[] = {"uary", "ruary", "ch",     "il",   "",      "e",
                                         "y",    "ust",   "tember", "ober", "ember", "ember"};
  if (!has(p, end, 3)) return nullptr;
  month = stamps::month_of(p);
  return month > 0 ? take_rest(p + 3, end, kRests[month - 1]) : nullptr;
}

const char* take_weekday_name(const char* p, const char* end) noexcept {
  constexpr std::string_view kRests[] = {"day", "day", "sday", "nesday", "rsday", "day", "urday"};
  const int day = has(p, end, 3) ? stamps::weekday_of(p) : 0;
  return day > 0 ? take_rest(p + 3, end, kRests[day - 1]) : nullptr;
}

const char* take_fraction_digits(const char* p, const char* end, Stamp& stamp) noexcept {
  const char* digits = p;
  stamp.nanos = 0;
  for (std::int32_t scale = 100'000'000; digit_at(p, end); ++p, scale /= 10)
    stamp.nanos += (*p - '0') * scale;
  stamp.fraction_digits = static_cast<std::int8_t>(std::min<std::ptrdiff_t>(p - digits, 9));
  return p > digits ? p : nullptr;
}

const char* take_epoch(const char* p, const char* end, std::int64_t& seconds) noexcept {
  const char* digits = p;
  seconds = 0;
  for (; digit_at(p, end) && p - digits < 11; ++p)
    seconds = seconds * 10 + (*p - '0');
  return p > digits && seconds < 9'223'372'036 ? p : nullptr;  // nanoseconds fit into 64 bits
}

const char* take_zone_name(const char* p, const char* end, bool& is_utc) noexcept {
  const char* letters = p;
  while (p < end && is_letter(*p))
    ++p;
  const std::string_view name(letters, static_cast<std::size_t>(p - letters));
  if (name == "UTC" || name == "GMT" || name == "Z") is_utc = true;
  return p > letters ? p : nullptr;
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

}  // namespace

struct StampPattern::Fields {
  int year = -1;
  int month = 1;
  int day = 1;
  int day_of_year = 0;
  int hour = 0;
  int half_day = -1;  // 0: before noon, 1: after
  int minute = 0;
  int second = 0;
  std::int64_t epoch = -1;
  Stamp zone;  // takes what %f and %z say

  bool put_into(Stamp& stamp) const noexcept {
    stamp.nanos = zone.nanos;
    stamp.fraction_digits = zone.fraction_digits;
    stamp.has_zone = zone.has_zone || epoch >= 0;
    if (epoch >= 0) {
      stamp.seconds = epoch;
      return true;
    }
    const int hours = half_day < 0 ? hour : hour % 12 + 12 * half_day;
    if (hours > 23 || minute > 59 || second > 60 || (half_day >= 0 && (hour < 1 || hour > 12))) return false;
    stamp.seconds = hours * 3600 + minute * 60 + second + zone.seconds;
    if (year < 0) return stamps::set_date_without_year(month, day, stamp);
    if (day_of_year == 0) return stamps::set_date(year, month, day, stamp);
    if (day_of_year > (is_leap_year(year) ? 366 : 365) || !stamps::set_date(year, 1, 1, stamp)) return false;
    stamp.seconds += (day_of_year - 1) * kDaySeconds;
    return true;
  }
};

Result<std::shared_ptr<const StampPattern>> StampPattern::parse(std::string_view format) {
  const auto error = [&format](const std::string& what) {
    return Error(ErrorCode::bad_argument, std::string(1, '\'').append(format) + "' " + what);
  };
  auto pattern = std::make_shared<StampPattern>();
  std::string used;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      pattern->format_ += format[i];
      continue;
    }
    if (++i == format.size()) return error("ends in a single %");
    const std::string_view spelled = spelled_out(format[i]);
    if (spelled.empty() && kFields.find(format[i]) == std::string_view::npos)
      return error(std::string("has the unknown field %") + format[i] +
                   ": known are %Y %y %m %d %e %j %b %B %h %a %A %H %I %p %M %S %f %s %z %Z %F %T %R %D %%");
    const std::string field = spelled.empty() ? std::string{'%', format[i]} : std::string(spelled);
    pattern->format_ += field;
    used += field;
  }
  const auto uses = [&used](std::string_view any) { return used.find_first_of(any) != std::string::npos; };
  const bool has_date = uses("j") ? uses("Yy") : uses("mbBh") && uses("de");
  const bool has_hour = uses("H") || (uses("I") && uses("p"));
  if (!uses("s") && !(has_date && has_hour))
    return error("does not make a time: it needs a month, a day and an hour (%m %d %H), or %s");
  return std::shared_ptr<const StampPattern>(std::move(pattern));
}

const char* StampPattern::take_number_field(char field, const char* p, const char* end, Fields& to) noexcept {
  struct Row {
    char field;
    int Fields::*place;
    int least;  // digits
    int most;
  };
  static constexpr Row kRows[] = {
      {'Y', &Fields::year, 4, 4},   {'y', &Fields::year, 2, 2}, {'m', &Fields::month, 1, 2},
      {'d', &Fields::day, 1, 2},    {'e', &Fields::day, 1, 2},  {'j', &Fields::day_of_year, 1, 3},
      {'H', &Fields::hour, 1, 2},   {'I', &Fields::hour, 1, 2}, {'M', &Fields::minute, 1, 2},
      {'S', &Fields::second, 1, 2},
  };
  const Row* row = std::find_if(std::begin(kRows), std::end(kRows),
                                [field](const Row& candidate) { return candidate.field == field; });
  if (row == std::end(kRows)) return nullptr;
  const bool is_day = field == 'd' || field == 'e';
  if (is_day && p < end && *p == ' ') ++p;
  int& number = to.*row->place;
  p = take_number(p, end, row->least, row->most, number);
  if (field == 'y') number += number < 69 ? 2000 : 1900;  // as POSIX has it
  if (field == 'I' && to.half_day < 0) to.half_day = 0;
  return field == 'j' && number == 0 ? nullptr : p;
}

const char* StampPattern::take(char field, const char* p, const char* end, Fields& to) noexcept {
  switch (field) {
    case 'b':
    case 'B':
    case 'h':
      return take_month_name(p, end, to.month);
    case 'a':
    case 'A':
      return take_weekday_name(p, end);
    case 'p': {
      const int letter = has(p, end, 2) && (p[1] | 0x20) == 'm' ? p[0] | 0x20 : 0;
      to.half_day = letter == 'p' ? 1 : 0;
      return letter == 'a' || letter == 'p' ? p + 2 : nullptr;
    }
    case 'f':
      return take_fraction_digits(p, end, to.zone);
    case 's':
      return take_epoch(p, end, to.epoch);
    case 'z': {
      const char* behind = p < end && *p != ' ' ? stamps::take_zone(p, end, to.zone) : p;
      return behind > p ? behind : nullptr;
    }
    case 'Z':
      return take_zone_name(p, end, to.zone.has_zone);
    case '%':
      return p < end && *p == '%' ? p + 1 : nullptr;
    default:
      return take_number_field(field, p, end, to);
  }
}

const char* StampPattern::match(const char* p, const char* end, Stamp& stamp) const noexcept {
  Fields fields;
  for (std::size_t i = 0; i < format_.size() && p; ++i) {
    if (is_blank(format_[i])) {
      while (p < end && is_blank(*p))
        ++p;
    } else if (format_[i] == '%') {
      p = take(format_[++i], p, end, fields);
    } else {
      p = p < end && *p == format_[i] ? p + 1 : nullptr;
    }
  }
  return p && !digit_at(p, end) && fields.put_into(stamp) ? p : nullptr;
}

}  // namespace weir::text
