// JSON text as `fromjson` and `tonumber` read it: everything the standard has, and what jq 1.6 lets pass
// besides (NaN, numbers like 01 and .5, control characters that got through), with its words for what does
// not.
#pragma once

#include <string>
#include <string_view>

#include "record/value.hpp"

namespace weir::transform::jq {

// Exactly one text. False leaves jq's error text. The value does not borrow from `text`.
bool read_json_text(std::string_view text, record::Value& value, std::string& error);

}  // namespace weir::transform::jq
