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

void append_utf8(std::string& out, char32_t code_point);

}  // namespace weir::text
