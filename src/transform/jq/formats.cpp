// The text forms: @text, @json, @csv, @tsv, @html, @uri, @sh, @base64 and @base64d.
#include <array>
#include <cmath>

#include "record/json.hpp"
#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Format = bool (*)(Context&, Value&);

void make_text(Value& value) {
  if (!value.is_string()) value = Value::string(record::to_json(value));
}

bool as_text(Context&, Value& input) {
  make_text(input);
  return true;
}

bool as_json(Context&, Value& input) {
  input = Value::string(record::to_json(input));
  return true;
}

// Appends `text`; each byte that replace() has something for becomes that, and NUL what C calls it.
template <typename Replace>
void append_replaced(std::string& out, std::string_view text, const Replace& replace) {
  for (const char byte : text) {
    const std::string_view replacement = byte == '\0' ? "\\0" : replace(byte);
    if (replacement.empty()) {
      out += byte;
    } else {
      out += replacement;
    }
  }
}

std::string_view html_escape(char byte) noexcept {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\'':
      return "&apos;";
    case '"':
      return "&quot;";
    default:
      return {};
  }
}

std::string_view tsv_escape(char byte) noexcept {
  switch (byte) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\\':
      return "\\\\";
    default:
      return {};
  }
}

std::string_view csv_escape(char byte) noexcept {
  return byte == '"' ? "\"\"" : std::string_view();
}

std::string_view shell_escape(char byte) noexcept {
  return byte == '\'' ? "'\\''" : std::string_view();
}

bool as_html(Context&, Value& input) {
  make_text(input);
  std::string out;
  append_replaced(out, input.text(), html_escape);
  input = Value::string(out);
  return true;
}

void append_cell(std::string& row, const Value& cell, bool tsv) {
  if (cell.is_string()) {
    if (!tsv) row += '"';
    append_replaced(row, cell.text(), tsv ? tsv_escape : csv_escape);
    if (!tsv) row += '"';
  } else if (!cell.is_null() && !(cell.is_number() && std::isnan(cell.number()))) {
    row += record::to_json(cell);
  }
}

template <bool kTsv>
bool as_row(Context& context, Value& input) {
  if (!input.is_array()) {
    return fail_one(context, input,
                    kTsv ? "cannot be tsv-formatted, only array" : "cannot be csv-formatted, only array");
  }
  std::string row;
  bool first = true;
  for (const Value& cell : input.items()) {
    if (cell.is_array() || cell.is_object()) return fail_one(context, cell, "is not valid in a csv row");
    if (!first) row += kTsv ? '\t' : ',';
    first = false;
    append_cell(row, cell, kTsv);
  }
  input = Value::string(row);
  return true;
}

bool is_unreserved(char byte) noexcept {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  return alphanumeric(byte) || std::string_view("-_.!~*'()").find(byte) != std::string_view::npos;
}

bool as_uri(Context&, Value& input) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  make_text(input);
  std::string out;
  for (const char byte : input.text()) {
    if (is_unreserved(byte)) {
      out += byte;
      continue;
    }
    const auto code = static_cast<unsigned char>(byte);
    out += '%';
    out += kDigits[code >> 4];
    out += kDigits[code & 15];
  }
  input = Value::string(out);
  return true;
}

bool append_word(Context& context, std::string& words, const Value& word) {
  if (word.is_array() || word.is_object()) return fail_one(context, word, "can not be escaped for shell");
  if (!word.is_string()) {
    words += record::to_json(word);
    return true;
  }
  words += '\'';
  append_replaced(words, word.text(), shell_escape);
  words += '\'';
  return true;
}

bool as_shell(Context& context, Value& input) {
  const auto words = input.is_array() ? input.items() : std::span<const Value>(&input, 1);
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += ' ';
    if (!append_word(context, out, words[i])) return false;
  }
  input = Value::string(out);
  return true;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6;) {
      bits -= 6;
      out += kBase64[pending >> bits & 0x3f];
    }
  }
  if (bits > 0) out += kBase64[pending << (6 - bits) & 0x3f];
  while (out.size() % 4 != 0)
    out += '=';
  return out;
}

bool as_base64(Context&, Value& input) {
  make_text(input);
  input = Value::string(encode_base64(input.text()));
  return true;
}

constexpr auto base64_values() {
  std::array<signed char, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
  return values;
}

bool from_base64(Context& context, Value& input) {
  static constexpr auto kValues = base64_values();
  make_text(input);
  std::string out;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  std::size_t read = 0;
  for (const char byte : input.text()) {
    if (byte == '=') break;
    const int value = kValues[static_cast<unsigned char>(byte)];
    if (value < 0) return fail_one(context, input, "is not valid base64 data");
    pending = pending << 6 | static_cast<unsigned>(value);
    ++read;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(pending >> bits & 0xff);
  }
  if (read % 4 == 1) return fail_one(context, input, "trailing base64 byte found");
  input = repaired_string(out);
  return true;
}

struct Row {
  std::string_view name;
  Format format;
};

constexpr Row kFormats[] = {
    {"text", as_text}, {"json", as_json}, {"csv", as_row<false>}, {"tsv", as_row<true>},    {"html", as_html},
    {"uri", as_uri},   {"sh", as_shell},  {"base64", as_base64},  {"base64d", from_base64},
};

bool run(Context& context, std::string_view name, Value& input) {
  for (const Row& row : kFormats) {
    if (row.name == name) return row.format(context, input);
  }
  return context.fail(std::string(name) + " is not a valid format");
}

bool run_format(Context& context, Value& input, std::span<Value> arguments) {
  if (!arguments[0].is_string()) return fail_one(context, arguments[0], "is not a valid format");
  return run(context, arguments[0].text(), input);
}

constexpr Builtin kRows[] = {{"format", 1, run_format}};

}  // namespace

bool format_string(Context& context, std::string_view format, Value& input) {
  if (format.starts_with('@')) format.remove_prefix(1);
  return run(context, format, input);
}

std::span<const Builtin> format_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
