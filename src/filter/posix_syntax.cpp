#include "filter/posix_syntax.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "filter/regex_set.hpp"
#include "text/utf8.hpp"

namespace weir::filter {
namespace {

constexpr std::uint32_t kMostRepeats = 32767;  // RE_DUP_MAX
constexpr int kDeepest = 200;                  // PCRE2 refuses more than 250 levels of parentheses

constexpr const char* kUnmatchedBracket = "Unmatched [, [^, [:, [., or [=";
constexpr const char* kRangeEnd = "Invalid range end";
constexpr const char* kIntervalContent = "Invalid content of \\{\\}";

struct Named {
  std::string_view name;
  std::string_view text;
};

// POSIX digits are ASCII and its punctuation includes symbols; the rest means the same in PCRE2.
constexpr Named kClasses[] = {
    {"alnum", "[:alnum:]"}, {"alpha", "[:alpha:]"},    {"blank", "[:blank:]"}, {"cntrl", "[:cntrl:]"},
    {"digit", "0-9"},       {"graph", "[:graph:]"},    {"lower", "[:lower:]"}, {"print", "[:print:]"},
    {"space", "[:space:]"}, {"punct", "\\p{P}\\p{S}"}, {"upper", "[:upper:]"}, {"xdigit", "[:xdigit:]"},
};

// Names of the portable character set that one meets; GNU knows them in other locales than C.
constexpr Named kCollatingSymbols[] = {
    {"space", " "},
    {"tab", "\t"},
    {"hyphen", "-"},
    {"period", "."},
    {"colon", ":"},
    {"slash", "/"},
    {"backslash", "\\"},
    {"left-square-bracket", "["},
    {"right-square-bracket", "]"},
    {"circumflex", "^"},
};

template <std::size_t kSize>
std::optional<std::string_view> look_up(const Named (&table)[kSize], std::string_view name) {
  const auto at = std::find_if(std::begin(table), std::end(table),
                               [name](const Named& entry) { return entry.name == name; });
  if (at == std::end(table)) return std::nullopt;
  return at->text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes of the character at `at`; 1 for what is no UTF-8.
std::size_t character_length(std::string_view text, std::size_t at) {
  std::size_t end = at;
  return text::next_code_point(text, end) ? end - at : 1;
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    text += part;
  return text;
}

bool is_one_character(std::string_view text) {
  return !text.empty() && character_length(text, 0) == text.size();
}

// Recursive descent. Where a function cannot go on it calls fail(), after which nothing is read any more.
class Translator {
 public:
  Translator(std::string_view pattern, bool extended, bool caseless)
      : text_(pattern), extended_(extended), caseless_(caseless) {}

  std::optional<PatternError> run(std::string& translated) {
    translated = alternation();
    if (!error_ && !ends()) fail("Unmatched ) or \\)", at_);
    return std::move(error_);
  }

 private:
  struct Atom {
    std::string text;
    bool is_anchor = false;
  };

  struct Element {
    std::string_view text;  // a character, or the members of a class
    bool is_character = true;
    bool can_start_range = true;
  };

  bool ends() const { return error_ || at_ >= text_.size(); }
  bool sees(std::string_view what) const { return !error_ && text_.substr(at_).starts_with(what); }
  bool skip(std::string_view what) {
    if (!sees(what)) return false;
    at_ += what.size();
    return true;
  }
  std::string fail(std::string message, std::size_t offset) {
    if (!error_) error_ = PatternError{std::string(text_), offset, std::move(message)};
    return {};
  }

  std::string_view bar() const { return extended_ ? "|" : "\\|"; }
  std::string_view closer() const { return extended_ ? ")" : "\\)"; }
  // In an extended pattern a ')' that closes nothing is a character.
  bool branch_ends() const { return ends() || sees(bar()) || (sees(closer()) && (depth_ > 0 || !extended_)); }

  // A group of one branch does not count as complete in the next ones.
  std::string alternation() {
    const std::uint32_t before = complete_;
    std::string out = branch();
    while (skip(bar())) {
      const std::uint32_t so_far = complete_;
      complete_ = before;
      out += '|';
      out += branch();
      complete_ |= so_far;
    }
    return out;
  }

  // Quantifiers with nothing in front are characters in a basic pattern and mean nothing in an extended one.
  std::string branch() {
    std::string out;
    bool starts = true;
    while (!branch_ends()) {
      if (starts && extended_ && quantifier()) {
        const bool is_brace = at_ == 0 || text_[at_ - 1] == '}';
        if (is_brace || !sees(")")) continue;
        const Atom parenthesis{literal()};  // as in glibc
        Atom repeated = parenthesis;
        repeat(repeated);
        // In a group GNU grep wants it once, whatever is said of it.
        out += depth_ == 0 ? repeated.text : parenthesis.text;
        starts = false;
        continue;
      }
      Atom part = atom(out.empty());
      if (extended_ || !part.is_anchor) {
        starts = false;
        repeat(part);
      }
      out += part.text;
    }
    return out;
  }

  void repeat(Atom& atom) {
    bool wraps = atom.is_anchor;
    while (const auto suffix = quantifier()) {
      if (wraps) atom.text = joined({"(?:", atom.text, ")"});
      atom.text += *suffix;
      wraps = true;
    }
  }

  std::optional<std::string> quantifier() {
    if (skip("*")) return "*";
    if (skip(extended_ ? "+" : "\\+")) return "+";
    if (skip(extended_ ? "?" : "\\?")) return "?";
    if (sees(extended_ ? "{" : "\\{")) return interval();
    return std::nullopt;
  }

  // The number up to the next ',' or closing brace. `is_valid` is false when there is none of these, or when
  // something else than digits stands before it; nullopt is no number.
  std::optional<std::uint32_t> number(std::size_t& at, bool& is_valid) const {
    std::optional<std::uint32_t> value;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == ',' || text_.substr(at).starts_with(closing_brace())) return value;
      is_valid = is_valid && is_digit(c);
      value = std::min(value.value_or(0) * 10 + static_cast<std::uint32_t>(c & 15), kMostRepeats + 1);
    }
    is_valid = false;
    return value;
  }

  std::string_view closing_brace() const { return extended_ ? "}" : "\\}"; }

  // An extended pattern's brace that starts no interval is a character: nullopt, and nothing is read.
  std::optional<std::string> interval() {
    std::size_t at = at_ + closing_brace().size();
    bool is_valid = true;
    auto least = number(at, is_valid);
    if (is_valid && !least && text_[at] != ',') return fail(kIntervalContent, at_);
    auto most = least;
    if (is_valid && text_[at] == ',') most = number(++at, is_valid);
    if (!is_valid) {
      if (extended_) return std::nullopt;
      return fail(at >= text_.size() ? "Unmatched \\{" : kIntervalContent, at_);
    }
    if (text_[at] == ',' || (most && least.value_or(0) > *most)) return fail(kIntervalContent, at_);
    if (most.value_or(least.value_or(0)) > kMostRepeats) return fail("Regular expression too big", at_);
    at_ = at + closing_brace().size();
    const std::string lower = std::to_string(least.value_or(0));
    const std::string upper = most ? std::to_string(*most) : std::string();
    return joined({"{", lower, most && most == least ? "" : ",", most == least ? "" : upper, "}"});
  }

  Atom atom(bool is_first) {
    if (skip(".")) return {"."};
    if (sees("[")) return {bracket()};
    if (sees(extended_ ? "(" : "\\(")) return {group()};
    if (sees("^") && (extended_ || is_first)) return ++at_, Atom{"^", true};
    if (sees("$") && (extended_ || dollar_ends())) return ++at_, Atom{"$", true};
    if (sees("\\")) return escape();
    return {literal()};
  }

  bool dollar_ends() const {
    const std::string_view rest = text_.substr(at_ + 1);
    return rest.empty() || rest.starts_with("\\)") || rest.starts_with("\\|");
  }

  std::string literal() {
    const std::size_t length = character_length(text_, at_);
    at_ += length;
    return escape_pattern(text_.substr(at_ - length, length));
  }

  std::string group() {
    const std::size_t start = at_;
    at_ += closer().size();
    const int number = ++groups_;
    if (++depth_ > kDeepest) return fail("Regular expression too big", start);
    const std::string body = alternation();
    if (!skip(closer())) return fail("Unmatched ( or \\(", start);
    --depth_;
    if (number <= 9) complete_ |= 1U << static_cast<unsigned>(number);
    return joined({"(", body, ")"});
  }

  Atom escape() {
    const std::size_t start = at_++;
    if (ends()) return {fail("Trailing backslash", start)};
    const char c = text_[at_];
    if (is_digit(c) && c != '0') return {back_reference()};
    switch (c) {
      case 'w':
      case 'W':
      case 's':
      case 'S':
        return ++at_, Atom{joined({"\\", text_.substr(at_ - 1, 1)})};
      case 'b':
      case 'B':
        return ++at_, Atom{joined({"\\", text_.substr(at_ - 1, 1)}), true};
      case '<':
        return ++at_, Atom{"\\b(?=\\w)", true};
      case '>':
        return ++at_, Atom{"\\b(?<=\\w)", true};
      case '`':
        return ++at_, Atom{"\\A", true};
      case '\'':
        return ++at_, Atom{"\\z", true};
      default:
        return {literal()};
    }
  }

  // In a group, so that a digit behind it stays a character.
  std::string back_reference() {
    const char digit = text_[at_++];
    const bool is_complete = ((complete_ >> static_cast<unsigned>(digit - '0')) & 1U) != 0;
    if (!is_complete) return fail("Invalid back reference", at_ - 2);
    return joined({"(?:\\", {&digit, 1}, ")"});
  }

  std::string bracket() {
    const std::size_t start = at_++;
    std::string out = skip("^") ? "[^" : "[";
    const std::size_t content = at_;
    bool has_only_characters = true;
    while (!error_ && (at_ == content || !sees("]"))) {
      const std::size_t element_start = at_;
      const Element element = bracket_element(start, at_ == content);
      out += element.is_character ? escape_pattern(element.text) : std::string(element.text);
      has_only_characters = has_only_characters && at_ - element_start == element.text.size();
      if (!element.can_start_range || !sees("-") || text_.substr(at_ + 1).starts_with("]")) continue;
      ++at_;
      out += '-';
      out += range_end(start, element_start, element);
      has_only_characters = false;
    }
    const std::string_view inside = text_.substr(content, at_ - content);
    if (inside.size() > 2 && inside.front() == ':' && inside.back() == ':' && has_only_characters)
      return fail("character class syntax is [[:space:]], not [:space:]", start);
    ++at_;
    return out + "]";
  }

  std::string range_end(std::size_t start, std::size_t element_start, const Element& first) {
    const Element last = bracket_element(start, true);
    // Code points are ordered as their bytes in UTF-8 are.
    if (!last.can_start_range || last.text < first.text) return fail(kRangeEnd, element_start);
    return escape_pattern(last.text);
  }

  // A '-' is a character where a range cannot be meant: first, last, or as the end of a range.
  Element bracket_element(std::size_t start, bool takes_hyphen) {
    if (ends()) return fail(kUnmatchedBracket, start), Element{};
    if (sees("[:") || sees("[=") || sees("[.")) return bracket_symbol(start);
    if (sees("-") && !takes_hyphen && !text_.substr(at_ + 1).starts_with("]"))
      return fail(at_ + 1 < text_.size() ? kRangeEnd : kUnmatchedBracket, start), Element{};
    const std::size_t length = character_length(text_, at_);
    at_ += length;
    return {text_.substr(at_ - length, length)};
  }

  // [:class:], [=a=] or [.a.].
  Element bracket_symbol(std::size_t start) {
    const std::size_t symbol = at_;
    const char kind = text_[at_ + 1];
    const std::size_t end = text_.find(std::string{kind, ']'}, at_ + 2);
    if (end == std::string_view::npos) return fail(kUnmatchedBracket, start), Element{};
    const std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    at_ = end + 2;
    if (kind == ':') {
      const auto members = look_up(kClasses, name);
      if (!members) return fail("Invalid character class name", symbol), Element{};
      const bool has_case = name == "upper" || name == "lower";
      return {caseless_ && has_case ? "[:alpha:]" : *members, false, false};
    }
    if (is_one_character(name)) return {name, true, kind == '.'};
    const auto named = kind == '.' ? look_up(kCollatingSymbols, name) : std::nullopt;
    if (!named) return fail("Invalid collation character", symbol), Element{};
    return {*named};
  }

  std::string_view text_;
  bool extended_;
  bool caseless_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int groups_ = 0;
  std::uint32_t complete_ = 0;  // bit n: group n may be referred to
  std::optional<PatternError> error_;
};

}  // namespace

std::optional<PatternError> translate_posix(std::string_view pattern, bool extended, bool caseless,
                                            std::string& translated) {
  return Translator(pattern, extended, caseless).run(translated);
}

}  // namespace weir::filter
