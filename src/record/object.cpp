#include <algorithm>
#include <bit>
#include <functional>

#include "record/value.hpp"

namespace weir::record {

namespace {

constexpr std::size_t kNone = ~std::size_t{0};

std::size_t hash_of(std::string_view key) noexcept {
  return std::hash<std::string_view>()(key);
}

}  // namespace

std::size_t Object::position_of(std::string_view key) const noexcept {
  if (slots_.empty()) {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].key.text() == key) return i;
    }
    return kNone;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_of(key) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (fields_[slots_[slot] - 1].key.text() == key) return slots_[slot] - 1;
  }
  return kNone;
}

// Enters the fields from `position` on; all of them when the table has to grow.
void Object::index_from(std::size_t position) {
  if (fields_.size() <= kMostScanned) return;
  if (fields_.size() * 2 > slots_.size()) {
    std::size_t size = 4 * kMostScanned;
    while (size < fields_.size() * 4)
      size *= 2;
    slots_.assign(std::bit_ceil(size), 0);
    position = 0;
  }
  const std::size_t mask = slots_.size() - 1;
  for (; position < fields_.size(); ++position) {
    std::size_t slot = hash_of(fields_[position].key.text()) & mask;
    while (slots_[slot] != 0)
      slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(position + 1);
  }
}

const Value* Object::find(std::string_view key) const noexcept {
  const std::size_t position = position_of(key);
  return position == kNone ? nullptr : &fields_[position].value;
}

Value& Object::at(const Value& key) {
  const std::size_t position = position_of(key.text());
  if (position != kNone) return fields_[position].value;
  add(key, Value());
  return fields_.back().value;
}

void Object::add(Value key, Value value) {
  fields_.push_back(Field{std::move(key), std::move(value)});
  index_from(fields_.size() - 1);
}

void Object::erase(std::string_view key) {
  const std::size_t position = position_of(key);
  if (position == kNone) return;
  fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(position));
  slots_.clear();
  index_from(0);
}

void Object::truncate(std::size_t fields) {
  if (fields >= fields_.size()) return;
  fields_.resize(fields);
  if (slots_.empty()) return;
  slots_.clear();
  index_from(0);
}

void Object::take_containers(std::vector<Value>& into) {
  for (Field& field : fields_) {
    if (field.value.is_array() || field.value.is_object()) into.push_back(std::move(field.value));
  }
}

std::vector<const Object::Field*> Object::sorted() const {
  std::vector<const Field*> fields;
  fields.reserve(fields_.size());
  for (const Field& field : fields_)
    fields.push_back(&field);
  std::sort(fields.begin(), fields.end(),
            [](const Field* a, const Field* b) { return a->key.text() < b->key.text(); });
  return fields;
}

}  // namespace weir::record
