#include "transform/jq/libjq_value.hpp"

#include <cstring>

#include "record/json_index.hpp"

namespace weir::transform::jq {

namespace {

using record::JsonIndex;
using record::Kind;
using record::Value;

// An array takes one place on the stack of libjq's parser, an object two: its key lies there too.
constexpr int kMostLevels = 255;

std::size_t slot_of(std::string_view text, std::size_t slots) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  const auto middle = static_cast<unsigned char>(text[text.size() / 2]);
  const auto last = static_cast<unsigned char>(text.back());
  return (text.size() * 131 + first * 31U + middle * 7U + last) % slots;
}

}  // namespace

LibjqValues::LibjqValues(const LibjqLibrary& library) noexcept : library_(library) {
  keys_.fill(library_.jv_null());
}

LibjqValues::~LibjqValues() {
  for (const jv& key : keys_)
    library_.jv_free(key);
}

void LibjqValues::abandon() noexcept {
  keys_.fill(library_.jv_null());
}

jv LibjqValues::make(const Value& value) {
  levels_ = 0;
  is_too_deep_ = false;
  if (!value.is_raw()) return container(value);
  std::uint32_t position = value.raw_position();
  return at(*value.raw_index(), position);
}

jv LibjqValues::give_up(jv begun) {
  is_too_deep_ = true;
  library_.jv_free(begun);
  return library_.jv_invalid();
}

jv LibjqValues::string(std::string_view text) const {
  return library_.jv_string_sized(text.data(), static_cast<int>(text.size()));
}

jv LibjqValues::key(std::string_view text) {
  if (text.empty() || text.size() > kLongestKey) return string(text);
  jv& kept = keys_[slot_of(text, kKeys)];
  const bool is_there =
      library_.jv_get_kind(kept) == JV_KIND_STRING &&
      static_cast<std::size_t>(library_.jv_string_length_bytes(library_.jv_copy(kept))) == text.size() &&
      std::memcmp(library_.jv_string_value(kept), text.data(), text.size()) == 0;
  if (!is_there) {
    library_.jv_free(kept);
    kept = string(text);
  }
  return library_.jv_copy(kept);
}

// Of values that are not raw, but may contain some that are.
jv LibjqValues::container(const Value& value) {
  switch (value.kind()) {
    case Kind::false_value:
    case Kind::true_value:
      return library_.jv_bool(value.is_true() ? 1 : 0);
    case Kind::number:
      return library_.jv_number(value.number());
    case Kind::string:
      return string(value.text());
    case Kind::array:
      return items(value.items());
    case Kind::object:
      return fields(value.fields());
    default:
      return library_.jv_null();
  }
}

jv LibjqValues::items(std::span<const Value> items) {
  jv made = library_.jv_array();
  if (++levels_ > kMostLevels) return give_up(made);
  for (const Value& item : items) {
    std::uint32_t position = item.is_raw() ? item.raw_position() : 0;
    const jv one = item.is_raw() ? at(*item.raw_index(), position) : container(item);
    if (is_too_deep_) return give_up(made);
    made = library_.jv_array_append(made, one);
  }
  --levels_;
  return made;
}

jv LibjqValues::fields(const record::Object& object) {
  jv made = library_.jv_object();
  if ((levels_ += 2) > kMostLevels) return give_up(made);
  for (const auto& [name, value] : object) {
    std::uint32_t position = value.is_raw() ? value.raw_position() : 0;
    const jv one = value.is_raw() ? at(*value.raw_index(), position) : container(value);
    if (is_too_deep_) return give_up(made);
    made = library_.jv_object_set(made, key(name.text()), one);
  }
  levels_ -= 2;
  return made;
}

// Strings with escapes lie in `unescaped_`.
std::string_view LibjqValues::text_at(const JsonIndex& index, std::uint32_t position) {
  const Value text = index.value(position);
  if (text.is_borrowed()) return text.text();
  unescaped_ = text.text();
  return unescaped_;
}

// The value at a position, which goes on to the place behind it.
jv LibjqValues::at(const JsonIndex& index, std::uint32_t& position) {
  switch (index.at(position)) {
    case '{':
      return object_at(index, position);
    case '[':
      return array_at(index, position);
    case '"':
      return string(text_at(index, position++));
    case 'n':
      ++position;
      return library_.jv_null();
    case 't':
    case 'f':
      return library_.jv_bool(index.at(position++) == 't' ? 1 : 0);
    default:
      return library_.jv_number(index.value(position++).number());
  }
}

jv LibjqValues::array_at(const JsonIndex& index, std::uint32_t& position) {
  jv made = library_.jv_array();
  if (++levels_ > kMostLevels) return give_up(made);
  for (++position; index.at(position) != ']';) {
    const jv one = at(index, position);
    if (is_too_deep_) return give_up(made);
    made = library_.jv_array_append(made, one);
    if (index.at(position) == ',') ++position;
  }
  ++position;
  --levels_;
  return made;
}

jv LibjqValues::object_at(const JsonIndex& index, std::uint32_t& position) {
  jv made = library_.jv_object();
  if ((levels_ += 2) > kMostLevels) return give_up(made);
  for (++position; index.at(position) != '}';) {
    const jv name = key(text_at(index, position));
    position += 2;
    const jv one = at(index, position);
    if (is_too_deep_) {
      library_.jv_free(name);
      return give_up(made);
    }
    made = library_.jv_object_set(made, name, one);
    if (index.at(position) == ',') ++position;
  }
  ++position;
  levels_ -= 2;
  return made;
}

}  // namespace weir::transform::jq
