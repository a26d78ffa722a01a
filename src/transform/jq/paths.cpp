#include <algorithm>
#include <string>
#include <vector>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::size_t kLongestPath = 10000;
constexpr std::size_t kLargestArray = std::size_t{1}
                                      << 26;  // items that writing behind the end may bring about
constexpr std::size_t kLongestNamed = 30;     // bytes of a key that an error tells
constexpr std::string_view kSliceBounds = "Start and end indices of an array slice must be numbers";

std::string name_of(const Value& value) {
  return std::string(record::kind_name(value.kind()));
}

bool fail_index(Context& context, const Value& input, const Value& key) {
  std::string message = "Cannot index " + name_of(input) + " with ";
  if (!key.is_string() || key.text().size() >= kLongestNamed) return context.fail(message + name_of(key));
  return context.fail(message.append("string \"").append(c_text(key.text())).append("\""));
}

Value positions_of(std::span<const Value> items, std::span<const Value> needle) {
  Value::Array found;
  for (std::size_t i = 0; !needle.empty() && i + needle.size() <= items.size(); ++i) {
    if (std::equal(needle.begin(), needle.end(), items.begin() + static_cast<std::ptrdiff_t>(i),
                   [](const Value& a, const Value& b) { return record::equal(a, b); })) {
      found.push_back(Value::number(static_cast<double>(i)));
    }
  }
  return Value::array(std::move(found));
}

bool slice_array(Context& context, Value& input, const Value& key) {
  const auto items = input.items();
  Slice slice;
  if (!parse_slice(key, items.size(), slice)) return context.fail(kSliceBounds);
  const auto part = items.subspan(slice.begin, slice.end - slice.begin);
  if (part.size() < items.size()) input = Value::array(Value::Array(part.begin(), part.end()));
  return true;
}

bool slice_text(Context& context, Value& input, const Value& key) {
  const std::string_view text = input.text();
  Slice slice;
  if (!parse_slice(key, count_code_points(text), slice)) {
    return context.fail("Start and end indices of an string slice must be numbers");
  }
  const std::size_t begin = byte_of_code_point(text, slice.begin);
  const std::size_t size = byte_of_code_point(text.substr(begin), slice.end - slice.begin);
  input = input.part(begin, size);
  return true;
}

// Where .[number] is; nothing outside.
const Value* item_at(const Value& array, double index) {
  if (!is_index(index)) return nullptr;
  const auto items = array.items();
  std::int64_t position = to_int(index);
  if (position < 0) position += static_cast<std::int64_t>(items.size());
  if (position < 0 || position >= static_cast<std::int64_t>(items.size())) return nullptr;
  return &items[static_cast<std::size_t>(position)];
}

// `part` lies inside of `whole`.
void become_part(Value& whole, const Value* part) {
  Value copy = part ? *part : Value();
  whole.swap(copy);
}

bool get_from_array(Context& context, Value& input, const Value& key) {
  switch (key.kind()) {
    case Kind::number:
      become_part(input, item_at(input, key.number()));
      return true;
    case Kind::object:
      return slice_array(context, input, key);
    case Kind::array:
      input = positions_of(input.items(), key.items());
      return true;
    default:
      return fail_index(context, input, key);
  }
}

}  // namespace

bool get(Context& context, Value& input, const Value& key) {
  switch (input.kind()) {
    case Kind::object:
      if (!key.is_string()) break;
      become_part(input, input.fields().find(key.text()));
      return true;
    case Kind::array:
      return get_from_array(context, input, key);
    case Kind::string:
      if (!key.is_object()) break;
      return slice_text(context, input, key);
    case Kind::null:
      if (!key.is_string() && !key.is_number() && !key.is_object()) break;
      return true;
    default:
      break;
  }
  return fail_index(context, input, key);
}

namespace {

// The item that .[number] = ... is about, null before it is set; the array grows as far as it takes.
Value& place_at(Value& input, std::size_t position) {
  if (input.is_null()) input = Value::array();
  Value::Array& items = input.edit_array();
  if (position >= items.size()) items.resize(position + 1);
  return items[position];
}

bool set_item(Context& context, Value& input, double index, Value value) {
  const std::size_t size = input.is_null() ? 0 : input.items().size();
  std::int64_t position = to_int(index);
  if (position < 0) position += static_cast<std::int64_t>(size);
  if (position < 0) return context.fail("Out of bounds negative array index");
  const auto place = static_cast<std::size_t>(position);
  if (place >= std::max(kLargestArray, size)) return context.fail("Array index too large");
  place_at(input, place) = std::move(value);
  return true;
}

bool set_slice(Context& context, Value& input, const Value& key, const Value& value) {
  if (input.is_null()) input = Value::array();
  Slice slice;
  if (!parse_slice(key, input.items().size(), slice)) return context.fail(kSliceBounds);
  if (!value.is_array()) return context.fail("A slice of an array can only be assigned another array");
  Value::Array& items = input.edit_array();
  const auto at = [&](std::size_t position) { return items.begin() + static_cast<std::ptrdiff_t>(position); };
  items.erase(at(slice.begin), at(slice.end));
  const auto added = value.items();
  items.insert(at(slice.begin), added.begin(), added.end());
  return true;
}

// The place of a field or an item that can be written to where it is; null when this takes reading and
// writing.
Value* place_of(Value& input, const Value& key) {
  if (key.is_string() && (input.is_object() || input.is_null())) {
    if (input.is_null()) input = Value::object();
    return &input.edit_object().at(key);
  }
  if (!key.is_number() || (!input.is_array() && !input.is_null())) return nullptr;
  const double index = key.number();
  // What reading finds elsewhere than writing does is left to these two.
  if (!(index >= 0 && index < kLargestArray) || !is_index(index)) return nullptr;
  return &place_at(input, static_cast<std::size_t>(index));
}

}  // namespace

bool set(Context& context, Value& input, const Value& key, Value value) {
  if (key.is_string() && (input.is_object() || input.is_null())) {
    if (input.is_null()) input = Value::object();
    input.edit_object().set(key, std::move(value));
    return true;
  }
  if (key.is_number() && (input.is_array() || input.is_null())) {
    return set_item(context, input, key.number(), std::move(value));
  }
  if (key.is_object() && (input.is_array() || input.is_null())) return set_slice(context, input, key, value);
  return context.fail("Cannot update field at " + name_of(key) + " index of " + name_of(input));
}

bool get_path(Context& context, Value& input, std::span<const Value> path) {
  if (path.size() > kLongestPath) return context.fail("Path too deep");
  for (const Value& key : path) {
    if (!get(context, input, key)) return false;
  }
  return true;
}

bool set_path(Context& context, Value& input, std::span<const Value> path, Value value) {
  if (path.size() > kLongestPath) return context.fail("Path too deep");
  Value* place = &input;
  while (!path.empty()) {
    Value* inner = place_of(*place, path.front());
    if (!inner) break;
    place = inner;
    path = path.subspan(1);
  }
  if (path.empty()) {
    *place = std::move(value);
    return true;
  }
  Value part = *place;
  if (!get(context, part, path.front())) return false;
  return set_path(context, part, path.subspan(1), std::move(value)) &&
         set(context, *place, path.front(), std::move(part));
}

namespace {

using Paths = std::span<const Value>;  // sorted, each longer than the depth they are looked at

// Which items of an array go: numbers and slices.
bool mark_items(Context& context, const Value& array, std::span<const Value> keys, std::vector<bool>& gone) {
  const auto size = array.items().size();
  gone.assign(size, false);
  for (const Value& key : keys) {
    Slice slice;
    if (key.is_number()) {
      const double index = key.number();
      const std::int64_t position = to_int(index) + (index < 0 ? static_cast<std::int64_t>(size) : 0);
      if (position < 0 || position >= static_cast<std::int64_t>(size)) continue;
      slice = {static_cast<std::size_t>(position), static_cast<std::size_t>(position) + 1};
    } else if (!key.is_object()) {
      return context.fail("Cannot delete " + name_of(key) + " element of array");
    } else if (!parse_slice(key, size, slice)) {
      return context.fail(kSliceBounds);
    }
    std::fill(gone.begin() + static_cast<std::ptrdiff_t>(slice.begin),
              gone.begin() + static_cast<std::ptrdiff_t>(slice.end), true);
  }
  return true;
}

bool delete_items(Context& context, Value& input, std::span<const Value> keys) {
  std::vector<bool> gone;
  if (!mark_items(context, input, keys, gone)) return false;
  Value::Array& items = input.edit_array();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.resize(kept);
  return true;
}

bool delete_keys(Context& context, Value& input, std::span<const Value> keys) {
  if (input.is_null() || keys.empty()) return true;
  if (input.is_array()) return delete_items(context, input, keys);
  if (!input.is_object()) return context.fail("Cannot delete fields from " + name_of(input));
  for (const Value& key : keys) {
    if (!key.is_string()) return context.fail("Cannot delete " + name_of(key) + " field of object");
    if (input.fields().find(key.text())) input.edit_object().erase(key.text());
  }
  return true;
}

// A value that paths lead through, being worked on apart from the one that it is in.
struct Opened {
  Value value;
  Value key;  // where it goes back to
  Paths paths;
  std::size_t depth;
  Value::Array gone;  // keys that are to be deleted in the end
};

// The next key of the paths: to be deleted, or to be opened because the paths go on behind it.
bool follow(Context& context, std::vector<Opened>& opened) {
  Opened& top = opened.back();
  const auto first = top.paths.front().items();
  const Value& key = first[top.depth];
  std::size_t same = 1;
  while (same < top.paths.size() && record::equal(key, top.paths[same].items()[top.depth]))
    ++same;
  const Paths below = top.paths.first(same);
  top.paths = top.paths.subspan(same);
  if (first.size() == top.depth + 1) {
    top.gone.push_back(key);
    return true;
  }
  Value part = top.value;
  if (!get(context, part, key)) return false;
  if (part.is_null()) return true;
  // Emptied while the part is edited, so that it has one owner where it can be.
  if ((key.is_string() || key.is_number()) && !set(context, top.value, key, Value())) return false;
  opened.push_back({std::move(part), key, below, top.depth + 1, {}});
  return true;
}

bool delete_sorted(Context& context, Value& input, Paths paths) {
  std::vector<Opened> opened;
  opened.push_back({std::move(input), Value(), paths, 0, {}});
  for (;;) {
    if (!opened.back().paths.empty()) {
      if (!follow(context, opened)) return false;
      continue;
    }
    Opened done = std::move(opened.back());
    opened.pop_back();
    if (!delete_keys(context, done.value, done.gone)) return false;
    if (opened.empty()) {
      input = std::move(done.value);
      return true;
    }
    if (!set(context, opened.back().value, done.key, std::move(done.value))) return false;
  }
}

}  // namespace

bool delete_paths(Context& context, Value& input, const Value& paths) {
  if (!paths.is_array()) return context.fail("Paths must be specified as an array");
  Value sorted = paths;
  Value::Array& items = sorted.edit_array();
  std::stable_sort(items.begin(), items.end(),
                   [](const Value& a, const Value& b) { return record::compare(b, a) > 0; });
  for (const Value& path : items) {
    if (!path.is_array()) return context.fail("Path must be specified as array, not " + name_of(path));
    if (path.items().size() > kLongestPath) return context.fail("Path too deep");
  }
  if (items.empty()) return true;
  if (items.front().items().empty()) {
    input = Value();
    return true;
  }
  return delete_sorted(context, input, items);
}

namespace {

bool run_has(Context& context, Value& input, std::span<Value> arguments) {
  const Value& key = arguments[0];
  bool found = false;
  if (input.is_object() && key.is_string()) {
    found = input.fields().find(key.text()) != nullptr;
  } else if (input.is_array() && key.is_number()) {
    const int position = to_int(key.number());
    found = position >= 0 && static_cast<std::size_t>(position) < input.items().size();
  } else if (!input.is_null()) {
    return context.fail("Cannot check whether " + name_of(input) + " has a " + name_of(key) + " key");
  }
  input = Value::boolean(found);
  return true;
}

bool run_getpath(Context& context, Value& input, std::span<Value> arguments) {
  if (!arguments[0].is_array()) return context.fail("Path must be specified as an array");
  return get_path(context, input, arguments[0].items());
}

bool run_setpath(Context& context, Value& input, std::span<Value> arguments) {
  if (!arguments[0].is_array()) return context.fail("Path must be specified as an array");
  return set_path(context, input, arguments[0].items(), std::move(arguments[1]));
}

bool run_delpaths(Context& context, Value& input, std::span<Value> arguments) {
  return delete_paths(context, input, arguments[0]);
}

constexpr Builtin kRows[] = {
    {"delpaths", 1, run_delpaths},
    {"getpath", 1, run_getpath},
    {"has", 1, run_has},
    {"setpath", 2, run_setpath},
};

}  // namespace

std::span<const Builtin> path_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
