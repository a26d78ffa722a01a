#include "transform/jq/builtin.hpp"

#include <algorithm>
#include <vector>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

bool Context::fail(Value value) {
  error = std::move(value);
  return false;
}

bool Context::fail(std::string_view message) {
  return fail(Value::string(message));
}

namespace {

bool before(const Builtin& a, const Builtin& b) noexcept {
  return a.name != b.name ? a.name < b.name : a.arity < b.arity;
}

std::vector<Builtin> sorted_rows() {
  std::vector<Builtin> rows;
  for (const auto family :
       {core_builtins(), path_builtins(), text_builtins(), json_builtins(), order_builtins(),
        array_builtins(), math_builtins(), date_builtins(), format_builtins(), regex_builtins()}) {
    rows.insert(rows.end(), family.begin(), family.end());
  }
  std::sort(rows.begin(), rows.end(), before);
  return rows;
}

}  // namespace

const Builtin* find_builtin(std::string_view name, int arity) noexcept {
  static const std::vector<Builtin> rows = sorted_rows();
  const Builtin wanted{name, arity, nullptr};
  const auto found = std::lower_bound(rows.begin(), rows.end(), wanted, before);
  return found != rows.end() && found->name == name && found->arity == arity ? &*found : nullptr;
}

}  // namespace weir::transform::jq
