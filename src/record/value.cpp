#include "record/value.hpp"

#include <charconv>
#include <cstdlib>

namespace weir::record {

struct Value::ObjectBlock {
  std::uint32_t owners = 1;
  Object fields;
};

std::string_view kind_name(Kind kind) noexcept {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::false_value:
    case Kind::true_value:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "";
}

Value Value::string(std::string_view utf8) {
  return {Kind::string, Form::shared, 0, {.string = new StringBlock{1, std::string(utf8)}}};
}

Value Value::array() {
  return array(Array());
}

Value Value::array(Array items) {
  return {Kind::array, Form::shared, 0, {.array = new ArrayBlock{1, std::move(items)}}};
}

Value Value::object() {
  return {Kind::object, Form::shared, 0, {.object = new ObjectBlock()}};
}

// The count is the first member of every block.
void Value::add_owner() const noexcept {
  switch (kind_) {
    case Kind::string:
      ++payload_.string->owners;
      break;
    case Kind::array:
      ++payload_.array->owners;
      break;
    default:
      ++payload_.object->owners;
      break;
  }
}

namespace {

// Blocks nested in dropped ones, so that deep values are taken down without recursion.
thread_local std::vector<Value>* pending = nullptr;

template <class Block, class Take>
void take_down(Block* block, const Take& take_values) {
  if (pending) {
    take_values(*block, *pending);
    delete block;
    return;
  }
  std::vector<Value> values;
  pending = &values;
  take_values(*block, values);
  delete block;
  while (!values.empty()) {
    Value value = std::move(values.back());
    values.pop_back();
  }
  pending = nullptr;
}

bool owns_values(const Value& value) noexcept {
  return value.is_array() || value.is_object();
}

}  // namespace

void Value::drop_owner() noexcept {
  switch (kind_) {
    case Kind::string:
      if (--payload_.string->owners == 0) delete payload_.string;
      return;
    case Kind::array:
      if (--payload_.array->owners > 0) return;
      take_down(payload_.array, [](ArrayBlock& block, std::vector<Value>& values) {
        for (Value& item : block.items) {
          if (owns_values(item)) values.push_back(std::move(item));
        }
      });
      return;
    default:
      if (--payload_.object->owners > 0) return;
      take_down(payload_.object,
                [](ObjectBlock& block, std::vector<Value>& values) { block.fields.take_containers(values); });
  }
}

double Value::literal_number() const noexcept {
  double value = 0;
  const auto [end, error] = std::from_chars(payload_.text, payload_.text + size_, value);
  if (error != std::errc::result_out_of_range) return value;
  // Too large or too small to be told apart from infinity or zero; strtod says which.
  return std::strtod(std::string(payload_.text, size_).c_str(), nullptr);
}

void Value::append_text(std::string_view utf8) {
  if (form_ != Form::shared || payload_.string->owners > 1) *this = string(text());
  payload_.string->text.append(utf8);
}

Value::Array& Value::edit_array() {
  if (form_ == Form::raw) expand();
  if (payload_.array->owners > 1) *this = array(payload_.array->items);
  return payload_.array->items;
}

const Object& Value::fields() const {
  if (form_ == Form::raw) expand();
  return payload_.object->fields;
}

Object& Value::reuse_object() {
  if (kind_ != Kind::object || form_ != Form::shared || payload_.object->owners > 1) *this = object();
  return payload_.object->fields;
}

Object& Value::edit_object() {
  if (form_ == Form::raw) expand();
  if (payload_.object->owners > 1) {
    Payload copy = {.object = new ObjectBlock{1, payload_.object->fields}};
    *this = Value(Kind::object, Form::shared, 0, copy);
  }
  return payload_.object->fields;
}

}  // namespace weir::record
