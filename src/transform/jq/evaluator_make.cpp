// Texts, arrays and objects that nodes with one output make.
#include <utility>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

Flow Evaluator::one_text(const Node& node, Frame& frame, Value& in, Value& out) {
  // From behind, as jq does it.
  std::vector<Value> parts(node.list.size());
  std::size_t size = 0;
  for (std::size_t i = parts.size(); i-- > 0;) {
    const Flow flow = one(*node.list[i], frame, in, false, parts[i]);
    if (flow != Flow::go_on) return flow;
    if (i % 2 == 1 && !(parts[i].is_string() && node.text == "@text") &&
        !format_string(context_, node.text, parts[i]))
      return failure();
    size += parts[i].text().size();
  }
  std::string text;
  text.reserve(size);
  for (const Value& part : parts)
    text.append(part.text());
  out = Value::string(text);
  return Flow::go_on;
}

Flow Evaluator::one_array(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value::Array items;
  if (node.a != nullptr) {
    const Flow flow = each(*node.a, frame, in, last, [&](Value& item) {
      items.push_back(std::move(item));
      return Flow::go_on;
    });
    if (flow != Flow::go_on) return flow;
  }
  out = Value::array(std::move(items));
  return is_too_nested(out) ? Flow::give_up : Flow::go_on;
}

// Objects that are outputs come back (see run()), so that the next one of the same node need only be filled.
bool Evaluator::takes_made_object(const Node& node, Value& made) {
  if (made_node_ != &node || !made_.is_object()) return false;
  made = std::move(made_);
  // Not when somebody else has kept it, or what came behind has changed its keys.
  const Object& object = made.reuse_object();
  if (object.size() != node.list.size() / 2) return false;
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (object[i].key.text() != node.list[2 * i]->value.text()) return false;
  }
  return true;
}

Flow Evaluator::refill_object(const Node& node, Frame& frame, Value& in, bool last, Value& made) {
  Object& object = made.reuse_object();
  for (std::size_t i = 0; i < object.size(); ++i) {
    const bool is_last = last && i + 1 == object.size();
    const Node& source = *node.list[2 * i + 1];
    Value& value = object.value_at(i);
    if (const Value* field = known_field(source)) {
      value = *field;
      continue;
    }
    value = Value();
    if (const Flow flow = one(source, frame, in, is_last, value); flow != Flow::go_on) return flow;
  }
  return Flow::go_on;
}

Flow Evaluator::one_object(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value made;
  if (takes_made_object(node, made)) {
    if (const Flow flow = refill_object(node, frame, in, last, made); flow != Flow::go_on) return flow;
    made_node_ = &node;
    made_fields_ = &made.fields();
    out = std::move(made);
    return is_too_nested(out) ? Flow::give_up : Flow::go_on;
  }
  bool has_fixed_keys = true;
  made = Value::object();
  Object& object = made.edit_object();
  object.reserve(node.list.size() / 2);
  for (std::size_t i = 0; i < node.list.size(); i += 2) {
    Value key;
    Value value;
    if (const Flow flow = one(*node.list[i], frame, in, false, key); flow != Flow::go_on) return flow;
    has_fixed_keys = has_fixed_keys && node.list[i]->op == Op::literal;
    const bool is_last = last && i + 2 == node.list.size();
    if (const Flow flow = one(*node.list[i + 1], frame, in, is_last, value); flow != Flow::go_on) return flow;
    if (!key.is_string()) {
      context_.fail(repaired_string("Cannot use " + describe(key) + " as object key"));
      return Flow::fail;
    }
    object.set(std::move(key), std::move(value));
  }
  if (has_fixed_keys && object.size() == node.list.size() / 2) {
    made_node_ = &node;
    made_fields_ = &object;
  }
  out = std::move(made);
  return is_too_nested(out) ? Flow::give_up : Flow::go_on;
}

}  // namespace weir::transform::jq
