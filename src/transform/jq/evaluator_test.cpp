// Operators, and the quick ways to a condition: values that are looked at where they are.
#include <utility>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

namespace {

const Value kNull;

bool is_order(Operator oper, int order) {
  switch (oper) {
    case Operator::equal:
      return order == 0;
    case Operator::unequal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::less_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool holds(Operator oper, const Value& left, const Value& right) {
  if (oper == Operator::equal || oper == Operator::unequal) {
    if (left.kind() != right.kind()) return oper == Operator::unequal;
    if (left.is_string()) return (left.text() == right.text()) == (oper == Operator::equal);
  }
  return is_order(oper, record::compare(left, right));
}

}  // namespace

bool calculate(Context& context, Operator oper, Value& left, Value right) {
  if (oper >= Operator::equal && oper != Operator::alternative) {
    left = Value::boolean(holds(oper, left, right));
    return true;
  }
  const bool are_numbers = left.is_number() && right.is_number();
  switch (oper) {
    case Operator::add:
      if (!are_numbers) return add(context, left, std::move(right));
      left = Value::number(left.number() + right.number());
      return true;
    case Operator::subtract:
      if (!are_numbers) return subtract(context, left, std::move(right));
      left = Value::number(left.number() - right.number());
      return true;
    case Operator::multiply:
      return multiply(context, left, std::move(right));
    case Operator::divide:
      return divide(context, left, std::move(right));
    case Operator::modulo:
      return modulo(context, left, std::move(right));
    default:
      if (!left.is_true()) left = std::move(right);
      return true;
  }
}

const Value* Evaluator::peek_index(const Node& node, Frame& frame, const Value& in) {
  if (const Value* field = known_field(node)) return field;
  const Value* key = node.b->op == Op::literal ? &node.b->value : peek(*node.b, frame, in);
  if (key == nullptr || !key->is_string()) return nullptr;
  const Value* base = peek(*node.a, frame, in);
  if (base == nullptr) return nullptr;
  if (base->is_null()) return &kNull;
  if (!base->is_object()) return nullptr;
  const Value* found = base->fields().find(key->text());
  return found == nullptr ? &kNull : found;
}

const Value* Evaluator::peek(const Node& node, Frame& frame, const Value& in) {
  switch (node.op) {
    case Op::identity:
      return &in;
    case Op::literal:
      return &node.value;
    case Op::variable:
      return &frame_at(frame, node.depth).slots[node.slot];
    case Op::argument:
      return &arguments_[node.slot];
    case Op::index:
      return peek_index(node, frame, in);
    default:
      return nullptr;
  }
}

Flow Evaluator::test_comparison(const Node& node, Frame& frame, Value& in, bool& result) {
  Value made_right;
  Value made_left;
  const Value* right = peek(*node.b, frame, in);
  if (right == nullptr) {
    if (const Flow flow = one(*node.b, frame, in, false, made_right); flow != Flow::go_on) return flow;
    right = &made_right;
  }
  const Value* left = peek(*node.a, frame, in);
  if (left == nullptr) {
    // What `right` points at may move.
    if (right != &made_right && node.b->op != Op::literal) {
      made_right = *right;
      right = &made_right;
    }
    if (const Flow flow = one(*node.a, frame, in, false, made_left); flow != Flow::go_on) return flow;
    left = &made_left;
  }
  result = holds(node.oper, *left, *right);
  return Flow::go_on;
}

Flow Evaluator::test(const Node& node, Frame& frame, Value& in, bool& result) {
  switch (node.op) {
    case Op::calculate:
      if (node.oper >= Operator::equal) return test_comparison(node, frame, in, result);
      break;
    case Op::both: {
      const Flow flow = test(*node.a, frame, in, result);
      return flow == Flow::go_on && result ? test(*node.b, frame, in, result) : flow;
    }
    case Op::either: {
      const Flow flow = test(*node.a, frame, in, result);
      return flow == Flow::go_on && !result ? test(*node.b, frame, in, result) : flow;
    }
    default:
      if (const Value* value = peek(node, frame, in)) {
        result = value->is_true();
        return Flow::go_on;
      }
  }
  Value value;
  const Flow flow = one(node, frame, in, false, value);
  result = value.is_true();
  return flow;
}

}  // namespace weir::transform::jq
