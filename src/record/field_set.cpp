#include "record/field_set.hpp"

#include <algorithm>

namespace weir::record {

std::uint32_t FieldSet::add(std::span<const std::string_view> keys) {
  std::vector<std::string> path(keys.begin(), keys.end());
  const auto known = std::find(paths_.begin(), paths_.end(), path);
  if (known == paths_.end()) {
    paths_.push_back(std::move(path));
    return static_cast<std::uint32_t>(paths_.size() - 1);
  }
  return static_cast<std::uint32_t>(known - paths_.begin());
}

}  // namespace weir::record
