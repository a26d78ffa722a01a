#include "record/json_scalar.hpp"

#include <cstring>

#include "text/utf8.hpp"

namespace weir::record {

namespace {

bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

int hex_digit(char byte) noexcept {
  if (is_digit(byte)) return byte - '0';
  const char small = static_cast<char>(byte | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// The four digits at `at`; -1 when they are not there.
int hex_unit(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 4) return -1;
  int unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_high(int unit) noexcept {
  return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low(int unit) noexcept {
  return unit >= 0xdc00 && unit < 0xe000;
}

// The character of the \u escape whose digits begin at `at`, which is moved behind it, over the second half
// of a pair, too; -1 when there is none.
int unicode_escape(std::string_view text, std::size_t& at) noexcept {
  const int unit = hex_unit(text, at);
  if (unit < 0 || is_low(unit)) return -1;
  at += 4;
  if (!is_high(unit)) return unit;
  if (text.size() - at < 6 || text[at] != '\\' || text[at + 1] != 'u') return -1;
  const int low = hex_unit(text, at + 2);
  if (low < 0 || !is_low(low)) return -1;
  at += 6;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

// What the letter behind a backslash stands for; 0 when it is no such letter.
char short_escape(char letter) noexcept {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

bool has_valid_escapes(std::string_view text) noexcept {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    if (++at == text.size()) return false;
    const char letter = text[at++];
    if (letter == 'u' ? unicode_escape(text, at) < 0 : short_escape(letter) == '\0') return false;
  }
  return true;
}

std::string unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    plain += text.substr(done, at - done);
    const char letter = text[at + 1];
    at += 2;
    if (letter == 'u') {
      text::append_utf8(plain, static_cast<char32_t>(unicode_escape(text, at)));
    } else {
      plain += short_escape(letter);
    }
    done = at;
  }
  plain += text.substr(done);
  return plain;
}

Value string_value(std::string_view quoted, bool is_escaped) {
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  return is_escaped ? Value::string(unescape(inner)) : Value::borrowed(inner);
}

}  // namespace weir::record
