// What values are: length, keys, type, containment, and what the run is about.
#include <algorithm>
#include <cmath>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

Value count(std::size_t items) {
  return Value::number(static_cast<double>(items));
}

bool run_length(Context& context, Value& input, Arguments) {
  switch (input.kind()) {
    case Kind::null:
      input = Value::number(0);
      return true;
    case Kind::number:
      input = Value::number(std::fabs(input.number()));
      return true;
    case Kind::string:
      input = count(count_code_points(input.text()));
      return true;
    case Kind::array:
      input = count(input.items().size());
      return true;
    case Kind::object:
      input = count(input.fields().size());
      return true;
    default:
      return fail_one(context, input, "has no length");
  }
}

bool run_utf8bytelength(Context& context, Value& input, Arguments) {
  if (!input.is_string()) return fail_one(context, input, "only strings have UTF-8 byte length");
  input = count(input.text().size());
  return true;
}

bool run_not(Context&, Value& input, Arguments) {
  input = Value::boolean(!input.is_true());
  return true;
}

Value positions(std::size_t items) {
  Value::Array numbers;
  numbers.reserve(items);
  for (std::size_t i = 0; i < items; ++i)
    numbers.push_back(count(i));
  return Value::array(std::move(numbers));
}

template <bool kSorted>
bool run_keys(Context& context, Value& input, Arguments) {
  if (input.is_array()) {
    input = positions(input.items().size());
    return true;
  }
  if (!input.is_object()) return fail_one(context, input, "has no keys");
  Value::Array keys;
  keys.reserve(input.fields().size());
  for (const auto& field : input.fields())
    keys.push_back(field.key);
  if (kSorted) {
    std::sort(keys.begin(), keys.end(), [](const Value& a, const Value& b) { return a.text() < b.text(); });
  }
  input = Value::array(std::move(keys));
  return true;
}

bool run_type(Context&, Value& input, Arguments) {
  input = Value::borrowed(record::kind_name(input.kind()));
  return true;
}

// False when the values lie too deep.
bool contains(const Value& whole, const Value& part, int depth, bool& found) {
  found = false;
  if (whole.kind() != part.kind()) return true;
  if (depth > 2 * kMostDepth) return false;
  if (whole.is_string()) {
    found = c_text(whole.text()).find(c_text(part.text())) != std::string_view::npos;
    return true;
  }
  if (whole.is_object()) {
    for (const auto& [key, value] : part.fields()) {
      const Value* other = whole.fields().find(key.text());
      found = false;
      if (!other) return true;
      if (!contains(*other, value, depth + 1, found)) return false;
      if (!found) return true;
    }
    found = true;
    return true;
  }
  if (!whole.is_array()) {
    found = record::equal(whole, part);
    return true;
  }
  for (const Value& wanted : part.items()) {
    found = false;
    for (const Value& item : whole.items()) {
      if (!contains(item, wanted, depth + 1, found)) return false;
      if (found) break;
    }
    if (!found) return true;
  }
  found = true;
  return true;
}

bool run_contains(Context& context, Value& input, Arguments arguments) {
  if (input.kind() != arguments[0].kind()) {
    return fail_two(context, input, arguments[0], "cannot have their containment checked");
  }
  bool found = false;
  if (!contains(input, arguments[0], 0, found)) return context.fail("Containment check too deep");
  input = Value::boolean(found);
  return true;
}

bool run_env(Context& context, Value& input, Arguments) {
  input = context.environment ? *context.environment : Value::object();
  return true;
}

bool run_input_filename(Context& context, Value& input, Arguments) {
  input = context.input_filename.empty() ? Value() : repaired_string(context.input_filename);
  return true;
}

bool run_input_line_number(Context& context, Value& input, Arguments) {
  input = Value::number(static_cast<double>(context.input_line_number));
  return true;
}

constexpr Builtin kRows[] = {
    {"contains", 1, run_contains},
    {"env", 0, run_env},
    {"input_filename", 0, run_input_filename},
    {"input_line_number", 0, run_input_line_number},
    {"keys", 0, run_keys<true>},
    {"keys_unsorted", 0, run_keys<false>},
    {"length", 0, run_length},
    {"not", 0, run_not},
    {"type", 0, run_type},
    {"utf8bytelength", 0, run_utf8bytelength},
};

}  // namespace

std::span<const Builtin> core_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
