// The field of a structured line that holds its time: "ts", "time", "timestamp" and the like.
#pragma once

#include <string_view>

namespace weir::text::stamps {

// The values of such fields, one after the other; a JSON string comes without its quotes.
class FieldScan {
 public:
  // A line that begins with '{' is taken for a JSON object, of which the members at the top are looked at;
  // one that begins with name= for logfmt. Any other has no fields.
  explicit FieldScan(std::string_view line) noexcept;

  // The next value that may be a time; it has null data when there is none.
  std::string_view next() noexcept;

 private:
  std::string_view next_of_json() noexcept;
  std::string_view next_of_logfmt() noexcept;
  std::string_view take_word() noexcept;

  enum class Kind { none, json, logfmt };
  const char* p_;
  const char* end_;
  Kind kind_ = Kind::none;
};

// Whether a field of that name holds the time of its line.
bool is_time_field(std::string_view name) noexcept;

}  // namespace weir::text::stamps
