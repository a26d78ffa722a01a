// Numbers as JSON writes them. The text may be any: nothing behind it is read.
#pragma once

#include <string_view>

namespace weir::record {

// Whether the whole of `text` is one.
bool is_json_number(std::string_view text) noexcept;

}  // namespace weir::record
