#include "transform/jq/regex.hpp"
#include "transform/jq/builtin_support.hpp"
namespace weir::transform::jq {
Context::Context() = default;
Context::~Context() = default;
std::span<const Builtin> regex_builtins() noexcept {
  return {};
}
std::span<const Builtin> date_builtins() noexcept {
  return {};
}
}  // namespace weir::transform::jq
