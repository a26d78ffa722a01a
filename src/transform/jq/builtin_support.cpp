#include "transform/jq/builtin_support.hpp"

#include <algorithm>
#include <cfloat>
#include <climits>
#include <cmath>

#include "record/json.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::size_t kMostDescribed = 14;  // bytes of a value in an error text

// The first bytes of a value as JSON, a little more than `limit`.
void dump(const Value& value, std::size_t limit, std::string& out);

void dump_string(std::string_view text, std::size_t limit, std::string& out) {
  if (text.size() <= limit) {
    out += record::to_json(Value::borrowed(text));
    return;
  }
  std::size_t end = limit;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    ++end;
  out += record::to_json(Value::borrowed(text.substr(0, end)));
}

void dump_array(const Value& value, std::size_t limit, std::string& out) {
  out += '[';
  bool first = true;
  for (const Value& item : value.items()) {
    if (!first) out += ',';
    first = false;
    if (out.size() > limit) return;
    dump(item, limit, out);
  }
  out += ']';
}

void dump_object(const Value& value, std::size_t limit, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [key, field] : value.fields()) {
    if (!first) out += ',';
    first = false;
    if (out.size() > limit) return;
    dump(key, limit, out);
    out += ':';
    dump(field, limit, out);
  }
  out += '}';
}

void dump(const Value& value, std::size_t limit, std::string& out) {
  if (out.size() > limit) return;
  switch (value.kind()) {
    case Kind::string:
      return dump_string(value.text(), limit, out);
    case Kind::array:
      return dump_array(value, limit, out);
    case Kind::object:
      return dump_object(value, limit, out);
    default:
      out += record::to_json(value);
  }
}

// The bytes of the piece of text at `position`: a code point, or what is one thing broken. `valid` says
// which.
std::size_t piece_size(std::string_view text, std::size_t position, bool& valid) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const unsigned first = byte(0);
  valid = true;
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  valid = false;
  if (size == 0) return 1;
  // A sequence that the text is too short for goes to the end, whatever its bytes are.
  if (text.size() - position < size) return text.size() - position;
  std::size_t found = 1;
  while (found < size && (byte(found) & 0xc0) == 0x80)
    ++found;
  if (found < size) return found;
  const bool too_long = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool outside = (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
  valid = !too_long && !outside;
  return size;
}

}  // namespace

std::string describe(const Value& value) {
  std::string text;
  dump(value, kMostDescribed, text);
  if (text.size() > kMostDescribed) text.replace(kMostDescribed - 3, std::string::npos, "...");
  return std::string(record::kind_name(value.kind())) + " (" + text + ")";
}

bool fail_one(Context& context, const Value& value, std::string_view what) {
  return context.fail(repaired_string(describe(value).append(" ").append(what)));
}

bool fail_two(Context& context, const Value& a, const Value& b, std::string_view what) {
  return context.fail(
      repaired_string(describe(a).append(" and ").append(describe(b)).append(" ").append(what)));
}

bool fail_iteration(Context& context, const Value& value) {
  return context.fail(repaired_string("Cannot iterate over " + describe(value)));
}

Value repaired_string(std::string_view bytes) {
  std::string repaired;
  for (std::size_t position = 0; position < bytes.size();) {
    bool valid = false;
    const std::size_t size = piece_size(bytes, position, valid);
    repaired += valid ? bytes.substr(position, size) : std::string_view("\xef\xbf\xbd");
    position += size;
  }
  return Value::string(repaired);
}

int to_int(double value) noexcept {
  return value > -2147483649.0 && value < 2147483648.0 ? static_cast<int>(value) : INT_MIN;
}

std::int64_t to_int64(double value) noexcept {
  return value >= -0x1p63 && value < 0x1p63 ? static_cast<std::int64_t>(value) : INT64_MIN;
}

bool is_index(double value) noexcept {
  double whole = 0;
  return std::fabs(std::modf(value, &whole)) < DBL_EPSILON;
}

std::size_t count_code_points(std::string_view utf8) noexcept {
  std::size_t count = 0;
  for (const char byte : utf8)
    count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  return count;
}

std::size_t byte_of_code_point(std::string_view utf8, std::size_t code_point) noexcept {
  std::size_t position = 0;
  while (position < utf8.size() && code_point > 0) {
    ++position;
    while (position < utf8.size() && (static_cast<unsigned char>(utf8[position]) & 0xc0) == 0x80)
      ++position;
    --code_point;
  }
  return position;
}

char32_t next_code_point(std::string_view utf8, std::size_t& position) noexcept {
  const auto next = [&] { return static_cast<unsigned char>(utf8[position++]); };
  const unsigned first = next();
  if (first < 0x80) return first;
  const int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  char32_t code_point = first & (0x3fu >> more);
  for (int i = 0; i < more && position < utf8.size(); ++i)
    code_point = code_point << 6 | (next() & 0x3fu);
  return code_point;
}

void append_code_point(std::string& utf8, char32_t code_point) {
  const auto tail = [&](int shift) { utf8 += static_cast<char>(0x80 | (code_point >> shift & 0x3f)); };
  if (code_point < 0x80) {
    utf8 += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    utf8 += static_cast<char>(0xc0 | code_point >> 6);
    tail(0);
  } else if (code_point < 0x10000) {
    utf8 += static_cast<char>(0xe0 | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    utf8 += static_cast<char>(0xf0 | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

Value split_text(const Value& text, std::string_view separator) {
  const std::string_view whole = text.text();
  Value::Array parts;
  if (separator.empty()) {
    for (std::size_t begin = 0; begin < whole.size();) {
      std::size_t end = begin;
      next_code_point(whole, end);
      parts.push_back(text.part(begin, end - begin));
      begin = end;
    }
    return Value::array(std::move(parts));
  }
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t found = whole.find(separator, begin);
    const std::size_t end = found == std::string_view::npos ? whole.size() : found;
    parts.push_back(text.part(begin, end - begin));
    begin = end + separator.size();
    if (begin == whole.size()) parts.push_back(Value::borrowed(""));
  }
  return Value::array(std::move(parts));
}

namespace {

bool bound_of(const Value& key, std::string_view name, double absent, double& bound) {
  const Value* value = key.fields().find(name);
  if (!value) return false;
  if (value->is_null()) {
    bound = absent;
    return true;
  }
  if (!value->is_number()) return false;
  bound = value->number();
  return true;
}

}  // namespace

bool parse_slice(const Value& key, std::size_t size, Slice& slice) {
  const auto length = static_cast<double>(size);
  double begin = 0;
  double end = 0;
  if (!bound_of(key, "start", 0, begin) || !bound_of(key, "end", length, end)) return false;
  if (begin < 0) begin += length;
  if (end < 0) end += length;
  // Written so that NaN becomes 0.
  begin = begin > 0 ? std::fmin(begin, length) : 0;
  end = end > 0 ? std::fmin(end, length) : 0;
  slice.begin = static_cast<std::size_t>(begin);
  slice.end = std::max(slice.begin, static_cast<std::size_t>(std::ceil(end)));
  return true;
}

}  // namespace weir::transform::jq
