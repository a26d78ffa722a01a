// TimestampReader: the moment that a log line carries.
//
// Looked for where logs have it: at the start of the line, there also behind an opening bracket or quote, a
// syslog priority, or the name of a level; in the usual field of JSON and logfmt; and, as web servers write
// it, as [01/Mar/2026:12:00:00 +0000] further in. A line that begins with a blank has none: it continues a
// record. Only the first 64 KiB of a line are looked at. A day that the calendar does not have is no stamp.
//
// What is read from a line depends on that line and the options alone. One thread a reader; no allocation,
// no locale.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "text/stamp_formats.hpp"
#include "text/stamp_pattern.hpp"
#include "text/time_zone.hpp"

namespace weir::text {

inline constexpr std::size_t kStampReach = 64 * 1024;

struct TimestampOptions {
  std::shared_ptr<const TimeZone> zone;         // of stamps without one; null: UTC
  std::shared_ptr<const StampPattern> pattern;  // the only notation to be read; null: the known ones
  // Stamps without a year are taken to be from the last one in which they lie at most a day behind this
  // moment: when the log was last written, in nanoseconds since 1970.
  std::int64_t reference = 0;
};

struct Moment {
  std::int64_t nanos = 0;   // since 1970, UTC
  int fraction_digits = 0;  // of the second, as they were written; 9 at most
};

class TimestampReader {
 public:
  explicit TimestampReader(TimestampOptions options);

  // Nanoseconds since 1970, UTC. `line` may end in "\r" or "\n".
  std::optional<std::int64_t> read(std::string_view line) noexcept;
  std::optional<Moment> read_moment(std::string_view line) noexcept;

  // Whether read() finds one: cheaper, no zone is looked up.
  bool has_timestamp(std::string_view line) noexcept;
  // ... at the start of the line, or behind a bracket, quote, priority or level there.
  bool begins_with_timestamp(std::string_view line) noexcept;

 private:
  bool find(std::string_view line, Stamp& stamp) noexcept;
  bool find_at_start(const char* p, const char* end, Stamp& stamp) noexcept;
  bool find_in_fields(std::string_view line, Stamp& stamp) noexcept;
  bool find_in_brackets(const char* p, const char* end, Stamp& stamp) noexcept;
  bool parse_at(const char* p, const char* end, Stamp& stamp) noexcept;
  std::optional<std::int64_t> resolve(const Stamp& stamp) noexcept;
  std::int64_t with_year(const Stamp& stamp) const noexcept;
  std::int64_t to_utc(std::int64_t local_seconds) noexcept;

  TimestampOptions options_;
  const StampFormat* last_format_ = nullptr;  // the one that fitted last is tried first
  CivilDate reference_date_;                  // UTC
  // Of local time, [from, to) has one offset.
  std::int64_t cached_from_ = 0;
  std::int64_t cached_to_ = 0;
  std::int32_t cached_offset_ = 0;
};

// TimestampReader::begins_with_timestamp() with the known notations.
bool begins_with_timestamp(std::string_view line) noexcept;

}  // namespace weir::text
