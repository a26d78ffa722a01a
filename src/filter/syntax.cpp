#include "filter/syntax.hpp"

#include <cstring>

#include "filter/regex_set.hpp"
#include "text/utf8.hpp"

namespace weir::filter {
namespace {

constexpr std::string_view kWordAscii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

AsciiSet set_of(std::string_view members) {
  AsciiSet set;
  for (const char c : members)
    set.set(static_cast<unsigned char>(c));
  return set;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Node node_of(Node::Kind kind) {
  return Node{.kind = kind};
}

Node node_of(CharSet set) {
  return Node{.kind = Node::Kind::set, .set = set};
}

// K (U+212A) and long s (U+017F) are the only characters beyond ASCII with a case partner in it.
Node character(char32_t code_point, bool caseless) {
  CharSet set;
  if (code_point < 0x80) {
    set.ascii.set(code_point);
    const char c = static_cast<char>(code_point);
    if (caseless && is_letter(c)) {
      set.ascii.set(static_cast<unsigned char>(c ^ 0x20));
      set.non_ascii = set.folded = std::strchr("kKsS", c) != nullptr;
    }
  } else if (!caseless) {
    set.code_point = code_point;
  } else {
    set.non_ascii = true;
    if (code_point == 0x212A) set.ascii = set_of("kK");
    if (code_point == 0x17F) set.ascii = set_of("sS");
    set.folded = set.ascii.any();
  }
  return node_of(set);
}

// A class escape such as \d; all of them have members beyond ASCII under PCRE2_UCP.
std::optional<Node> class_escape(char letter) {
  CharSet set;
  switch (letter | 0x20) {
    case 'd':
      set.ascii = set_of("0123456789");
      break;
    case 'w':
      set.ascii = set_of(kWordAscii);
      break;
    case 's':
      set.ascii = set_of("\t\n\v\f\r ");
      break;
    case 'h':
      set.ascii = set_of("\t ");
      break;
    case 'v':
      set.ascii = set_of("\n\v\f\r");
      break;
    default:
      return std::nullopt;
  }
  if ((letter & 0x20) == 0) set.ascii.flip();
  set.non_ascii = true;
  return node_of(set);
}

// Recursive descent. Every function returns nullopt for "not sure".
class Parser {
 public:
  Parser(std::string_view pattern, bool caseless, ClassCache& cache)
      : text_(pattern), caseless_(caseless), cache_(cache) {}

  std::optional<Tree> run() {
    auto root = alternation();
    if (!root || at_ != text_.size()) return std::nullopt;
    tree_.root = std::move(*root);
    return std::move(tree_);
  }

 private:
  using Maybe = std::optional<Node>;

  bool ends() const { return at_ >= text_.size(); }
  bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool skip(std::string_view what) {
    if (!sees(what)) return false;
    at_ += what.size();
    return true;
  }

  // Option letters set inside a group last to its end, over its later branches too, as in PCRE2.
  Maybe alternation() {
    if (++depth_ > 200) return std::nullopt;
    const bool caseless = caseless_;
    Node node = node_of(Node::Kind::alternate);
    do {
      auto branch = concatenation();
      if (!branch) return std::nullopt;
      node.parts.push_back(std::move(*branch));
    } while (skip("|"));
    caseless_ = caseless;
    --depth_;
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
  }

  Maybe concatenation() {
    Node node = node_of(Node::Kind::concat);
    while (!ends() && text_[at_] != '|' && text_[at_] != ')') {
      if (skip("\\Q")) {
        if (!quoted(node)) return std::nullopt;
        continue;
      }
      auto part = atom();
      if (!part) return std::nullopt;
      part = quantified(std::move(*part));
      if (!part) return std::nullopt;
      node.parts.push_back(std::move(*part));
    }
    if (node.parts.empty()) return node_of(Node::Kind::empty);
    return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
  }

  // \Q...\E; a quantifier behind it belongs to its last character.
  bool quoted(Node& concat) {
    const std::size_t end = text_.find("\\E", at_);
    if (end == std::string_view::npos || end == at_) return false;
    while (at_ < end) {
      const auto code_point = text::next_code_point(text_, at_);
      if (!code_point) return false;
      concat.parts.push_back(character(*code_point, caseless_));
    }
    at_ = end + 2;
    auto last = quantified(std::move(concat.parts.back()));
    if (!last) return false;
    concat.parts.back() = std::move(*last);
    return true;
  }

  Maybe atom() {
    switch (text_[at_]) {
      case '(':
        return group();
      case '[':
        return bracket_class();
      case '\\':
        return escape();
      case '.':
        ++at_;
        return dot();
      case '^':
        ++at_;
        return node_of(Node::Kind::line_begin);
      case '$':
        ++at_;
        return node_of(Node::Kind::line_end);
      case '*':
      case '+':
      case '?':
        return std::nullopt;  // a quantifier of a quantifier
      case '{':
        if (!literal_brace_ahead()) return std::nullopt;
        break;
      default:
        break;
    }
    const auto code_point = text::next_code_point(text_, at_);
    if (!code_point) return std::nullopt;
    return character(*code_point, caseless_);
  }

  static Node dot() {
    CharSet set;
    set.ascii.set();
    set.non_ascii = true;
    return node_of(set);
  }

  Maybe quantified(Node item) {
    std::uint32_t min = 0;
    std::uint32_t max = Node::kNoLimit;
    if (ends()) return item;
    const char c = text_[at_];
    if (c == '*' || c == '+' || c == '?') {
      ++at_;
      min = c == '+' ? 1 : 0;
      if (c == '?') max = 1;
    } else if (c == '{') {
      if (!braces(min, max)) return literal_brace_ahead() ? Maybe(std::move(item)) : std::nullopt;
    } else {
      // Comments and \E may stand between an item and its quantifier.
      return sees("(?#") || sees("\\E") ? std::nullopt : Maybe(std::move(item));
    }
    const bool consumes = item.kind == Node::Kind::set || item.kind == Node::Kind::concat ||
                          item.kind == Node::Kind::alternate || item.kind == Node::Kind::anything ||
                          item.kind == Node::Kind::repeat;
    if (!consumes) return std::nullopt;
    if (skip("+")) {
      tree_.superset = true;
    } else {
      skip("?");
    }
    if (!ends() && (sees("(?#") || sees("\\E"))) return std::nullopt;
    Node node = node_of(Node::Kind::repeat);
    node.min = min;
    node.max = max;
    node.parts.push_back(std::move(item));
    return node;
  }

  // {n}, {n,} or {n,m} at the position; moves behind it.
  bool braces(std::uint32_t& min, std::uint32_t& max) {
    std::size_t at = at_ + 1;
    const auto number = [&](std::uint32_t& value) {
      const std::size_t start = at;
      for (value = 0; at < text_.size() && is_digit(text_[at]) && at < start + 6; ++at)
        value = value * 10 + static_cast<std::uint32_t>(text_[at] - '0');
      return at > start;
    };
    if (!number(min)) return false;
    max = min;
    if (at < text_.size() && text_[at] == ',') {
      ++at;
      if (!number(max)) max = Node::kNoLimit;
    }
    if (at >= text_.size() || text_[at] != '}') return false;
    at_ = at + 1;
    return true;
  }

  // Later PCRE2 versions read {,3} and { 1 } as repeats: only what can never be one is a literal.
  bool literal_brace_ahead() const {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : 'x';
    return next != ',' && next != ' ' && next != '\t' && !is_digit(next);
  }

  Maybe group() {
    ++at_;
    if (sees("*")) return std::nullopt;
    if (!skip("?")) return group_body();
    if (skip(":") || skip("|")) return group_body();
    if (skip(">")) {
      tree_.superset = true;
      return group_body();
    }
    if (skip("=") || skip("!") || skip("<=") || skip("<!")) {
      tree_.superset = true;
      if (!group_body()) return std::nullopt;
      return node_of(Node::Kind::empty);
    }
    if (skip("P<") || skip("<")) return named_group('>');
    if (skip("'")) return named_group('\'');
    return options();
  }

  Maybe named_group(char closer) {
    const std::size_t end = text_.find(closer, at_);
    if (end == std::string_view::npos) return std::nullopt;
    at_ = end + 1;
    return group_body();
  }

  Maybe group_body() {
    auto body = alternation();
    if (!body || !skip(")")) return std::nullopt;
    return body;
  }

  // (?i), (?-i), (?i:...); s and m make no difference within one line. Others are not understood.
  Maybe options() {
    bool on = true;
    bool caseless = caseless_;
    for (; !ends(); ++at_) {
      const char c = text_[at_];
      if (c == '-') {
        on = false;
      } else if (c == 'i') {
        caseless = on;
      } else if (c != 's' && c != 'm') {
        break;
      }
    }
    if (skip(")")) {
      caseless_ = caseless;
      // No quantifier may follow; an empty node would refuse one.
      return node_of(Node::Kind::empty);
    }
    if (!skip(":")) return std::nullopt;
    const bool outer = caseless_;
    caseless_ = caseless;
    auto body = group_body();
    caseless_ = outer;
    return body;
  }

  // Where the class ends is decided here; what it holds is asked from PCRE2.
  Maybe bracket_class() {
    const std::size_t start = at_++;
    bool plain = !skip("^");
    if (sees("]")) ++at_;
    while (!ends() && text_[at_] != ']') {
      const char c = text_[at_];
      if (c == '[' && (sees("[:") || sees("[.") || sees("[="))) {
        if (!posix_class()) return std::nullopt;
        plain = false;
      } else if (c == '\\') {
        if (at_ + 1 >= text_.size() || sees("\\Q") || sees("\\E")) return std::nullopt;
        at_ += std::size_t{sees("\\c") ? 3U : 2U};
        if (at_ > text_.size()) return std::nullopt;
        plain = plain && !is_letter(text_[at_ - 1]) && !is_digit(text_[at_ - 1]);
      } else {
        plain = plain && static_cast<unsigned char>(c) < 0x80;
        ++at_;
      }
    }
    if (!skip("]")) return std::nullopt;
    return class_members(text_.substr(start, at_ - start), plain);
  }

  bool posix_class() {
    if (!skip("[:")) return false;
    skip("^");
    while (!ends() && is_letter(text_[at_]))
      ++at_;
    return skip(":]");
  }

  Maybe class_members(std::string_view item, bool plain) {
    std::string key(caseless_ ? "i" : "c");
    key += item;
    auto known = cache_.find(key);
    if (known == cache_.end()) {
      AsciiSet members;
      if (!ascii_members(item, caseless_, members)) return std::nullopt;
      known = cache_.emplace(std::move(key), members).first;
    }
    CharSet set;
    set.ascii = known->second;
    const AsciiSet folding = set_of("kKsS");
    set.folded = plain && caseless_ && (set.ascii & folding).any();
    set.non_ascii = !plain || set.folded;
    return node_of(set);
  }

  Maybe escape() {
    if (at_ + 1 >= text_.size()) return std::nullopt;
    const char c = text_[++at_];
    if (!is_letter(c) && !is_digit(c)) {
      const auto code_point = text::next_code_point(text_, at_);
      return code_point ? Maybe(character(*code_point, caseless_)) : std::nullopt;
    }
    ++at_;
    if (auto set = class_escape(c)) return set;
    switch (c) {
      case 'b':
        return node_of(Node::Kind::word_boundary);
      case 'B':
        return node_of(Node::Kind::not_word_boundary);
      case 'A':
        return node_of(Node::Kind::text_begin);
      case 'z':
      case 'Z':
        return node_of(Node::Kind::text_end);
      case 'N':
        return sees("{") ? std::nullopt : Maybe(dot());
      case 'p':
      case 'P':
        return property();
      default:
        return is_digit(c) && c != '0' ? back_reference() : character_escape(c);
    }
  }

  Maybe property() {
    const std::size_t start = at_ - 2;
    if (sees("{")) {
      at_ = text_.find('}', at_);
      if (at_ == std::string_view::npos) return std::nullopt;
    }
    ++at_;
    return class_members(text_.substr(start, at_ - start), false);
  }

  // \1 to \9; two digits may be an octal number.
  Maybe back_reference() {
    if (!ends() && is_digit(text_[at_])) return std::nullopt;
    tree_.superset = true;
    tree_.back_reference = true;
    return node_of(Node::Kind::anything);
  }

  Maybe character_escape(char c) {
    switch (c) {
      case 'a':
        return character(0x07, false);
      case 'e':
        return character(0x1b, false);
      case 'f':
        return character(0x0c, false);
      case 'n':
        return character('\n', false);
      case 'r':
        return character('\r', false);
      case 't':
        return character('\t', false);
      case '0':
        return number(8, 2, "");
      case 'x':
        return sees("{") ? number(16, 6, "}") : number(16, 2, "");
      case 'o':
        return sees("{") ? number(8, 7, "}") : std::nullopt;
      default:
        return std::nullopt;
    }
  }

  // Up to `digits` digits; with a `closer`, they stand in braces.
  Maybe number(unsigned base, unsigned digits, std::string_view closer) {
    if (!closer.empty()) ++at_;
    char32_t value = 0;
    for (; digits > 0 && !ends(); --digits, ++at_) {
      const char c = text_[at_];
      const char lower = static_cast<char>(c | 0x20);
      unsigned digit = 99;
      if (is_digit(c)) digit = static_cast<unsigned>(c - '0');
      if (lower >= 'a' && lower <= 'f') digit = static_cast<unsigned>(lower - 'a') + 10;
      if (digit >= base) break;
      value = value * base + digit;
    }
    if (!skip(closer) || value > 0x10FFFF) return std::nullopt;
    return character(value, caseless_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool caseless_;
  int depth_ = 0;
  Tree tree_;
  ClassCache& cache_;
};

}  // namespace

std::optional<Tree> parse(std::string_view pattern, bool caseless, ClassCache& cache) {
  return Parser(pattern, caseless, cache).run();
}

std::optional<Tree> parse_fixed(std::string_view text, bool caseless) {
  Tree tree{.root = node_of(Node::Kind::concat)};
  for (std::size_t at = 0; at < text.size();) {
    const auto code_point = text::next_code_point(text, at);
    if (!code_point) return std::nullopt;
    tree.root.parts.push_back(character(*code_point, caseless));
  }
  return tree;
}

}  // namespace weir::filter
