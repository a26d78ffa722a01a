// logfmt: key=value pairs.
//
// Members of nested objects have the keys on the way to them, set off by dots; below 32 levels, and in
// arrays, values are compact JSON. Strings are in quotes where they would not be read as the same string
// without them. What a key cannot have in it is written as '_'. A value that is no object is written as
// `value`.
#include "output/record_format_rows.hpp"
#include "record/json.hpp"
#include "record/json_number.hpp"

namespace weir::output {

using base::TextBuffer;
using record::Value;

namespace {

constexpr int kMostLevels = 32;

bool is_plain(char c) noexcept {
  return static_cast<unsigned char>(c) > ' ' && c != '=' && c != '"' && c != '\x7f';
}

// Without quotes it would be no string, or not this one.
bool needs_quotes(std::string_view text) noexcept {
  if (text == "true" || text == "false" || text == "null") return true;
  if (record::is_json_number(text)) return true;
  for (const char c : text) {
    if (!is_plain(c)) return true;
  }
  return false;
}

void append_escaped(char c, TextBuffer& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return out.append("\\\"");
    case '\\':
      return out.append("\\\\");
    case '\n':
      return out.append("\\n");
    case '\r':
      return out.append("\\r");
    case '\t':
      return out.append("\\t");
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= ' ' && byte != 0x7f) return out.append(c);
  out.append("\\u00");
  out.append(kDigits[byte >> 4]);
  out.append(kDigits[byte & 0xF]);
}

void append_quoted(std::string_view text, TextBuffer& out) {
  out.append('"');
  for (const char c : text)
    append_escaped(c, out);
  out.append('"');
}

class LogfmtFormat : public RecordFormat {
 public:
  void write(const Value& value, TextBuffer& out) override {
    const std::size_t begin = out.size();
    key_.clear();
    if (value.is_object()) {
      append_members(value.fields(), begin, 1, out);
    } else {
      add_key("value");
      append_pair(value, begin, out);
    }
    out.append('\n');
  }

 private:
  void append_members(const record::Object& object, std::size_t begin, int level, TextBuffer& out) {
    const std::size_t size = key_.size();
    for (const record::Object::Field& field : object) {
      add_key(field.key.text());
      const bool is_nested = field.value.is_object() && !field.value.fields().empty() && level < kMostLevels;
      if (is_nested) {
        append_members(field.value.fields(), begin, level + 1, out);
      } else {
        append_pair(field.value, begin, out);
      }
      key_.resize(size);
    }
  }

  void add_key(std::string_view key) {
    if (!key_.empty()) key_ += '.';
    if (key.empty()) key_ += '_';
    for (const char c : key)
      key_ += is_plain(c) ? c : '_';
  }

  void append_pair(const Value& value, std::size_t begin, TextBuffer& out) {
    if (out.size() > begin) out.append(' ');
    out.append(key_);
    out.append('=');
    if (value.is_string()) {
      if (needs_quotes(value.text())) return append_quoted(value.text(), out);
      return out.append(value.text());
    }
    if (!value.is_array() && !value.is_object()) return record::write_json(value, {}, out);
    json_.clear();
    record::write_json(value, {}, json_);
    append_quoted(json_.view(), out);
  }

  std::string key_;
  TextBuffer json_;
};

}  // namespace

const RecordFormatRow kLogfmtFormat = {
    "logfmt", "key=value pairs, nested keys with dots",
    [](Note /*note*/) -> std::unique_ptr<RecordFormat> { return std::make_unique<LogfmtFormat>(); }};

}  // namespace weir::output
