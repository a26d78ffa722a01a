// A moment as a person names it on a command line.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/time_zone.hpp"
#include "weir/error.hpp"

namespace weir::text {

// Nanoseconds since 1970. Takes RFC 3339; YYYY-MM-DD, with or without HH:MM[:SS[.fraction]] behind a blank or
// T; 30s, 10m, 2h, 3d, 1w and sums of them such as 1h30m, before `now`; now; today and yesterday, at their
// first moment; and seconds since 1970 (10 digits, perhaps with a fraction, or any number behind @).
// bad_argument otherwise.
Result<std::int64_t> parse_when(std::string_view text, std::int64_t now, const TimeZone& zone);

}  // namespace weir::text
