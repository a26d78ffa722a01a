#include "parse/inner_object.hpp"

#include "record/json.hpp"

namespace weir::parse {

std::size_t end_of_object(std::string_view text, std::size_t begin) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

bool add_object(std::string_view text, RecordFiller& fields) {
  record::Value object;
  const std::string_view valid = fields.text(text).text();
  if (!record::parse_json(valid, object) || !object.is_object()) return false;
  for (const record::Object::Field& field : object.fields())
    fields.add(field.key.text(), field.value);
  return true;
}

}  // namespace weir::parse
