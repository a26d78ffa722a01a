// ZoneRule: daylight saving time as POSIX's TZ variable describes it, such as CET-1CEST,M3.5.0,M10.5.0/3.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::text {

class ZoneRule {
 public:
  static std::optional<ZoneRule> parse(std::string_view text);

  // Seconds east of UTC.
  std::int32_t offset_at(std::int64_t utc_seconds) const noexcept;

 private:
  enum class Kind { month_week_day, day_of_year, day_without_leap };
  struct Day {
    Kind kind = Kind::month_week_day;
    int month = 0;
    int week = 0;
    int day = 0;
    std::int32_t seconds = 7200;  // local time of the change
  };
  class Parser;

  static std::int64_t seconds_of(const Day& day, std::int64_t year) noexcept;

  std::int32_t standard_ = 0;
  std::int32_t daylight_ = 0;
  bool has_daylight_ = false;
  Day begin_;
  Day end_;
};

}  // namespace weir::text
