// Lexer: the words of a program.
//
// Strings are not words, for programs lie within them: the parser takes the quote, and then the string piece
// by piece. Words are views of the program's text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::transform::jq {

enum class Word : std::uint8_t { end, name, keyword, field, number, format, quote, symbol, bad };

struct Token {
  Word word = Word::end;
  std::string_view text;  // of fields without the dot
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool is(std::string_view what) const noexcept {
    return (word == Word::symbol || word == Word::keyword) && text == what;
  }
};

class Lexer {
 public:
  explicit Lexer(std::string_view program) noexcept : program_(program) {}

  Token next();

  enum class Piece : std::uint8_t { closed, embedded, unterminated, bad_escape };
  // Appends text, unescaped, up to the closing quote or to an embedded program (behind its parenthesis).
  Piece string_piece(std::string& text);
  std::uint32_t position() const noexcept { return static_cast<std::uint32_t>(position_); }

 private:
  void skip_blank() noexcept;
  Token take(Word word, std::size_t size);
  std::size_t name_size(std::size_t from) const noexcept;
  std::size_t number_size() const noexcept;
  bool take_escape(std::string& text);
  int take_hex() noexcept;
  char at(std::size_t position) const noexcept {
    return position < program_.size() ? program_[position] : '\0';
  }

  std::string_view program_;
  std::size_t position_ = 0;
};

bool is_keyword(std::string_view name) noexcept;

}  // namespace weir::transform::jq
