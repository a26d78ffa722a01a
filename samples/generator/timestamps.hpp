// UTC timestamps in the notations that logs use, from milliseconds since 1970. Pure: no time zone
// database, no locale, no clock.
#pragma once

#include <cstdint>
#include <string>

namespace weir::samples {

std::uint64_t to_epoch_ms(unsigned year, unsigned month, unsigned day, unsigned hour = 0, unsigned minute = 0,
                          unsigned second = 0);

void put_syslog_time(std::string& out, std::uint64_t time_ms);      // Mar  1 08:41:12
void put_common_log_time(std::string& out, std::uint64_t time_ms);  // 01/Mar/2026:08:41:12 +0000
void put_iso_time(std::string& out, std::uint64_t time_ms);         // 2026-03-01T08:41:12.345Z
void put_iso_nanos(std::string& out, std::uint64_t time_ms, std::uint64_t nanos);  // ...12.345678901Z
void put_java_time(std::string& out, std::uint64_t time_ms);                       // 2026-03-01 08:41:12,345

}  // namespace weir::samples
