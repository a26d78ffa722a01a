#include "parse/inner_object.hpp"

#include "text/chunk.hpp"

namespace weir::parse {

const record::Object* ObjectReader::read(std::string_view utf8) {
  object_ = record::Value();
  if (text_.capacity() > kMostKept) text_ = std::string();
  text_.assign(utf8);
  text_.append(text::kPadding, ' ');
  if (!index_.build({text_.data(), utf8.size()}) || index_.size() == 0 || index_.at(0) != '{') return nullptr;
  if (walk_.walk(index_, 0) != record::JsonWalk::Outcome::valid || walk_.end() != index_.size())
    return nullptr;
  object_ = index_.value(0);
  return &object_.fields();
}

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

void add_members(const record::Object& object, RecordFiller& fields) {
  for (const record::Object::Field& field : object)
    fields.add(field.key.text(), field.value);
}

}  // namespace weir::parse
