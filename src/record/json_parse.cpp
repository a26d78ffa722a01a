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
  // Kept, because programs take JSON out of strings of record after record.
  struct Scratch {
    std::string padded;
    JsonIndex index;
    JsonWalk walk{nullptr};
  };
  constexpr std::size_t kMostKept = std::size_t{1} << 20;
  static thread_local Scratch scratch;
  std::string& padded = scratch.padded;
  padded.assign(text).append(text::kPadding, ' ');
  const JsonIndex& index = scratch.index;
  const bool is_valid = scratch.index.build({padded.data(), text.size()}) && index.size() > 0 &&
                        scratch.walk.walk(index, 0) == JsonWalk::Outcome::valid &&
                        scratch.walk.end() == index.size();
  if (is_valid) value = own(index.value(0));
  if (padded.capacity() > kMostKept) padded = std::string();
  return is_valid;
}

}  // namespace weir::record
