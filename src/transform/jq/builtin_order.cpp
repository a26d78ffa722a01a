// Sorting and what follows from it. The machine computes the keys for the _by forms.
#include <algorithm>
#include <vector>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

// The items in the order of their keys; equal ones stay as they were. NaN is less than itself, so that the
// question must be whether the later one has to come first.
std::vector<std::uint32_t> sorted_order(std::span<const Value> keys) {
  std::vector<std::uint32_t> order(keys.size());
  for (std::uint32_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return record::compare(keys[b], keys[a]) > 0; });
  return order;
}

Value sorted(const Value& values, const Value& keys) {
  const auto items = values.items();
  Value::Array result;
  result.reserve(items.size());
  for (const std::uint32_t i : sorted_order(keys.items()))
    result.push_back(items[i]);
  return Value::array(std::move(result));
}

// Calls take(first of its group?, item) in the order of the keys.
template <typename Take>
void for_groups(const Value& values, const Value& keys, const Take& take) {
  const auto items = values.items();
  const auto by = keys.items();
  const Value* current = nullptr;
  for (const std::uint32_t i : sorted_order(by)) {
    take(!current || !record::equal(*current, by[i]), items[i]);
    current = &by[i];
  }
}

Value grouped(const Value& values, const Value& keys) {
  std::vector<Value::Array> groups;
  for_groups(values, keys, [&](bool first, const Value& item) {
    if (first) groups.emplace_back();
    groups.back().push_back(item);
  });
  Value::Array result;
  result.reserve(groups.size());
  for (Value::Array& group : groups)
    result.push_back(Value::array(std::move(group)));
  return Value::array(std::move(result));
}

Value first_of_groups(const Value& values, const Value& keys) {
  Value::Array result;
  for_groups(values, keys, [&](bool first, const Value& item) {
    if (first) result.push_back(item);
  });
  return Value::array(std::move(result));
}

bool run_sort(Context& context, Value& input, Arguments) {
  if (!input.is_array()) return fail_one(context, input, "cannot be sorted, as it is not an array");
  input = sorted(input, input);
  return true;
}

bool sortable(Context& context, const Value& input, const Value& keys) {
  if (input.is_array() && keys.is_array() && input.items().size() == keys.items().size()) return true;
  return fail_two(context, input, keys, "cannot be sorted, as they are not both arrays");
}

template <Value (*kMake)(const Value&, const Value&)>
bool run_by(Context& context, Value& input, Arguments arguments) {
  if (!sortable(context, input, arguments[0])) return false;
  input = kMake(input, arguments[0]);
  return true;
}

// What is not an array is told of with the keys it would have.
bool run_unique(Context& context, Value& input, Arguments) {
  if (input.is_array()) {
    input = first_of_groups(input, input);
    return true;
  }
  if (!input.is_object()) return fail_iteration(context, input);
  Value::Array keys;
  for (const auto& field : input.fields())
    keys.push_back(Value::array({field.value}));
  return sortable(context, input, Value::array(std::move(keys)));
}

bool choose(Context& context, Value& input, const Value& keys, bool least) {
  if (!input.is_array() || !keys.is_array()) {
    return fail_two(context, input, keys, "cannot be iterated over");
  }
  const auto by = keys.items();
  if (input.items().size() != by.size()) return fail_two(context, input, keys, "have wrong length");
  std::size_t best = 0;
  for (std::size_t i = 1; i < by.size(); ++i) {
    if ((record::compare(by[i], by[best]) < 0) == least) best = i;
  }
  const Value chosen = by.empty() ? Value() : input.items()[best];
  input = chosen;
  return true;
}

template <bool kLeast>
bool run_extreme(Context& context, Value& input, Arguments) {
  const Value keys = input;
  return choose(context, input, keys, kLeast);
}

template <bool kLeast>
bool run_extreme_by(Context& context, Value& input, Arguments arguments) {
  return choose(context, input, arguments[0], kLeast);
}

constexpr Builtin kRows[] = {
    {"_group_by_impl", 1, run_by<grouped>},
    {"_max_by_impl", 1, run_extreme_by<false>},
    {"_min_by_impl", 1, run_extreme_by<true>},
    {"_sort_by_impl", 1, run_by<sorted>},
    {"_unique_by_impl", 1, run_by<first_of_groups>},
    {"max", 0, run_extreme<false>},
    {"min", 0, run_extreme<true>},
    {"sort", 0, run_sort},
    {"unique", 0, run_unique},
};

}  // namespace

std::span<const Builtin> order_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
