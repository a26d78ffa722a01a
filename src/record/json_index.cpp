#include "record/json_index.hpp"

namespace weir::record {

Value JsonIndex::expand(std::uint32_t) const {
  return {};
}

void Value::expand() const {
  Value expanded = payload_.index->expand(size_);
  const_cast<Value*>(this)->swap(expanded);
}

}  // namespace weir::record
