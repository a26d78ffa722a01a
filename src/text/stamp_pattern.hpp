// StampPattern: a notation of time that the user describes, in the manner of strptime.
//
//   %Y %y %m %d %e %j   year, year of this century, month, day (two digits, one or two), day of the year
//   %b %B %h %a %A      name of the month, of the week's day, in English, short or long
//   %H %I %p %M %S %f   hour of 24, of 12, AM or PM, minute, second, fraction of a second (1 to 9 digits)
//   %s %z %Z            seconds since 1970; Z, UTC, +0200 or +02:00; letters of a zone (UTC and GMT count)
//   %F %T %R %D         %Y-%m-%d, %H:%M:%S, %H:%M, %m/%d/%y
//   %%                  a percent sign; a blank: any number of blanks; anything else: itself
//
// Immutable, may be shared by threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "text/stamp.hpp"
#include "weir/error.hpp"

namespace weir::text {

class StampPattern {
 public:
  // bad_argument on an unknown field, or when the fields do not make a date and an hour.
  static Result<std::shared_ptr<const StampPattern>> parse(std::string_view format);

  // Where the stamp that begins at `p` ends; null when there is none.
  const char* match(const char* p, const char* end, Stamp& stamp) const noexcept;

 private:
  struct Fields;
  static const char* take_number_field(char field, const char* p, const char* end, Fields& fields) noexcept;
  static const char* take(char field, const char* p, const char* end, Fields& fields) noexcept;

  std::string format_;  // with %F and the like spelled out
};

}  // namespace weir::text
