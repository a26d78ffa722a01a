#include "record/json_string.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "record/byte_block.hpp"
#include "record/json.hpp"
#include "text/utf8.hpp"

namespace weir::record {

namespace {

constexpr std::size_t kBlock = 16;

bool is_special(unsigned char byte, bool ascii) noexcept {
  return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f || (ascii && byte > 0x7f);
}

// How many of the 16 bytes at `from` come before the first that needs an escape.
std::size_t plain_bytes(const char* from, bool ascii) noexcept {
  const auto bytes = load_block<ByteBlock>(from);
  const auto common = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
  return first_byte(ascii ? common | (bytes >= 0x7f) : common | (bytes == 0x7f));
}

// The first byte at or behind `from` that needs an escape.
std::size_t find_special(std::string_view text, std::size_t from, bool ascii) noexcept {
  for (; text.size() - from >= kBlock; from += kBlock) {
    const std::size_t plain = plain_bytes(text.data() + from, ascii);
    if (plain < kBlock) return from + plain;
  }
  if (from == text.size()) return from;
  char rest[kBlock];
  std::memset(rest, ' ', sizeof rest);
  std::memcpy(rest, text.data() + from, text.size() - from);
  return std::min(text.size(), from + plain_bytes(rest, ascii));
}

void append_unit(unsigned unit, base::TextBuffer& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char escape[] = {'\\',
                         'u',
                         kDigits[unit >> 12 & 15],
                         kDigits[unit >> 8 & 15],
                         kDigits[unit >> 4 & 15],
                         kDigits[unit & 15]};
  out.append({escape, sizeof escape});
}

// The character at `at`, which is moved behind it.
void append_escape(std::string_view text, std::size_t& at, base::TextBuffer& out) {
  constexpr std::string_view kLetters = "btn\vfr";  // for 8 to 13
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte > 0x7f) {
    const char32_t character = text::next_code_point(text, at).value_or(0xfffd);
    if (character < 0x10000) return append_unit(character, out);
    append_unit(0xd800 + ((character - 0x10000) >> 10), out);
    return append_unit(0xdc00 + ((character - 0x10000) & 0x3ff), out);
  }
  ++at;
  const bool has_letter = byte >= 8 && byte <= 13 && byte != 11;
  if (!has_letter && byte != '"' && byte != '\\') return append_unit(byte, out);
  out.append('\\');
  out.append(has_letter ? kLetters[byte - 8U] : static_cast<char>(byte));
}

}  // namespace

bool needs_escapes(std::string_view utf8, bool ascii) noexcept {
  return find_special(utf8, 0, ascii) < utf8.size();
}

void write_string(std::string_view utf8, bool ascii, base::TextBuffer& out) {
  char* to = out.room(utf8.size() + 2);
  std::size_t at = find_special(utf8, 0, ascii);
  *to = '"';
  if (at > 0) std::memcpy(to + 1, utf8.data(), at);
  if (at == utf8.size()) {
    to[at + 1] = '"';
    return out.commit(at + 2);
  }
  out.commit(at + 1);
  while (at < utf8.size()) {
    append_escape(utf8, at, out);
    if (at < utf8.size() && is_special(static_cast<unsigned char>(utf8[at]), ascii)) continue;
    const std::size_t next = find_special(utf8, at, ascii);
    out.append(utf8.substr(at, next - at));
    at = next;
  }
  out.append('"');
}

namespace {

// Digits without the point, which belongs behind the first `point` of them (or that many zeros before them).
void lay_out(std::string_view digits, int point, base::TextBuffer& out) {
  const int count = static_cast<int>(digits.size());
  if (point <= -4 || point > count + 15) {
    out.append(digits[0]);
    if (count > 1) {
      out.append('.');
      out.append(digits.substr(1));
    }
    out.append(point > 0 ? "e+" : "e-");
    const int exponent = std::abs(point - 1);
    if (exponent < 10) out.append('0');
    out.append_number(static_cast<std::uint64_t>(exponent));
  } else if (point <= 0) {
    out.append("0.");
    for (; point < 0; ++point)
      out.append('0');
    out.append(digits);
  } else {
    const auto whole = static_cast<std::size_t>(std::min(point, count));
    out.append(digits.substr(0, whole));
    for (; point > count; --point)
      out.append('0');
    if (whole == digits.size()) return;
    out.append('.');
    out.append(digits.substr(whole));
  }
}

}  // namespace

void write_number(double value, base::TextBuffer& out) {
  constexpr double kWholeInFull = 1e16;
  if (std::isnan(value)) return out.append("null");
  if (std::signbit(value)) out.append('-');
  value = std::min(std::fabs(value), std::numeric_limits<double>::max());
  if (value < kWholeInFull && value == std::floor(value))
    return out.append_number(static_cast<std::uint64_t>(value));
  char buffer[32];
  const char* end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
  char digits[20];
  digits[0] = text[0];
  if (e > 2) text.copy(digits + 1, e - 2, 2);
  lay_out({digits, e > 2 ? e - 1 : 1}, exponent + 1, out);
}

}  // namespace weir::record
