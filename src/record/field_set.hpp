// FieldSet: the fields of a record that a program asks for by fixed keys (.user.id), so that reading a record
// can leave each of them in a numbered slot.
//
// Built once for a program; afterwards read by any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/value.hpp"

namespace weir::record {

class FieldSet {
 public:
  // The slot of the field that `keys` lead to from the record itself; the same keys have the same slot.
  std::uint32_t add(std::span<const std::string_view> keys);
  std::size_t size() const noexcept { return paths_.size(); }
  const std::vector<std::string>& path(std::uint32_t slot) const { return paths_[slot]; }

 private:
  std::vector<std::vector<std::string>> paths_;
};

// What was found for one path. Null, and regular, when it is not there; not regular when something on the way
// to it is neither an object nor null (the language makes an error of it, or not: evaluate in general).
struct FieldSlot {
  Value value;
  bool is_regular = true;
};

}  // namespace weir::record
