// JsonIndex: where the structure of JSON text is.
#pragma once

#include "record/value.hpp"

namespace weir::record {

class JsonIndex {
 public:
  // Takes apart the container at `position`, one level deep; what it contains may be raw again.
  Value expand(std::uint32_t position) const;
};

}  // namespace weir::record
