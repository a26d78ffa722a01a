// The smallest pieces of JSON text: numbers, words, strings and their escapes, checked and read.
// All text is from a JsonIndex: at least text::kPadding bytes behind it are readable, and strings are
// whole, valid UTF-8 and free of control characters.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/byte_block.hpp"
#include "record/json_number.hpp"
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

// is_json_number() for a token, which is not empty; quick about the usual ones.
inline bool is_number_token(std::string_view text) noexcept {
  const std::size_t sign = text[0] == '-' ? 1 : 0;
  const char* digits = text.data() + sign;
  const std::size_t size = text.size() - sign;
  if (size - 1 >= 2 * sizeof(ByteBlock)) return is_json_number(text);
  const auto low = lane_bits((load_block<ByteBlock>(digits) - '0') > 9);
  const auto high = lane_bits((load_block<ByteBlock>(digits + sizeof(ByteBlock)) - '0') > 9);
  const std::uint64_t within = (std::uint64_t{1} << size) - 1;
  const std::uint64_t others = (std::uint64_t{high} << sizeof(ByteBlock) | low) & within;
  const bool has_digits_in_front = *digits != '0' || (size > 1 && digits[1] == '.');
  if (others == 0) return has_digits_in_front || size == 1;
  const auto point = static_cast<std::size_t>(std::countr_zero(others));
  if ((others & (others - 1)) == 0 && digits[point] == '.' && point > 0 && point + 1 < size)
    return has_digits_in_front;
  return is_json_number(text);
}

inline bool is_json_word(std::string_view text) noexcept {
  return text == "true" || text == "false" || text == "null";
}

// Whether all escapes in `text` (with or without its quotes) are those of JSON and make characters:
// surrogates come in pairs.
bool has_valid_escapes(std::string_view text) noexcept;

// The characters of `text`, which has valid escapes only and no quotes around it.
std::string unescape(std::string_view text);

// The string that `quoted` is: borrowed when it holds no escapes.
Value string_value(std::string_view quoted, bool is_escaped);

}  // namespace weir::record
