// The smallest pieces of JSON text: numbers, words, strings and their escapes, checked and read.
// All text comes from a JsonIndex: at least text::kPadding bytes behind it are readable, and strings are
// whole, valid UTF-8 and free of control characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/value.hpp"

namespace weir::record {

inline bool is_json_space(char byte) noexcept {
  return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

// The end of the token that is followed by the token at `next`: spaces between them left out.
inline std::size_t token_end(std::string_view text, std::size_t next) noexcept {
  while (is_json_space(text[next - 1]))
    --next;
  return next;
}

// Whether the whole of `text` is a JSON number.
bool is_json_number(std::string_view text) noexcept;

// Whether all escapes in `text` (with or without its quotes) are those of JSON and make characters:
// surrogates come in pairs.
bool has_valid_escapes(std::string_view text) noexcept;

// The characters of `text`, which has valid escapes only and no quotes around it.
std::string unescape(std::string_view text);

// The string that `quoted` is: borrowed when it holds no escapes.
Value string_value(std::string_view quoted);

}  // namespace weir::record
