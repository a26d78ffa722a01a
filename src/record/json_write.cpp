#include "record/json.hpp"

#include <charconv>
#include <cmath>

namespace weir::record {

void write_number(double value, base::TextBuffer& out) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append({digits, static_cast<std::size_t>(end - digits)});
}

void write_json(const Value& value, const JsonStyle& style, base::TextBuffer& out) {
  switch (value.kind()) {
    case Kind::null:
      return out.append("null");
    case Kind::false_value:
      return out.append("false");
    case Kind::true_value:
      return out.append("true");
    case Kind::number:
      return value.is_literal() ? out.append(value.literal_text()) : write_number(value.number(), out);
    case Kind::string:
      out.append('"');
      out.append(value.text());
      return out.append('"');
    case Kind::array: {
      out.append('[');
      bool is_first = true;
      for (const Value& item : value.items()) {
        if (!is_first) out.append(',');
        is_first = false;
        write_json(item, style, out);
      }
      return out.append(']');
    }
    case Kind::object: {
      out.append('{');
      bool is_first = true;
      for (const auto& field : value.fields()) {
        if (!is_first) out.append(',');
        is_first = false;
        write_json(field.key, style, out);
        out.append(':');
        write_json(field.value, style, out);
      }
      return out.append('}');
    }
  }
}

std::string to_json(const Value& value, const JsonStyle& style) {
  base::TextBuffer out;
  write_json(value, style, out);
  return std::string(out.view());
}

}  // namespace weir::record
