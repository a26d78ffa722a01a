#include <algorithm>

#include "record/value.hpp"

namespace weir::record {

namespace {

int compare_arrays(const Value& a, const Value& b) {
  const auto left = a.items();
  const auto right = b.items();
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int order = compare(left[i], right[i]); order != 0) return order;
  }
  return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
}

int compare_objects(const Value& a, const Value& b) {
  const auto left = a.fields().sorted();
  const auto right = b.fields().sorted();
  const std::size_t common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int order = left[i]->key.text().compare(right[i]->key.text());
    if (order != 0) return order;
  }
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  for (std::size_t i = 0; i < common; ++i) {
    if (const int order = compare(left[i]->value, right[i]->value); order != 0) return order;
  }
  return 0;
}

}  // namespace

int compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return a.kind() < b.kind() ? -1 : 1;
  switch (a.kind()) {
    case Kind::number: {
      const double left = a.number();
      const double right = b.number();
      // NaN is less than any number, itself included.
      return left < right || left != left ? -1 : left == right ? 0 : 1;
    }
    case Kind::string:
      return a.text().compare(b.text());
    case Kind::array:
      return compare_arrays(a, b);
    case Kind::object:
      return compare_objects(a, b);
    default:
      return 0;
  }
}

}  // namespace weir::record
