// What the builtins share: error texts as jq words them, conversions as its C code does them on x86-64,
// places in UTF-8 text, and the rows of each family.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "transform/jq/builtin.hpp"

namespace weir::transform::jq {

// The families; find_builtin() looks through all of them.
std::span<const Builtin> core_builtins() noexcept;
std::span<const Builtin> path_builtins() noexcept;
std::span<const Builtin> text_builtins() noexcept;
std::span<const Builtin> json_builtins() noexcept;
std::span<const Builtin> order_builtins() noexcept;
std::span<const Builtin> array_builtins() noexcept;
std::span<const Builtin> math_builtins() noexcept;
std::span<const Builtin> date_builtins() noexcept;
std::span<const Builtin> format_builtins() noexcept;
std::span<const Builtin> regex_builtins() noexcept;

// Deeper values than this are not walked through.
inline constexpr std::size_t kMostDepth = 10000;

// "kind (value)", the value as JSON, cut to 14 bytes.
std::string describe(const Value& value);
// "kind (value) what".
bool fail_one(Context& context, const Value& value, std::string_view what);
// "kind (value) and kind (value) what".
bool fail_two(Context& context, const Value& a, const Value& b, std::string_view what);
// "Cannot iterate over kind (value)".
bool fail_iteration(Context& context, const Value& value);

// What is not UTF-8 becomes U+FFFD, one for each piece, as jq does it.
Value repaired_string(std::string_view bytes);
// What C's %s makes of a text: it ends at a NUL.
inline std::string_view c_text(std::string_view text) noexcept {
  return text.substr(0, text.find('\0'));
}

// Conversions that C leaves undefined for what does not fit, as x86-64 does them: the smallest integer.
int to_int(double value) noexcept;
std::int64_t to_int64(double value) noexcept;
// The numbers that arrays can be read at.
bool is_index(double value) noexcept;

std::size_t count_code_points(std::string_view utf8) noexcept;
// The byte where a code point begins; the size when there are not so many.
std::size_t byte_of_code_point(std::string_view utf8, std::size_t code_point) noexcept;
// The code point at `position`, which moves behind it. Of valid UTF-8.
char32_t next_code_point(std::string_view utf8, std::size_t& position) noexcept;
void append_code_point(std::string& utf8, char32_t code_point);

// The parts of a text between separators; the code points when the separator is empty.
Value split_text(const Value& text, std::string_view separator);

// What [from:to] means in something of `size` parts. False: not numbers. As jq rounds: down and up.
struct Slice {
  std::size_t begin = 0;
  std::size_t end = 0;
};
bool parse_slice(const Value& key, std::size_t size, Slice& slice);

}  // namespace weir::transform::jq
