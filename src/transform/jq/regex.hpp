// stub
#pragma once
#include "transform/jq/builtin.hpp"
namespace weir::transform::jq {
class RegexCache {
 public:
};
}  // namespace weir::transform::jq
