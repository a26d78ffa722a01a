#include "parse/escapes.hpp"

#include <algorithm>
#include <cstring>

#include "text/utf8.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr char32_t kNone = 0xFFFFFFFF;

std::size_t left(const char* p, const char* end) noexcept {
  return static_cast<std::size_t>(end - p);
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const int letter = c | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// The number that hexadecimal digits at `p` make; kNone if they are not all there.
char32_t hex_number(const char* p, const char* end, std::size_t digits) noexcept {
  if (left(p, end) < digits) return kNone;
  char32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(p[i]);
    if (digit < 0) return kNone;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

bool is_surrogate(char32_t unit, char32_t first) noexcept {
  return unit >= first && unit < first + 0x400;
}

// The escape whose 'u' is at `p`, which is moved behind it; kNone when there is none.
char32_t take_unicode(const char*& p, const char* end) noexcept {
  const char32_t unit = hex_number(p + 1, end, 4);
  if (unit == kNone) return kNone;
  p += 5;
  if (is_surrogate(unit, 0xDC00)) return 0xFFFD;
  if (!is_surrogate(unit, 0xD800)) return unit;
  const char32_t low = left(p, end) >= 6 && p[0] == '\\' && p[1] == 'u' ? hex_number(p + 2, end, 4) : kNone;
  if (low == kNone || !is_surrogate(low, 0xDC00)) return 0xFFFD;
  p += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

char* put_utf8(char* out, char32_t code_point) {
  std::string text;
  text::append_utf8(text, code_point);
  return std::copy(text.begin(), text.end(), out);
}

// What a letter behind a backslash stands for; 0 when it is none of `letters`.
char control_of(char letter, std::string_view letters) noexcept {
  constexpr std::string_view kLetters = "btnvfr";
  constexpr std::string_view kControls = "\b\t\n\v\f\r";
  if (letters.find(letter) == std::string_view::npos) return 0;
  return kControls[kLetters.find(letter)];
}

// Copies `piece` with what `take` makes of each backslash: it is called behind one, with room for as many
// bytes as the escape has, and says where it stopped to write; null when it knows no such escape.
template <class Take>
std::string_view unescape(std::string_view piece, Scratch& scratch, const Take& take) {
  const char* p = piece.data();
  const char* const end = p + piece.size();
  char* const begin = scratch.room(piece.size());
  char* out = begin;
  while (p < end) {
    const void* found = std::memchr(p, '\\', left(p, end));
    const char* backslash = found ? static_cast<const char*>(found) : end;
    out = std::copy(p, backslash, out);
    p = backslash;
    if (p == end) break;
    const char* behind = p + 1;
    char* written = behind < end ? take(behind, end, out) : nullptr;
    if (written) {
      out = written;
      p = behind;
    } else {
      *out++ = *p++;
    }
  }
  const auto size = static_cast<std::size_t>(out - begin);
  scratch.commit(size);
  return {begin, size};
}

char* take_one(const char*& p, char* out, char byte) noexcept {
  ++p;
  *out = byte;
  return out + 1;
}

}  // namespace

const char* closing_quote(const char* begin, const char* end, bool& escapes) noexcept {
  escapes = false;
  const char* quote = nullptr;  // the next one; looked for once, however many escapes are in front of it
  for (const char* p = begin; p < end;) {
    if (!quote || quote < p) quote = static_cast<const char*>(std::memchr(p, '"', left(p, end)));
    if (!quote) return nullptr;
    const auto* backslash = static_cast<const char*>(std::memchr(p, '\\', left(p, quote)));
    if (!backslash) return quote;
    escapes = true;
    p = backslash + 2;
  }
  return nullptr;
}

Value unescape_json(std::string_view piece, RecordFiller& fields) {
  const auto text =
      unescape(piece, fields.scratch(), [](const char*& p, const char* end, char* out) -> char* {
        if (*p == '"' || *p == '\\' || *p == '/') return take_one(p, out, *p);
        if (const char control = control_of(*p, "btnfr")) return take_one(p, out, control);
        if (*p != 'u') return nullptr;
        const char32_t code_point = take_unicode(p, end);
        return code_point == kNone ? nullptr : put_utf8(out, code_point);
      });
  return fields.repaired(text);
}

Value unescape_bytes(std::string_view piece, RecordFiller& fields) {
  const auto text =
      unescape(piece, fields.scratch(), [](const char*& p, const char* end, char* out) -> char* {
        if (*p == '"' || *p == '\\') return take_one(p, out, *p);
        if (const char control = control_of(*p, "btnvfr")) return take_one(p, out, control);
        const char32_t byte = *p == 'x' ? hex_number(p + 1, end, 2) : kNone;
        if (byte == kNone) return nullptr;
        p += 2;
        return take_one(p, out, static_cast<char>(byte));
      });
  return text::is_utf8(text) ? Value::borrowed(text) : fields.text(piece);
}

Value unescape_tabs(std::string_view piece, RecordFiller& fields) {
  const auto text = unescape(piece, fields.scratch(), [](const char*& p, const char*, char* out) -> char* {
    if (*p == '\\') return take_one(p, out, '\\');
    const char control = control_of(*p, "tnr");
    return control ? take_one(p, out, control) : nullptr;
  });
  return fields.repaired(text);
}

}  // namespace weir::parse
