#include "filter/database_pattern.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace weir::filter {
namespace {

constexpr std::string_view kAnyNonAscii = "[\\xc2-\\xf4][\\x80-\\xbf]{1,3}";

void append_hex(std::string& out, unsigned byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

void append_byte(std::string& out, char c) {
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  if (plain) {
    out += c;
  } else {
    append_hex(out, static_cast<unsigned char>(c));
  }
}

std::string ascii_class(const AsciiSet& set) {
  std::string text("[");
  for (unsigned first = 0; first < 128; ++first) {
    if (!set[first]) continue;
    unsigned last = first;
    while (last + 1 < 128 && set[last + 1])
      ++last;
    append_hex(text, first);
    if (last > first) {
      text += '-';
      append_hex(text, last);
    }
    first = last;
  }
  return text + ']';
}

class Printer {
 public:
  explicit Printer(Alphabet alphabet) : alphabet_(alphabet) {}

  // nullopt: never matches.
  std::optional<std::string> print(const Node& node) {
    switch (node.kind) {
      case Node::Kind::empty:
        return "";
      case Node::Kind::set:
        return print_set(node.set);
      case Node::Kind::concat:
        return print_concat(node);
      case Node::Kind::alternate:
        return print_alternate(node);
      case Node::Kind::repeat:
        return print_repeat(node);
      case Node::Kind::line_begin:
        return "^";
      case Node::Kind::line_end:
        return "$";
      case Node::Kind::text_begin:
        return in_ascii("^");
      case Node::Kind::text_end:
        return in_ascii("$");
      case Node::Kind::word_boundary:
        return in_ascii("\\b");
      case Node::Kind::not_word_boundary:
        return in_ascii("\\B");
      case Node::Kind::anything:
        return "[^\\n]*";
    }
    return std::nullopt;
  }

  bool exact() const { return exact_; }
  bool folds() const { return folds_; }

 private:
  using Maybe = std::optional<std::string>;

  // What \b and \z say next to bytes beyond ASCII is not Vectorscan's to tell.
  std::string in_ascii(std::string_view text) {
    if (alphabet_ == Alphabet::ascii) return std::string(text);
    exact_ = false;
    return "";
  }

  Maybe print_set(const CharSet& set) {
    AsciiSet ascii = set.ascii;
    ascii.reset('\n');
    Maybe text;
    if (ascii.count() == 1) {
      unsigned only = 0;
      while (!ascii[only])
        ++only;
      append_byte(text.emplace(), static_cast<char>(only));
    } else if (ascii.any()) {
      text = ascii_class(ascii);
    }
    if (alphabet_ == Alphabet::ascii) return text;
    if (set.code_point != 0) {
      std::string bytes;
      text::append_utf8(bytes, set.code_point);
      text.emplace();
      for (const char c : bytes)
        append_hex(*text, static_cast<unsigned char>(c));
    } else if (set.folded) {
      folds_ = true;
    } else if (set.non_ascii) {
      const std::string more = text ? *text + "|" : std::string();
      text = "(?:" + more + std::string(kAnyNonAscii) + ")";
    }
    return text;
  }

  Maybe print_concat(const Node& node) {
    std::string text;
    for (const Node& part : node.parts) {
      const Maybe printed = print(part);
      if (!printed) return std::nullopt;
      text += part.kind == Node::Kind::alternate ? "(?:" + *printed + ")" : *printed;
    }
    return text;
  }

  Maybe print_alternate(const Node& node) {
    Maybe text;
    for (const Node& part : node.parts) {
      const Maybe printed = print(part);
      if (!printed) continue;
      text = text ? *text + "|" + *printed : *printed;
    }
    return text;
  }

  Maybe print_repeat(const Node& node) {
    const Maybe one = print(node.parts.front());
    if (!one || node.max == 0) return node.min == 0 ? Maybe("") : std::nullopt;
    std::string text("(?:");
    text += *one;
    text += ')';
    if (node.max == Node::kNoLimit && node.min < 2) return text + (node.min == 0 ? "*" : "+");
    text += '{';
    text += std::to_string(node.min);
    if (node.max != node.min) text += ",";
    if (node.max != node.min && node.max != Node::kNoLimit) text += std::to_string(node.max);
    text += '}';
    return text;
  }

  Alphabet alphabet_;
  bool exact_ = true;
  bool folds_ = false;
};

// A word boundary is spelled as a character that is not part of a word, or the line's end: \b would say
// something else where the match itself begins with such a character.
std::string surrounded(const std::string& text, Boundary boundary) {
  switch (boundary) {
    case Boundary::none:
      return text;
    case Boundary::line:
      return "^(?:" + text + ")$";
    case Boundary::word:
      return "(?:^|[^0-9A-Za-z_\\n])(?:" + text + ")(?:$|[^0-9A-Za-z_\\n])";
  }
  return text;
}

// True when `node` can match without taking a character.
bool maybe_empty(const Node& node) {
  switch (node.kind) {
    case Node::Kind::set:
      return false;
    case Node::Kind::concat:
      return std::all_of(node.parts.begin(), node.parts.end(), maybe_empty);
    case Node::Kind::alternate:
      return std::any_of(node.parts.begin(), node.parts.end(), maybe_empty);
    case Node::Kind::repeat:
      return node.min == 0 || maybe_empty(node.parts.front());
    default:
      return true;
  }
}

bool byte_exact(const Node& node) {
  switch (node.kind) {
    case Node::Kind::set:
      return !node.set.non_ascii;
    case Node::Kind::word_boundary:
    case Node::Kind::not_word_boundary:
    case Node::Kind::text_begin:
    case Node::Kind::text_end:
    case Node::Kind::anything:
      return false;
    default:
      return std::all_of(node.parts.begin(), node.parts.end(), byte_exact);
  }
}

// Characters that every match takes; 0 when that is not one number, or zero-width parts are in it.
std::uint32_t width_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::set:
      return 1;
    case Node::Kind::concat: {
      std::uint32_t sum = 0;
      for (const Node& part : node.parts) {
        const std::uint32_t width = width_of(part);
        if (width == 0) return 0;
        sum += width;
      }
      return sum;
    }
    case Node::Kind::alternate: {
      const std::uint32_t width = node.parts.empty() ? 0 : width_of(node.parts.front());
      const bool same = std::all_of(node.parts.begin(), node.parts.end(),
                                    [width](const Node& part) { return width_of(part) == width; });
      return same ? width : 0;
    }
    default:
      return 0;
  }
}

}  // namespace

std::optional<DatabasePattern> database_pattern(const Tree& tree, Boundary boundary, Alphabet alphabet,
                                                bool bare_words) {
  const bool shrink = boundary == Boundary::none;
  const Node root = shrink ? without_loose_ends(tree.root) : tree.root;
  Printer printer(alphabet);
  const auto text = printer.print(root);
  if (!text) return std::nullopt;
  DatabasePattern pattern;
  if (bare_words && boundary == Boundary::word && !tree.superset) pattern.word_width = width_of(root);
  pattern.text = surrounded(*text, pattern.word_width > 0 ? Boundary::none : boundary);
  pattern.exact = printer.exact() && !tree.superset;
  pattern.maybe_empty = maybe_empty(root);
  pattern.folds = printer.folds();
  return pattern;
}

bool is_byte_exact(const Tree& tree, Boundary boundary) {
  // An empty match at a line's end is PCRE2's to judge: it sees none next to bytes that are no UTF-8.
  return !tree.superset && boundary != Boundary::word && byte_exact(tree.root) && !maybe_empty(tree.root);
}

}  // namespace weir::filter
