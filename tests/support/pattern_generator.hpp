// Random patterns and random text that are hard on a line matcher: few words in many spellings, so that
// matches are frequent; non-ASCII case partners, invalid UTF-8, NUL, CR, empty lines, no final newline. Same
// seed, same output.
#pragma once

#include <random>
#include <string>

#include "filter/filter.hpp"

namespace weir::support {

using filter::CaseMode;
using filter::PatternOptions;

class PatternGenerator {
 public:
  explicit PatternGenerator(unsigned seed) : random_(seed) {}

  bool chance(unsigned percent) { return random_() % 100 < percent; }
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  template <std::size_t N>
  std::string pick(const char* const (&items)[N]) {
    return items[below(N)];
  }

  std::string word() {
    static const char* const kWords[] = {"error", "warn", "k",   "s",      "ab",      "abc",    "a",
                                         "task",  "0",    "12",  "é",      "ſ",       "\u212A", "ß",
                                         "İ",     "日本", "x_1", "GET",    "Ask",     ".",      "..",
                                         "-",     "foo",  "bar", "foobar", "desk es", "tk"};
    return pick(kWords);
  }

  // Now and then bytes that are not UTF-8, control bytes, and pieces that words are cut from.
  std::string piece() {
    static const char* const kPieces[] = {
        " ",        " ",     "  ",   "\t",           "_",       ":",
        "=",        "\xff",  "\xc3", "\xe2\x84",     "\x80",    "\xf0\x9f\x98\x80",
        "\r",       "ERROR", "Foo",  "KS",           "1.2.3.4", "\xed\xa0\x80",
        "\xc2\xa0", "٣",     "Ж",    "\xe2\x80\xa8", "\x0b",    "\x85"};
    if (chance(2)) return std::string(1, '\0');
    return chance(60) ? word() : pick(kPieces);
  }

  // `ascii` leaves out every byte from 0x80 up.
  std::string text(bool ascii) {
    std::string text;
    for (unsigned lines = below(12); lines > 0; --lines) {
      for (unsigned pieces = below(chance(10) ? 60 : 7); pieces > 0; --pieces)
        text += piece();
      text += '\n';
    }
    if (chance(30) && !text.empty()) text.pop_back();
    if (ascii) std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return text;
  }

  // Long, and all ASCII but for a line or two.
  std::string mostly_ascii() {
    std::string text;
    while (text.size() < 3000)
      text += this->text(true) + "\n";
    return text + this->text(false).substr(0, 60) + "\n" + this->text(true);
  }

  std::string atom(int depth) {
    static const char* const kSets[] = {
        ".",       "\\d",          "\\w",   "\\s",   "\\S",    "\\W",        "\\D",   "[a-f]",    "[^a-f]",
        "[0-9]",   "[[:alpha:]]",  "[^k]",  "[ks]",  "[^\\s]", "[a-z_]",     "\\h",   "[\\w.]",   "\\pL",
        "\\p{Lu}", "[^[:space:]]", "[é-ü]", "\\N",   "\\V",    "[\\x{17f}]", "\\x41", "\\x{e9}",  "\\.",
        "[]a]",    "\\n",          "\\t",   "[^]k]", "\\r",    "\\v",        "\\0",   "\\x{212a}"};
    static const char* const kZeroWidth[] = {"^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z"};
    static const char* const kOpen[] = {"(", "(?:", "(?:", "(?i:", "(?-i:", "(?|", "(?<n>", "(?s:"};
    static const char* const kAround[] = {"(?=", "(?!", "(?<!", "(?<=", "(?>"};
    static const char* const kRare[] = {"\\1",        "\\R",     "\\X",       "(?i)", "(?#c)", "\\K",
                                        "(?(1)a|b)",  "(?R)?",   "\\Qa.b\\E", "{",    "}",     "a{,2}",
                                        "(?x: a b )", "(*SKIP)", "[[:<:]]",   "\\G",  "\\E",   "(?1)?"};
    const unsigned choice = below(100);
    if (depth <= 0 || choice < 45) return literal();
    if (choice < 66) return pick(kSets);
    if (choice < 74) return pick(kZeroWidth);
    if (choice < 93) return pick(kOpen) + alternation(depth - 1) + ")";
    if (choice < 97) return pick(kAround) + alternation(depth - 1) + ")";
    return pick(kRare);
  }

  std::string literal() {
    std::string text = word();
    std::string escaped;
    for (const char c : text) {
      if (c == '.' || c == '-') escaped += '\\';
      escaped += c;
    }
    return escaped;
  }

  std::string quantifier() {
    static const char* const kQuantifiers[] = {"*",  "+",  "?",      "{2}", "{1,3}", "{2,}", "*?",
                                               "+?", "??", "{0,2}?", "++",  "?+",    "{0}",  "{1}"};
    return chance(30) ? pick(kQuantifiers) : std::string();
  }

  std::string alternation(int depth) {
    std::string text;
    const unsigned branches = chance(70) ? 1 : 1 + below(3);
    for (unsigned i = 0; i < branches; ++i) {
      if (i > 0) text += '|';
      if (chance(4)) continue;
      for (unsigned parts = 1 + below(3); parts > 0; --parts)
        text += atom(depth) + quantifier();
    }
    return text;
  }

  PatternOptions options() {
    PatternOptions options;
    if (chance(20)) options.syntax = filter::Syntax::fixed;
    const unsigned mode = below(10);
    options.case_mode = mode < 3 ? CaseMode::insensitive : mode < 4 ? CaseMode::smart : CaseMode::sensitive;
    options.word = chance(15);
    options.whole_line = chance(8);
    unsigned count = 1;
    if (chance(30)) count = 1 + below(chance(10) ? 40 : 5);
    const bool literals = chance(25);
    for (unsigned i = 0; i < count; ++i)
      options.patterns.push_back(options.syntax == filter::Syntax::fixed ? word() + (chance(30) ? word() : "")
                                 : literals ? literal() + (chance(50) ? literal() : "")
                                            : alternation(static_cast<int>(below(4))));
    return options;
  }

 private:
  std::mt19937 random_;
};

}  // namespace weir::support
