#include "transform/jq/resolver.hpp"

namespace weir::transform::jq {

void find_required(Code&) {}

}  // namespace weir::transform::jq
