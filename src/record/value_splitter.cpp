#include "record/value_splitter.hpp"

#include "record/json_scalar.hpp"

namespace weir::record {

namespace {

bool is_separator(char byte) noexcept {
  return is_json_space(byte) || byte == '\x1e';
}

bool ends_word(char byte) noexcept {
  return is_separator(byte) || std::string_view(",[]{}\"").find(byte) != std::string_view::npos;
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
  last_ = byte;
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

ValueSplitter::End ValueSplitter::nested(char byte) noexcept {
  const bool opens = byte == '{' || byte == '[';
  if (opens && is_line_start_ && last_ != ',' && last_ != '[' && last_ != ':') {
    state_ = State::between;
    return End::before;
  }
  if (is_separator(byte)) return End::none;
  last_ = byte;
  if (byte == '"') state_ = State::string;
  if (opens) ++depth_;
  if ((byte != '}' && byte != ']') || --depth_ > 0) return End::none;
  state_ = State::between;
  return End::behind;
}

ValueSplitter::End ValueSplitter::in_string(char byte) noexcept {
  const bool escaped = state_ == State::escape;
  state_ = State::string;
  if (byte == '\n') {
    state_ = State::between;
    return End::behind;
  }
  if (escaped) return End::none;
  if (byte == '\\') state_ = State::escape;
  if (byte != '"') return End::none;
  state_ = depth_ > 0 ? State::nested : State::between;
  return depth_ > 0 ? End::none : End::behind;
}

ValueSplitter::End ValueSplitter::step(char byte) noexcept {
  switch (state_) {
    case State::between:
      return begin_value(byte);
    case State::word:
      if (!ends_word(byte)) return End::none;
      state_ = State::between;
      return End::before;
    case State::nested:
      return nested(byte);
    case State::string:
    case State::escape:
      return in_string(byte);
  }
  return End::none;
}

std::size_t ValueSplitter::feed_one(std::string_view piece) noexcept {
  for (std::size_t at = 0; at < piece.size(); ++at) {
    const End end = step(piece[at]);
    if (end == End::before) {
      cut_in_array_ = in_array_;
      return at;
    }
    is_line_start_ = piece[at] == '\n';
    if (end == End::none) continue;
    cut_in_array_ = in_array_;
    return at + 1;
  }
  return piece.size() + 1;
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
