// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::text {

bool is_utf8(std::string_view text) noexcept;

// The character at `at`, which is moved behind it; nullopt, and `at` stays, where there is none.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) noexcept;

// Whether `at` is in the middle of a character, as far as its byte alone tells.
inline bool is_inside_character(std::string_view text, std::size_t at) noexcept {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// Where the character behind the one at `at` begins; text.size() + 1 behind the last one.
inline std::size_t next_character(std::string_view text, std::size_t at) noexcept {
  for (++at; is_inside_character(text, at);)
    ++at;
  return at;
}

void append_utf8(std::string& out, char32_t code_point);

// How many bytes from `at` on, where no code point is, make one U+FFFD, as jq counts them.
std::size_t broken_length(std::string_view text, std::size_t at) noexcept;

// Appends `text`, with U+FFFD for what is no UTF-8.
void append_valid(std::string& out, std::string_view text);

}  // namespace weir::text
