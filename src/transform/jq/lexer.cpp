#include "transform/jq/lexer.hpp"

#include <algorithm>
#include <array>

namespace weir::transform::jq {

namespace {

constexpr std::array<std::string_view, 19> kKeywords = {
    "__loc__", "and",    "as",      "break", "catch",  "def", "elif",   "else", "end", "foreach",
    "if",      "import", "include", "label", "module", "or",  "reduce", "then", "try"};
// The longer ones first.
constexpr std::array<std::string_view, 15> kSymbols = {
    "?//", "//=", "!=", "==", "|=", "+=", "-=", "*=", "/=", "%=", "//", "..", "<=", ">=", ""};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text.push_back(static_cast<char>(value)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
    return byte(0x80 | (code & 0x3F));
  }
  if (code < 0x10000) {
    byte(0xE0 | code >> 12);
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
  }
  byte(0x80 | (code >> 6 & 0x3F));
  byte(0x80 | (code & 0x3F));
}

}  // namespace

bool is_keyword(std::string_view name) noexcept {
  return std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end();
}

void Lexer::skip_blank() noexcept {
  for (; position_ < program_.size(); ++position_) {
    const char c = program_[position_];
    if (c == '#') {
      position_ = std::min(program_.find('\n', position_), program_.size());
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      return;
    }
  }
  position_ = program_.size();
}

Token Lexer::take(Word word, std::size_t size) {
  Token token{word, program_.substr(position_, size), static_cast<std::uint32_t>(position_),
              static_cast<std::uint32_t>(position_ + size)};
  position_ += size;
  return token;
}

std::size_t Lexer::name_size(std::size_t from) const noexcept {
  std::size_t size = 0;
  if (!is_letter(at(from))) return 0;
  while (is_letter(at(from + size)) || is_digit(at(from + size)))
    ++size;
  return size;
}

std::size_t Lexer::number_size() const noexcept {
  std::size_t end = position_;
  const auto digits = [&] {
    while (is_digit(at(end)))
      ++end;
  };
  digits();
  if (at(end) == '.') {
    ++end;
    digits();
  }
  if (at(end) == 'e' || at(end) == 'E') {
    const std::size_t mantissa = end++;
    if (at(end) == '+' || at(end) == '-') ++end;
    if (!is_digit(at(end))) return mantissa - position_;
    digits();
  }
  return end - position_;
}

Token Lexer::next() {
  skip_blank();
  if (position_ == program_.size()) return take(Word::end, 0);
  const char c = program_[position_];
  if (c == '"') return take(Word::quote, 1);
  if (is_digit(c) || (c == '.' && is_digit(at(position_ + 1)))) return take(Word::number, number_size());
  if (c == '.' && name_size(position_ + 1) > 0) {
    Token field = take(Word::field, 1 + name_size(position_ + 1));
    field.text.remove_prefix(1);
    return field;
  }
  if (c == '@') {
    std::size_t size = 1;
    while (is_letter(at(position_ + size)) || is_digit(at(position_ + size)))
      ++size;
    return take(size > 1 ? Word::format : Word::bad, size);
  }
  if (std::size_t size = name_size(position_)) {
    while (program_.substr(position_ + size, 2) == "::" && name_size(position_ + size + 2) > 0)
      size += 2 + name_size(position_ + size + 2);
    return take(is_keyword(program_.substr(position_, size)) ? Word::keyword : Word::name, size);
  }
  for (const std::string_view symbol : kSymbols) {
    if (!symbol.empty() && program_.substr(position_, symbol.size()) == symbol)
      return take(Word::symbol, symbol.size());
  }
  const bool is_symbol = std::string_view(".?=;,:|+-*/%$<>()[]{}").find(c) != std::string_view::npos;
  return take(is_symbol ? Word::symbol : Word::bad, 1);
}

// The four digits of \uXXXX; negative when they are not that.
int Lexer::take_hex() noexcept {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at(position_);
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
    ++position_;
  }
  return value;
}

// Behind a backslash.
bool Lexer::take_escape(std::string& text) {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  const char c = at(position_++);
  if (const std::size_t known = kNames.find(c); c != '\0' && known != std::string_view::npos) {
    text.push_back(kValues[known]);
    return true;
  }
  if (c != 'u') return false;
  const int first = take_hex();
  if (first < 0) return false;
  auto code = static_cast<std::uint32_t>(first);
  if (code >= 0xD800 && code < 0xDC00) {
    if (at(position_) != '\\' || at(position_ + 1) != 'u') return false;
    position_ += 2;
    const int second = take_hex();
    if (second < 0xDC00 || second >= 0xE000) return false;
    code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(second) - 0xDC00);
  } else if (code >= 0xDC00 && code < 0xE000) {
    code = 0xFFFD;
  }
  append_utf8(text, code);
  return true;
}

Lexer::Piece Lexer::string_piece(std::string& text) {
  while (position_ < program_.size()) {
    const std::size_t stop = std::min(program_.find_first_of("\"\\", position_), program_.size());
    text.append(program_.substr(position_, stop - position_));
    position_ = stop;
    if (stop == program_.size()) break;
    ++position_;
    if (program_[stop] == '"') return Piece::closed;
    if (at(position_) == '(') {
      ++position_;
      return Piece::embedded;
    }
    if (!take_escape(text)) {
      position_ = stop;
      return Piece::bad_escape;
    }
  }
  return Piece::unterminated;
}

}  // namespace weir::transform::jq
