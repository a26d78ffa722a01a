// TimeZone: what the clocks on the wall show, as an offset from UTC.
//
// Read from the system's time zone files (RFC 9636) and from rules in POSIX's notation, without the C
// library's process-wide zone. Immutable; may be shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/zone_rule.hpp"
#include "weir/error.hpp"

namespace weir::text {

class TimeZone {
 public:
  // An IANA name (Europe/Berlin), "UTC", "local" or "" (what the environment says: TZ, then /etc/localtime),
  // or an offset such as +02:00. bad_argument when there is none of that name.
  static Result<std::shared_ptr<const TimeZone>> find(std::string_view name);
  static std::shared_ptr<const TimeZone> utc();
  // So many seconds east of UTC, all the year.
  static std::shared_ptr<const TimeZone> of_offset(std::int32_t seconds);
  // By a rule in POSIX's notation; null if it is none.
  static std::shared_ptr<const TimeZone> of_rule(std::string_view text);

  // Seconds east of UTC, at a moment.
  std::int32_t offset_at(std::int64_t utc_seconds) const noexcept;

  // Seconds east of UTC, when the clock shows `local_seconds` since 1970. A time shown twice is the first of
  // the two; one that is skipped is read as if the clock had not yet been changed.
  std::int32_t offset_of_local(std::int64_t local_seconds) const noexcept;

 private:
  struct Change {
    std::int64_t at;  // UTC seconds
    std::int32_t offset;
  };
  friend class ZoneFile;

  std::int32_t first_offset_ = 0;  // before the first change
  std::vector<Change> changes_;    // sorted
  std::optional<ZoneRule> rule_;   // behind the last change
};

}  // namespace weir::text
