#include <algorithm>
#include <climits>
#include <cmath>
#include <vector>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

bool both(const Value& a, const Value& b, Kind kind) noexcept {
  return a.kind() == kind && b.kind() == kind;
}

void append_items(Value& left, const Value& right) {
  const auto items = right.items();
  if (items.empty()) return;
  if (left.items().empty()) {
    left = right;
    return;
  }
  Value::Array& into = left.edit_array();
  into.insert(into.end(), items.begin(), items.end());
}

void merge(Value& left, const Value& right) {
  const Object& fields = right.fields();
  if (fields.empty()) return;
  if (left.fields().empty()) {
    left = right;
    return;
  }
  Object& into = left.edit_object();
  for (const auto& [key, value] : fields)
    into.set(key, value);
}

// Objects in both are merged in turn, without recursion.
bool merge_deep(Context& context, Value& left, const Value& right) {
  struct Merge {
    Value* into;
    const Value* from;
    std::size_t next;
  };
  std::vector<Merge> merges{{&left, &right, 0}};
  while (!merges.empty()) {
    Merge& top = merges.back();
    if (top.next == top.from->fields().size()) {
      merges.pop_back();
      continue;
    }
    const auto& [key, value] = top.from->fields()[top.next++];
    Value& place = top.into->edit_object().at(key);
    if (!both(place, value, Kind::object)) {
      place = value;
    } else if (merges.size() > kMostDepth) {
      return context.fail("Object merge too deep");
    } else {
      merges.push_back({&place, &value, 0});
    }
  }
  return true;
}

bool repeat(Context& context, Value& text, double times) {
  if (!(times > 0)) {
    text = Value::null();
    return true;
  }
  const std::string_view once = text.text();
  const double whole = std::fmax(1, std::floor(times));
  if (whole >= INT_MAX || whole * static_cast<double>(once.size()) >= INT_MAX) {
    return context.fail("Repeat string result too long");
  }
  if (whole < 2 || once.empty()) return true;
  std::string repeated;
  const std::size_t size = once.size() * static_cast<std::size_t>(whole);
  repeated.reserve(size);
  repeated = once;
  while (repeated.size() < size)
    repeated.append(repeated, 0, std::min(repeated.size(), size - repeated.size()));
  text = Value::string(repeated);
  return true;
}

Value without(const Value& left, const Value& right) {
  const auto unwanted = right.items();
  Value::Array kept;
  for (const Value& item : left.items()) {
    const bool found = std::any_of(unwanted.begin(), unwanted.end(),
                                   [&](const Value& other) { return record::equal(item, other); });
    if (!found) kept.push_back(item);
  }
  return Value::array(std::move(kept));
}

}  // namespace

bool add(Context& context, Value& left, Value right) {
  if (both(left, right, Kind::number)) {
    left = Value::number(left.number() + right.number());
    return true;
  }
  if (right.is_null()) return true;
  if (left.is_null()) {
    left = std::move(right);
    return true;
  }
  if (left.kind() != right.kind()) return fail_two(context, left, right, "cannot be added");
  switch (left.kind()) {
    case Kind::string:
      left.append_text(right.text());
      return true;
    case Kind::array:
      append_items(left, right);
      return true;
    case Kind::object:
      merge(left, right);
      return true;
    default:
      return fail_two(context, left, right, "cannot be added");
  }
}

bool subtract(Context& context, Value& left, Value right) {
  if (both(left, right, Kind::number)) {
    left = Value::number(left.number() - right.number());
    return true;
  }
  if (!both(left, right, Kind::array)) return fail_two(context, left, right, "cannot be subtracted");
  left = without(left, right);
  return true;
}

bool multiply(Context& context, Value& left, Value right) {
  if (both(left, right, Kind::number)) {
    left = Value::number(left.number() * right.number());
    return true;
  }
  if (left.is_number() && right.is_string()) left.swap(right);
  if (left.is_string() && right.is_number()) return repeat(context, left, right.number());
  if (both(left, right, Kind::object)) return merge_deep(context, left, right);
  return fail_two(context, left, right, "cannot be multiplied");
}

bool divide(Context& context, Value& left, Value right) {
  if (both(left, right, Kind::number)) {
    const double divisor = right.number();
    if (divisor == 0) return fail_two(context, left, right, "cannot be divided because the divisor is zero");
    left = Value::number(left.number() / divisor);
    return true;
  }
  if (!both(left, right, Kind::string)) return fail_two(context, left, right, "cannot be divided");
  left = split_text(left, right.text());
  return true;
}

bool modulo(Context& context, Value& left, Value right) {
  if (!both(left, right, Kind::number))
    return fail_two(context, left, right, "cannot be divided (remainder)");
  const std::int64_t divisor = to_int64(right.number());
  if (divisor == 0) {
    return fail_two(context, left, right, "cannot be divided (remainder) because the divisor is zero");
  }
  // The smallest integer by -1 does not fit; the remainder is 0 as for all others.
  const std::int64_t remainder = divisor == -1 ? 0 : to_int64(left.number()) % divisor;
  left = Value::number(static_cast<double>(remainder));
  return true;
}

}  // namespace weir::transform::jq
