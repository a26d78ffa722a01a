// What jq itself defines in its own language, and programs use for every record: add, any, all, join,
// flatten, reverse, entries, streams. Errors are those that the definitions would end with.
#include <algorithm>
#include <cmath>
#include <vector>

#include "record/json.hpp"
#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

// Calls take(value) for all that .[] gives, until it says false. False: that, or an error.
template <typename Take>
bool iterate(Context& context, const Value& input, const Take& take) {
  if (input.is_array()) {
    for (const Value& item : input.items()) {
      if (!take(item)) return false;
    }
    return true;
  }
  if (!input.is_object()) return fail_iteration(context, input);
  for (const auto& field : input.fields()) {
    if (!take(field.value)) return false;
  }
  return true;
}

bool run_add(Context& context, Value& input, Arguments) {
  Value sum;
  if (!iterate(context, input, [&](const Value& value) { return add(context, sum, value); })) return false;
  input = std::move(sum);
  return true;
}

template <bool kAny>
bool run_any_all(Context& context, Value& input, Arguments) {
  bool result = !kAny;
  const bool iterated = iterate(context, input, [&](const Value& value) {
    result = kAny ? result || value.is_true() : result && value.is_true();
    return true;
  });
  input = Value::boolean(result);
  return iterated;
}

// One more of the values that are joined: numbers and booleans as they are printed, null as nothing.
bool join_value(Context& context, std::string& joined, const Value& value) {
  if (value.is_string()) {
    joined += value.text();
  } else if (value.is_number() || value.is_boolean()) {
    joined += record::to_json(value);
  } else if (!value.is_null()) {
    return fail_two(context, Value::borrowed(joined), value, "cannot be added");
  }
  return true;
}

bool run_join(Context& context, Value& input, Arguments arguments) {
  const Value& separator = arguments[0];
  std::string joined;
  bool first = true;
  const bool iterated = iterate(context, input, [&](const Value& value) {
    if (!first && separator.is_string()) joined += separator.text();
    if (!first && !separator.is_string() && !separator.is_null()) {
      return fail_two(context, Value::borrowed(joined), separator, "cannot be added");
    }
    first = false;
    return join_value(context, joined, value);
  });
  if (!iterated) return false;
  input = Value::string(joined);
  return true;
}

// Arrays inside of arrays, as many levels deep as `depth` says; -1 is all.
bool flatten(Context& context, const Value& input, const Value& depth, Value::Array& flat) {
  struct Level {
    Value array;
    std::size_t next;
  };
  std::vector<Level> levels;
  const double most = depth.is_number() ? depth.number() : 0;
  const bool whole = most >= 0 && most == std::floor(most);
  const auto enter = [&](const Value& item) {
    if (!depth.is_number()) return fail_two(context, depth, Value::number(1), "cannot be subtracted");
    levels.push_back({item, 0});
    return true;
  };
  const auto goes_deeper = [&](const Value& item) {
    if (!item.is_array()) return false;
    return !depth.is_number() || !whole || static_cast<double>(levels.size()) < most;
  };
  return iterate(context, input, [&](const Value& top) {
    if (!goes_deeper(top)) {
      flat.push_back(top);
      return true;
    }
    if (!enter(top)) return false;
    while (!levels.empty()) {
      Level& level = levels.back();
      const auto items = level.array.items();
      if (level.next == items.size()) {
        levels.pop_back();
        continue;
      }
      const Value& item = items[level.next++];
      if (!goes_deeper(item)) {
        flat.push_back(item);
      } else if (!enter(item)) {
        return false;
      }
    }
    return true;
  });
}

bool run_flatten_to(Context& context, Value& input, Arguments arguments) {
  if (record::compare(arguments[0], Value::number(0)) < 0) {
    return context.fail("flatten depth must not be negative");
  }
  Value::Array flat;
  if (!flatten(context, input, arguments[0], flat)) return false;
  input = Value::array(std::move(flat));
  return true;
}

bool run_flatten(Context& context, Value& input, Arguments) {
  Value::Array flat;
  if (!flatten(context, input, Value::number(-1), flat)) return false;
  input = Value::array(std::move(flat));
  return true;
}

// By its definition it takes what has a length of nothing, too.
bool run_reverse(Context& context, Value& input, Arguments) {
  bool empty = false;
  switch (input.kind()) {
    case Kind::array: {
      Value::Array& items = input.edit_array();
      std::reverse(items.begin(), items.end());
      return true;
    }
    case Kind::null:
      empty = true;
      break;
    case Kind::string:
      empty = input.text().empty();
      break;
    case Kind::object:
      empty = input.fields().empty();
      break;
    case Kind::number:
      empty = input.number() == 0;
      break;
    default:
      return fail_one(context, input, "has no length");
  }
  if (!empty) {
    return context.fail("Cannot index " + std::string(record::kind_name(input.kind())) + " with number");
  }
  input = Value::array();
  return true;
}

Value entry(const Value& key, const Value& value) {
  Value made = Value::object();
  Object& fields = made.edit_object();
  fields.reserve(2);
  fields.add(Value::borrowed("key"), key);
  fields.add(Value::borrowed("value"), value);
  return made;
}

bool run_to_entries(Context& context, Value& input, Arguments) {
  Value::Array entries;
  if (input.is_array()) {
    for (const Value& item : input.items())
      entries.push_back(entry(Value::number(static_cast<double>(entries.size())), item));
  } else if (input.is_object()) {
    for (const auto& field : input.fields())
      entries.push_back(entry(field.key, field.value));
  } else {
    return fail_one(context, input, "has no keys");
  }
  input = Value::array(std::move(entries));
  return true;
}

// The key of an entry by the first of its names that is there; null when it is no string.
const Value* entry_key(const Object& entry) {
  for (const std::string_view name : {"key", "Key", "name", "Name"}) {
    const Value* key = entry.find(name);
    if (key && key->is_true()) return key->is_string() ? key : nullptr;
  }
  return nullptr;
}

// The object; null where jq's own definition has to say what is the matter.
bool run_from_entries(Context&, Value& input, Arguments) {
  const Value entries = std::move(input);
  input = Value();
  if (!entries.is_array()) return true;
  Value made = Value::object();
  Object& fields = made.edit_object();
  for (const Value& item : entries.items()) {
    if (!item.is_object()) return true;
    const Value* key = entry_key(item.fields());
    if (!key) return true;
    const Value* value = item.fields().find("value");
    if (!value) value = item.fields().find("Value");
    fields.set(*key, value ? *value : Value());
  }
  input = std::move(made);
  return true;
}

// A value being streamed: where its parts are, and which is next.
struct Streamed {
  Value value;
  std::size_t next;
};

bool has_parts(const Value& value) {
  return (value.is_array() && !value.items().empty()) || (value.is_object() && !value.fields().empty());
}

Value event(const Value::Array& path, const Value* leaf) {
  Value::Array items;
  items.push_back(Value::array(path));
  if (leaf) items.push_back(*leaf);
  return Value::array(std::move(items));
}

// Steps to the next part and leaves its place at the end of the path; null behind the last.
const Value* next_part(Streamed& streamed, Value::Array& path) {
  const std::size_t i = streamed.next++;
  if (streamed.value.is_array()) {
    if (i == streamed.value.items().size()) return nullptr;
    path.back() = Value::number(static_cast<double>(i));
    return &streamed.value.items()[i];
  }
  if (i == streamed.value.fields().size()) return nullptr;
  path.back() = streamed.value.fields()[i].key;
  return &streamed.value.fields()[i].value;
}

// All events of tostream in an array.
bool run_tostream(Context&, Value& input, Arguments) {
  Value::Array events;
  Value::Array path;
  std::vector<Streamed> open;
  if (!has_parts(input)) {
    events.push_back(event(path, &input));
  } else {
    open.push_back({input, 0});
    path.emplace_back();
  }
  while (!open.empty()) {
    const Value* part = next_part(open.back(), path);
    if (!part) {
      events.push_back(event(path, nullptr));
      open.pop_back();
      path.pop_back();
    } else if (has_parts(*part)) {
      open.push_back({*part, 0});
      path.emplace_back();
    } else {
      events.push_back(event(path, part));
    }
  }
  input = Value::array(std::move(events));
  return true;
}

// Where a value is in a sorted array; -1 - i when it would have to be inserted at i. Which one of equal ones
// is found, and what comes of arrays that are not sorted, is as in jq's halving.
double place_in_sorted(std::span<const Value> items, const Value& wanted) {
  std::size_t low = 0;
  std::size_t behind = items.size();
  while (low < behind) {
    const std::size_t middle = low + (behind - 1 - low) / 2;
    const int order = record::compare(items[middle], wanted);
    if (order == 0) return static_cast<double>(middle);
    if (behind - low == 1) break;
    if (order < 0) {
      low = middle + 1;
    } else {
      behind = middle;
    }
  }
  const bool after = low < items.size() && record::compare(items[low], wanted) < 0;
  return -1 - static_cast<double>(low) - (after ? 1 : 0);
}

bool run_bsearch(Context& context, Value& input, Arguments arguments) {
  if (input.is_array()) {
    input = Value::number(place_in_sorted(input.items(), arguments[0]));
    return true;
  }
  // What has a length of 0 passes for an empty array.
  if (!run_reverse(context, input, {})) return false;
  input = Value::number(-1);
  return true;
}

constexpr Builtin kRows[] = {
    {"_bsearch", 1, run_bsearch},   {"_from_entries", 0, run_from_entries},
    {"_tostream", 0, run_tostream}, {"add", 0, run_add},
    {"all", 0, run_any_all<false>}, {"any", 0, run_any_all<true>},
    {"bsearch", 1, run_bsearch},    {"flatten", 0, run_flatten},
    {"flatten", 1, run_flatten_to}, {"join", 1, run_join},
    {"reverse", 0, run_reverse},    {"to_entries", 0, run_to_entries},
};

}  // namespace

std::span<const Builtin> array_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
