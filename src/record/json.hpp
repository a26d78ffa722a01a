// JSON text from values and back.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/text_buffer.hpp"
#include "record/value.hpp"

namespace weir::record {

// The escape sequences of jq's colors, in the order of Kind.
struct JsonColors {
  std::array<std::string, 7> sequences;

  static const JsonColors& usual();
  // As jq 1.6 reads $JQ_COLORS: numbers of colors, one kind after the other, with colons between them. What
  // it refuses changes nothing.
  static JsonColors parse(std::string_view list);
};

// How values are written; the defaults are `jq -c`.
struct JsonStyle {
  int indent = 0;     // spaces a level; 0: all on one line
  bool tabs = false;  // a tab a level in place of spaces
  bool sort_keys = false;
  bool ascii = false;                  // \uXXXX for all that is not ASCII
  bool color = false;                  // as jq 1.6 with -C
  const JsonColors* colors = nullptr;  // null: the usual ones

  // Nothing between the values, and fields in their order: texts can be put together as they are.
  bool is_plain() const noexcept { return indent == 0 && !tabs && !sort_keys && !color; }
};

// Byte for byte what jq 1.6 prints, without the newline; but literals keep their spelling.
void write_json(const Value& value, const JsonStyle& style, base::TextBuffer& out);
std::string to_json(const Value& value, const JsonStyle& style = {});

// A number as jq 1.6 prints it: 17 digits at most, the shortest that reads back the same; NaN is null, and
// infinities are the largest numbers.
void write_number(double value, base::TextBuffer& out);

// One JSON text, strictly by the standard, valid UTF-8, nested no deeper than jq 1.6 reads; of a key that
// comes twice the last value counts. False leaves `value` alone. What is read does not borrow from `text`;
// numbers do not keep their spelling.
bool parse_json(std::string_view text, Value& value);

}  // namespace weir::record
