#include "text/zone_rule.hpp"

#include "text/calendar.hpp"

namespace weir::text {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

// Each function takes what it reads off the front of the text; false when it is not there.
class ZoneRule::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool is_done() const noexcept { return rest_.empty(); }
  bool next_is(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }

  bool take(char c) noexcept {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Letters, or anything in < >.
  bool take_name() noexcept {
    if (take('<')) {
      const std::size_t end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return end > 0;
    }
    std::size_t length = 0;
    while (length < rest_.size() && is_letter(rest_[length]))
      ++length;
    rest_.remove_prefix(length);
    return length >= 3;
  }

  bool take_number(int& number, int most) noexcept {
    if (rest_.empty() || !is_digit(rest_.front())) return false;
    number = 0;
    while (!rest_.empty() && is_digit(rest_.front())) {
      number = number * 10 + (rest_.front() - '0');
      if (number > most) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  // [+-]hh[:mm[:ss]], in seconds.
  bool take_time(std::int32_t& seconds) noexcept {
    const bool is_negative = take('-');
    if (!is_negative) take('+');
    int hours = 0;
    int minutes = 0;
    int rest = 0;
    if (!take_number(hours, 167)) return false;
    if (take(':') && !take_number(minutes, 59)) return false;
    if (take(':') && !take_number(rest, 59)) return false;
    seconds = (hours * 3600 + minutes * 60 + rest) * (is_negative ? -1 : 1);
    return true;
  }

  bool take_day(Day& day) noexcept {
    if (!take(',')) return false;
    if (take('M')) {
      const bool fits = take_number(day.month, 12) && take('.') && take_number(day.week, 5) && take('.') &&
                        take_number(day.day, 6);
      if (!fits || day.month == 0 || day.week == 0) return false;
    } else {
      day.kind = take('J') ? Kind::day_without_leap : Kind::day_of_year;
      if (!take_number(day.day, 365) || (day.kind == Kind::day_without_leap && day.day == 0)) return false;
    }
    return !take('/') || take_time(day.seconds);
  }

 private:
  std::string_view rest_;
};

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
  ZoneRule rule;
  Parser parser(text);
  std::int32_t west = 0;
  if (!parser.take_name() || !parser.take_time(west)) return std::nullopt;
  rule.standard_ = -west;
  rule.daylight_ = rule.standard_ + 3600;
  if (parser.is_done()) return rule;
  rule.has_daylight_ = true;
  if (!parser.take_name()) return std::nullopt;
  if (!parser.is_done() && !parser.next_is(',')) {
    if (!parser.take_time(west)) return std::nullopt;
    rule.daylight_ = -west;
  }
  // Without days, those of the United States, as the C library has it.
  if (parser.is_done()) {
    rule.begin_ = {Kind::month_week_day, 3, 2, 0, 7200};
    rule.end_ = {Kind::month_week_day, 11, 1, 0, 7200};
    return rule;
  }
  if (!parser.take_day(rule.begin_) || !parser.take_day(rule.end_) || !parser.is_done()) return std::nullopt;
  return rule;
}

// Local seconds since 1970 at which the change of that year comes.
std::int64_t ZoneRule::seconds_of(const Day& day, std::int64_t year) noexcept {
  std::int64_t days = 0;
  switch (day.kind) {
    case Kind::day_of_year:
      days = days_since_1970(year, 1, 1) + day.day;
      break;
    case Kind::day_without_leap:
      days = days_since_1970(year, 1, 1) + day.day - 1 + (is_leap_year(year) && day.day >= 60 ? 1 : 0);
      break;
    case Kind::month_week_day: {
      const std::int64_t first = days_since_1970(year, day.month, 1);
      int in_month = 1 + (day.day - weekday_of(first) + 7) % 7 + (day.week - 1) * 7;
      while (in_month > days_in_month(year, day.month))
        in_month -= 7;  // week 5 is the last one
      days = first + in_month - 1;
      break;
    }
  }
  return days * kDaySeconds + day.seconds;
}

std::int32_t ZoneRule::offset_at(std::int64_t utc_seconds) const noexcept {
  if (!has_daylight_) return standard_;
  const std::int64_t year = date_of(floor_divide(utc_seconds + standard_, kDaySeconds)).year;
  const std::int64_t begin = seconds_of(begin_, year) - standard_;
  const std::int64_t end = seconds_of(end_, year) - daylight_;
  const bool is_daylight =
      begin < end ? utc_seconds >= begin && utc_seconds < end : utc_seconds >= begin || utc_seconds < end;
  return is_daylight ? daylight_ : standard_;
}

}  // namespace weir::text
