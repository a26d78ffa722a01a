// Values as text and back.
#include "record/json.hpp"
#include "transform/jq/builtin_support.hpp"
#include "transform/jq/json_text.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

bool run_tojson(Context&, Value& input, Arguments) {
  input = Value::string(record::to_json(input));
  return true;
}

bool run_tostring(Context&, Value& input, Arguments) {
  if (!input.is_string()) input = Value::string(record::to_json(input));
  return true;
}

bool read(Context& context, std::string_view text, Value& value) {
  std::string error;
  return read_json_text(text, value, error) || context.fail(repaired_string(error));
}

bool run_fromjson(Context& context, Value& input, Arguments) {
  if (!input.is_string()) return fail_one(context, input, "only strings can be parsed");
  Value value;
  if (!read(context, input.text(), value)) return false;
  input = std::move(value);
  return true;
}

bool run_tonumber(Context& context, Value& input, Arguments) {
  if (input.is_number()) return true;
  if (input.is_string()) {
    Value value;
    if (!read(context, c_text(input.text()), value)) return false;
    if (value.is_number()) {
      input = std::move(value);
      return true;
    }
  }
  return fail_one(context, input, "cannot be parsed as a number");
}

constexpr Builtin kRows[] = {
    {"fromjson", 0, run_fromjson},
    {"tojson", 0, run_tojson},
    {"tonumber", 0, run_tonumber},
    {"tostring", 0, run_tostring},
};

}  // namespace

std::span<const Builtin> json_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
