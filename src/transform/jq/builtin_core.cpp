// What values are: length, keys, type, containment, and what the run is about.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

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

// Two containers of one kind, and the parts of them that are looked at: for each part of `part` one of
// `whole` is wanted that contains it, in objects that with the same key.
struct Pair {
  const Value* whole;
  const Value* part;
  std::size_t wanted = 0;
  std::size_t candidate = 0;

  // What to look at next, or what came of it.
  enum class Step { parts, found, not_found };
  Step next(const Value*& inner_whole, const Value*& inner_part) const {
    if (part->is_object()) {
      if (wanted == part->fields().size()) return Step::found;
      inner_part = &part->fields()[wanted].value;
      inner_whole = whole->fields().find(part->fields()[wanted].key.text());
      return inner_whole ? Step::parts : Step::not_found;
    }
    if (wanted == part->items().size()) return Step::found;
    if (candidate == whole->items().size()) return Step::not_found;
    inner_part = &part->items()[wanted];
    inner_whole = &whole->items()[candidate];
    return Step::parts;
  }

  // What came of those. False: that settles it.
  bool take(bool found) {
    if (!found && part->is_object()) return false;
    wanted += found;
    candidate = found ? 0 : candidate + 1;
    return true;
  }
};

// Whether one value contains another; nothing when that takes a look at their parts.
std::optional<bool> contains_plainly(const Value& whole, const Value& part) {
  if (whole.kind() != part.kind()) return false;
  if (whole.is_array() || whole.is_object()) return std::nullopt;
  if (!whole.is_string()) return record::equal(whole, part);
  return c_text(whole.text()).find(c_text(part.text())) != std::string_view::npos;
}

bool contains(const Value& whole, const Value& part) {
  std::vector<Pair> pairs;
  const Value* inner_whole = &whole;
  const Value* inner_part = &part;
  for (;;) {
    std::optional<bool> found = contains_plainly(*inner_whole, *inner_part);
    if (!found) pairs.push_back({inner_whole, inner_part});
    for (;;) {
      if (pairs.empty()) return *found;
      if (found && !pairs.back().take(*found)) {
        pairs.pop_back();
        continue;
      }
      const Pair::Step step = pairs.back().next(inner_whole, inner_part);
      if (step == Pair::Step::parts) break;
      found = step == Pair::Step::found;
      pairs.pop_back();
    }
  }
}

bool run_contains(Context& context, Value& input, Arguments arguments) {
  if (input.kind() != arguments[0].kind()) {
    return fail_two(context, input, arguments[0], "cannot have their containment checked");
  }
  input = Value::boolean(contains(input, arguments[0]));
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
