#include "transform/jq/json_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "record/json.hpp"
#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::size_t kDeepest = 256;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

int hex_digit(char byte) noexcept {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Four hexadecimal digits at the beginning of `text`; -1 when they are something else.
int hex_unit(std::string_view text) noexcept {
  int unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = i < text.size() ? hex_digit(text[i]) : -1;
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// What the escapes of a string stand for.
class Unescaper {
 public:
  explicit Unescaper(std::string_view text) : text_(text) {}
  // Null, or what is wrong.
  const char* run() {
    while (at_ < text_.size()) {
      const char byte = text_[at_++];
      if (byte == '\\') {
        if (const char* wrong = escape()) return wrong;
      } else if (byte > 0 && byte < 0x1f) {
        return "Invalid string: control characters from U+0000 through U+001F must be escaped";
      } else {
        out_ += byte;
      }
    }
    return nullptr;
  }
  Value value() const { return repaired_string(out_); }

 private:
  const char* escape() {
    if (at_ == text_.size()) return "Expected escape character at end of string";
    static constexpr std::string_view kNames = "\\\"/bfnrt";
    static constexpr std::string_view kMeanings = "\\\"/\b\f\n\r\t";
    const char name = text_[at_++];
    if (name == 'u') return unicode();
    const std::size_t known = kNames.find(name);
    if (known == std::string_view::npos) return "Invalid escape";
    out_ += kMeanings[known];
    return nullptr;
  }

  const char* unicode() {
    static constexpr const char* kBadPair = "Invalid \\uXXXX\\uXXXX surrogate pair escape";
    if (text_.size() - at_ < 4) return "Invalid \\uXXXX escape";
    const int first = hex_unit(text_.substr(at_));
    if (first < 0) return "Invalid characters in \\uXXXX escape";
    at_ += 4;
    auto code_point = static_cast<char32_t>(first);
    if (first >= 0xd800 && first < 0xdc00) {
      if (text_.size() - at_ < 6 || text_.substr(at_, 2) != "\\u") return kBadPair;
      const int second = hex_unit(text_.substr(at_ + 2));
      if (second < 0xdc00 || second > 0xdfff) return kBadPair;
      at_ += 6;
      code_point = 0x10000 + ((code_point - 0xd800) << 10) + static_cast<char32_t>(second - 0xdc00);
    } else if (first >= 0xdc00 && first <= 0xdfff) {
      code_point = U'\ufffd';
    }
    append_code_point(out_, code_point);
    return nullptr;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

// A number by the C library's rules without hexadecimal ones; false when something else is in the text.
bool read_number(const std::string& token, double& number) {
  const std::string text(c_text(token));
  if (text.empty()) {
    number = 0;
    return true;
  }
  if (text.find_first_of("xXpP(") != std::string::npos) return false;
  if (std::string_view(" \t\n\v\f\r").find(text.front()) != std::string_view::npos) return false;
  char* end = nullptr;
  number = std::strtod(text.c_str(), &end);
  return *end == '\0';
}

// The reader goes from byte to byte and keeps what is open on a stack: containers, and keys above the objects
// they belong to. What is complete and not yet in its container is `next`.
class Reader {
 public:
  enum class Outcome { nothing, value, failed };

  explicit Reader(std::string_view text) : text_(text) {
    while (marked_ < kByteOrderMark.size() && !text_.empty() && text_.front() == kByteOrderMark[marked_]) {
      text_.remove_prefix(1);
      ++marked_;
    }
    broken_mark_ = marked_ > 0 && marked_ < kByteOrderMark.size();
  }

  Outcome read(Value& value, std::string& error) {
    if (ended_) return Outcome::nothing;
    if (broken_mark_) {
      error = "Malformed BOM";
      return Outcome::failed;
    }
    while (at_ < text_.size()) {
      wrong_ = nullptr;
      const bool stops = step(text_[at_++]);
      if (wrong_) return fail(error, wrong_, " at line ");
      if (!stops) continue;
      if (!has_done_) return Outcome::nothing;
      has_done_ = false;
      value = std::move(done_);
      return Outcome::value;
    }
    return finish(value, error);
  }

 private:
  enum class Place { plain, string, escape };

  Outcome fail(std::string& error, std::string_view what, std::string_view where) {
    error.assign(what).append(where).append(std::to_string(line_));
    error.append(", column ").append(std::to_string(column_));
    return Outcome::failed;
  }

  Outcome finish(Value& value, std::string& error) {
    static constexpr std::string_view kEnd = " at EOF at line ";
    ended_ = true;
    if (place_ != Place::plain) return fail(error, "Unfinished string", kEnd);
    if (!end_token()) return fail(error, wrong_, kEnd);
    if (!stack_.empty()) return fail(error, "Unfinished JSON term", kEnd);
    if (!has_next_) return Outcome::nothing;
    value = take_next();
    return Outcome::value;
  }

  Value take_next() {
    has_next_ = false;
    return std::move(next_);
  }

  bool is_wrong(const char* what) {
    wrong_ = what;
    return false;
  }

  bool set_next(Value value) {
    if (has_next_) return is_wrong("Expected separator between values");
    next_ = std::move(value);
    has_next_ = true;
    return true;
  }

  // Sets aside what is complete.
  bool complete() {
    if (!stack_.empty() || !has_next_) return false;
    done_ = take_next();
    has_done_ = true;
    return true;
  }

  // One byte. True: something is complete, or what was read so far is to be forgotten.
  bool step(char byte) {
    ++column_;
    if (byte == '\n') {
      ++line_;
      column_ = 0;
    }
    if (byte == '\x1e') return separator();
    if (place_ == Place::plain) return plain(byte);
    if (byte == '"' && place_ == Place::string) return end_string();
    token_ += byte;
    place_ = byte == '\\' && place_ == Place::string ? Place::escape : Place::string;
    return false;
  }

  bool separator() {
    if (!end_token()) return false;
    if (place_ == Place::plain && complete()) return true;
    stack_.clear();
    token_.clear();
    has_next_ = false;
    place_ = Place::plain;
    return true;
  }

  bool plain(char byte) {
    const bool structural = std::string_view("[{:,]}").find(byte) != std::string_view::npos;
    const bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    if (!structural && !blank && byte != '"') {
      token_ += byte;
      return false;
    }
    if (!end_token()) return false;
    const bool done = complete();
    if (structural && !structure(byte)) return false;
    if (byte == '"') place_ = Place::string;
    return done || complete();
  }

  bool end_string() {
    Unescaper unescaper(token_);
    if (const char* wrong = unescaper.run()) return is_wrong(wrong);
    if (!set_next(unescaper.value())) return false;
    token_.clear();
    place_ = Place::plain;
    return complete();
  }

  bool end_token() {
    if (token_.empty()) return true;
    const char first = token_[0];
    Value value;
    if (first == 't' || first == 'f' || (first == 'n' && token_.size() != 3)) {
      if (token_ == "true" || token_ == "false") {
        value = Value::boolean(first == 't');
      } else if (token_ != "null") {
        return is_wrong("Invalid literal");
      }
    } else {
      double number = 0;
      if (!read_number(token_, number)) return is_wrong("Invalid numeric literal");
      value = Value::number(number);
    }
    if (!set_next(std::move(value))) return false;
    token_.clear();
    return true;
  }

  bool structure(char byte) {
    switch (byte) {
      case '[':
        return open(Value::array());
      case '{':
        return open(Value::object());
      case ':':
        return colon();
      case ',':
        return comma();
      case ']':
        return close_array();
      default:
        return close_object();
    }
  }

  bool open(Value container) {
    if (stack_.size() >= kDeepest) return is_wrong("Exceeds depth limit for parsing");
    if (has_next_) return is_wrong("Expected separator between values");
    stack_.push_back(std::move(container));
    return true;
  }

  bool on_top(Kind kind) const { return !stack_.empty() && stack_.back().kind() == kind; }

  bool colon() {
    if (!has_next_) return is_wrong("Expected string key before ':'");
    if (!on_top(Kind::object)) return is_wrong("':' not as part of an object");
    if (!next_.is_string()) return is_wrong("Object keys must be strings");
    stack_.push_back(take_next());
    return true;
  }

  void finish_field() {
    const Value key = std::move(stack_.back());
    stack_.pop_back();
    stack_.back().edit_object().set(key, take_next());
  }

  bool comma() {
    if (!has_next_ || stack_.empty()) return is_wrong("Expected value before ','");
    if (on_top(Kind::array)) {
      stack_.back().edit_array().push_back(take_next());
    } else if (on_top(Kind::string)) {
      finish_field();
    } else {
      return is_wrong("Objects must consist of key:value pairs");
    }
    return true;
  }

  bool close() {
    next_ = std::move(stack_.back());
    has_next_ = true;
    stack_.pop_back();
    return true;
  }

  bool close_array() {
    if (!on_top(Kind::array)) return is_wrong("Unmatched ']'");
    if (has_next_) {
      stack_.back().edit_array().push_back(take_next());
    } else if (!stack_.back().items().empty()) {
      return is_wrong("Expected another array element");
    }
    return close();
  }

  bool close_object() {
    if (stack_.empty()) return is_wrong("Unmatched '}'");
    if (has_next_) {
      if (!on_top(Kind::string)) return is_wrong("Objects must consist of key:value pairs");
      finish_field();
    } else {
      if (!on_top(Kind::object)) return is_wrong("Unmatched '}'");
      if (!stack_.back().fields().empty()) return is_wrong("Expected another key-value pair");
    }
    return close();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t marked_ = 0;  // bytes of a byte order mark
  bool broken_mark_ = false;
  bool ended_ = false;
  const char* wrong_ = nullptr;
  Place place_ = Place::plain;
  std::vector<Value> stack_;
  Value next_;
  bool has_next_ = false;
  Value done_;
  bool has_done_ = false;
  std::string token_;
  int line_ = 1;
  int column_ = 0;
};

// Whether jq refuses a text for its depth: a field counts as its object and its key.
bool nests_too_deep(std::string_view text) noexcept {
  long depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    if (byte == '"') quoted = !quoted;
    if (quoted) {
      if (byte == '\\') ++i;
    } else if (byte == '[' || byte == '{') {
      if (depth >= static_cast<long>(kDeepest)) return true;
      depth += byte == '[' ? 1 : 2;
    } else if (byte == ']' || byte == '}') {
      depth -= byte == ']' ? 1 : 2;
    }
  }
  return false;
}

// Most numbers, without the reader.
bool read_plain_number(std::string_view text, Value& value) noexcept {
  const std::size_t digit = text.starts_with('-') ? 1 : 0;
  if (text.size() <= digit || text[digit] < '0' || text[digit] > '9') return false;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  value = Value::number(number);
  return true;
}

}  // namespace

bool read_json_text(std::string_view text, Value& value, std::string& error) {
  if (read_plain_number(text, value)) return true;
  if (!nests_too_deep(text) && record::parse_json(text, value)) return true;
  Reader reader(text);
  Value read;
  auto outcome = reader.read(read, error);
  if (outcome == Reader::Outcome::nothing) {
    error = "Expected JSON value";
  } else if (outcome == Reader::Outcome::value) {
    Value more;
    outcome = reader.read(more, error);
    if (outcome == Reader::Outcome::nothing) {
      value = std::move(read);
      return true;
    }
    if (outcome == Reader::Outcome::value) error = "Unexpected extra JSON values";
  }
  error.append(" (while parsing '").append(c_text(text)).append("')");
  return false;
}

}  // namespace weir::transform::jq
