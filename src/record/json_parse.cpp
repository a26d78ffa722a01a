#include <string>

#include "record/json.hpp"
#include "record/json_index.hpp"
#include "record/json_walk.hpp"
#include "text/chunk.hpp"

namespace weir::record {

namespace {

// A copy that borrows nothing. The walk bounds the nesting.
Value own(const Value& value) {
  switch (value.kind()) {
    case Kind::number:
      return Value::number(value.number());
    case Kind::string:
      return Value::string(value.text());
    case Kind::array: {
      Value::Array items;
      items.reserve(value.items().size());
      for (const Value& item : value.items())
        items.push_back(own(item));
      return Value::array(std::move(items));
    }
    case Kind::object: {
      Value object = Value::object();
      Object& fields = object.edit_object();
      for (const auto& [key, field] : value.fields())
        fields.add(Value::string(key.text()), own(field));
      return object;
    }
    default:
      return value;
  }
}

}  // namespace

bool parse_json(std::string_view text, Value& value) {
  std::string padded;
  padded.reserve(text.size() + text::kPadding);
  padded.append(text).append(text::kPadding, ' ');
  JsonIndex index;
  if (!index.build({padded.data(), text.size()}) || index.size() == 0) return false;
  JsonWalk walk(nullptr);
  if (walk.walk(index, 0) != JsonWalk::Outcome::valid || walk.end() != index.size()) return false;
  value = own(index.value(0));
  return true;
}

}  // namespace weir::record
