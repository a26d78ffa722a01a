#include "record/value_splitter.hpp"

#include "record/byte_block.hpp"
#include "record/json_scalar.hpp"

namespace weir::record {

namespace {

bool is_separator(char byte) noexcept {
  return is_json_space(byte) || byte == '\x1e';
}

bool ends_word(char byte) noexcept {
  return is_separator(byte) || std::string_view(",[]{}\"").find(byte) != std::string_view::npos;
}

// For single bytes and for blocks of them.
constexpr auto is_bracket_or_quote = [](auto bytes) {
  const auto folded = bytes | 0x20;  // '[' and ']' become '{' and '}'
  return (folded == '{') | (folded == '}') | (bytes == '"');
};
constexpr auto ends_run_of_string = [](auto bytes) {
  return (bytes == '"') | (bytes == '\\') | (bytes == '\n');
};

template <class Test>
std::size_t find_byte(std::string_view text, std::size_t at, const Test& test) noexcept {
  for (; text.size() - at >= sizeof(ByteBlock); at += sizeof(ByteBlock)) {
    const auto found = test(load_block<ByteBlock>(text.data() + at));
    if (is_any(found)) return at + first_byte(found);
  }
  while (at < text.size() && !test(static_cast<std::uint8_t>(text[at])))
    ++at;
  return at;
}

}  // namespace

ValueSplitter::End ValueSplitter::begin_value(char byte) noexcept {
  if (is_separator(byte)) return End::none;
  if (mode_ == Mode::array) {
    if (in_array_ && byte == ',') return End::none;
    if (byte == (in_array_ ? ']' : '[')) {
      in_array_ = !in_array_;
      return End::none;
    }
  }
  depth_ = 0;
  switch (byte) {
    case '{':
    case '[':
      depth_ = 1;
      state_ = State::nested;
      return End::none;
    case '"':
      state_ = State::string;
      return End::none;
    case ',':
    case ']':
    case '}':
      return End::behind;
    default:
      state_ = State::word;
      return End::none;
  }
}

// At a bracket or a quote of a nested value.
ValueSplitter::End ValueSplitter::nested(char byte) noexcept {
  if (byte == '"') {
    state_ = State::string;
  } else if (byte == '{' || byte == '[') {
    ++depth_;
  } else if (--depth_ == 0) {
    state_ = State::between;
    return End::behind;
  }
  return End::none;
}

// At a quote, a backslash or a newline of a string.
ValueSplitter::End ValueSplitter::in_string(char byte) noexcept {
  if (byte == '\\') {
    state_ = State::escape;
    return End::none;
  }
  const bool ends_all = byte == '\n' || depth_ == 0;
  state_ = ends_all ? State::between : State::nested;
  return ends_all ? End::behind : End::none;
}

// A bracket at the beginning of a line, where the value before it lacks a comma or its end.
bool ValueSplitter::is_misplaced(std::string_view piece, std::size_t at) const noexcept {
  const char byte = piece[at];
  if ((byte != '{' && byte != '[') || !(at == 0 ? is_line_start_ : piece[at - 1] == '\n')) return false;
  const char before = last_before(piece, at);
  return before != ',' && before != '[' && before != ':';
}

// The last byte in front of `at` that is no space.
char ValueSplitter::last_before(std::string_view piece, std::size_t at) const noexcept {
  while (at > 0 && is_separator(piece[at - 1]))
    --at;
  return at > 0 ? piece[at - 1] : last_;
}

// Looks at the bytes that matter in the current state only. The byte at `at` is left to be looked at again
// when a value ends in front of it.
ValueSplitter::End ValueSplitter::step(std::string_view piece, std::size_t& at) noexcept {
  switch (state_) {
    case State::between:
      return begin_value(piece[at++]);
    case State::word:
      if (!ends_word(piece[at++])) return End::none;
      state_ = State::between;
      return End::before;
    case State::nested:
      at = find_byte(piece, at, is_bracket_or_quote);
      if (at == piece.size()) return End::none;
      if (is_misplaced(piece, at++)) {
        state_ = State::between;
        return End::before;
      }
      return nested(piece[at - 1]);
    case State::string:
      at = find_byte(piece, at, ends_run_of_string);
      return at == piece.size() ? End::none : in_string(piece[at++]);
    case State::escape:
      state_ = State::string;
      at += piece[at] != '\n';  // a newline is looked at again
      return End::none;
  }
  return End::none;
}

std::size_t ValueSplitter::feed_one(std::string_view piece) noexcept {
  for (std::size_t at = 0; at < piece.size();) {
    const End end = step(piece, at);
    if (end == End::none) continue;
    if (end == End::before) --at;
    cut_in_array_ = in_array_;
    remember(piece.substr(0, at));
    return at;
  }
  remember(piece);
  return piece.size() + 1;
}

void ValueSplitter::remember(std::string_view piece) noexcept {
  if (piece.empty()) return;
  last_ = last_before(piece, piece.size());
  is_line_start_ = piece.back() == '\n';
}

std::size_t ValueSplitter::feed(std::string_view piece) noexcept {
  std::size_t cut = 0;
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t end = at + feed_one(piece.substr(at));
    if (end > piece.size()) break;
    at = cut = end;
  }
  return cut;
}

}  // namespace weir::record
