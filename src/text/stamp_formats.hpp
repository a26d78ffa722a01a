// The notations of time that are known without being told, a row each.
//
// At any one place a text fits at most one of them, so that the order in which they are tried is of no
// consequence.
#pragma once

#include <string_view>

#include "text/stamp.hpp"

namespace weir::text {

struct StampFormat {
  // Where the stamp that begins at `p` ends; null when there is none.
  using Parse = const char* (*)(const char* p, const char* end, Stamp& stamp);

  std::string_view name;
  std::string_view example;
  bool begins_with_digit;
  bool begins_with_letter;
  Parse parse;
};

namespace stamps {

// Made of digits.
const char* parse_iso(const char* p, const char* end, Stamp& stamp);
const char* parse_compact(const char* p, const char* end, Stamp& stamp);
const char* parse_epoch(const char* p, const char* end, Stamp& stamp);
const char* parse_android(const char* p, const char* end, Stamp& stamp);
const char* parse_glog(const char* p, const char* end, Stamp& stamp);
// With names of months.
const char* parse_apache(const char* p, const char* end, Stamp& stamp);
const char* parse_day_month_year(const char* p, const char* end, Stamp& stamp);
const char* parse_syslog(const char* p, const char* end, Stamp& stamp);
const char* parse_asctime(const char* p, const char* end, Stamp& stamp);

}  // namespace stamps

inline constexpr StampFormat kStampFormats[] = {
    {"ISO 8601", "2026-03-01T12:00:00.123Z", true, false, stamps::parse_iso},
    {"ISO 8601, basic", "20260301T120000Z", true, false, stamps::parse_compact},
    {"epoch", "1772366400.123", true, false, stamps::parse_epoch},
    {"apache", "01/Mar/2026:12:00:00 +0000", true, false, stamps::parse_apache},
    {"syslog", "Mar  1 12:00:00", false, true, stamps::parse_syslog},
    {"glog", "I0301 12:00:00.123456", false, true, stamps::parse_glog},
    {"android", "03-01 12:00:00.123", true, false, stamps::parse_android},
    {"day month year", "01 Mar 2026 12:00:00", true, true, stamps::parse_day_month_year},
    {"asctime", "Sun Mar  1 12:00:00 2026", false, true, stamps::parse_asctime},
};

}  // namespace weir::text
