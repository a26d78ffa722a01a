// Nodes with one output at most.
#include <utility>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

Flow Evaluator::one(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  switch (node.op) {
    case Op::define:
    case Op::pipe:
    case Op::condition:
    case Op::call_function:
    case Op::bind:
      return is_too_deep() ? Flow::give_up : one_tail(node, frame, in, last, out);
    default:
      return one_other(node, frame, in, last, out);
  }
}

// Goes on with the last step in the place of the one that led to it.
Flow Evaluator::one_tail(const Node& start, Frame& start_frame, Value& start_in, bool last, Value& out) {
  const Node* node = &start;
  Frame* frame = &start_frame;
  Value* in = &start_in;
  Value held;
  OwnedFrames owned(frames_);
  for (;;) {
    Flow flow = Flow::go_on;
    switch (node->op) {
      case Op::define:
        node = node->a;
        continue;
      case Op::pipe: {
        Value next;
        flow = one(*node->a, *frame, *in, last, next);
        held = std::move(next);
        in = &held;
        last = true;
        node = node->b;
        break;
      }
      case Op::condition: {
        bool result = false;
        flow = test(*node->a, *frame, *in, result);
        node = result ? node->b : node->c;
        break;
      }
      case Op::call_function: {
        Frame* entered = nullptr;
        flow = enter(*node, *frame, *in, owned, entered);
        frame = entered;
        node = node->function->body;
        break;
      }
      case Op::bind: {
        if (owned.top() != frame || node->patterns[0]->form != Pattern::Form::variable)
          return one_bind(*node, *frame, *in, last, out);
        Value value;
        flow = one(*node->a, *frame, *in, false, value);
        frame->slots[node->patterns[0]->slot] = std::move(value);
        node = node->b;
        break;
      }
      default:
        return one_other(*node, *frame, *in, last, out);
    }
    if (flow != Flow::go_on) return flow;
  }
}

Flow Evaluator::one_other(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  switch (node.op) {
    case Op::identity:
      take(in, last, out);
      return Flow::go_on;
    case Op::literal:
      out = node.value;
      return Flow::go_on;
    case Op::variable:
      out = frame_at(frame, node.depth).slots[node.slot];
      return Flow::go_on;
    case Op::argument:
      out = arguments_[node.slot];
      return Flow::go_on;
    case Op::index:
      return one_index(node, frame, in, last, out);
    case Op::calculate:
      return one_calculation(node, frame, in, last, out);
    case Op::object:
      return one_object(node, frame, in, last, out);
    case Op::call_builtin:
      return one_builtin(node, frame, in, last, out);
    case Op::both:
    case Op::either: {
      bool result = false;
      const Flow flow = test(node, frame, in, result);
      out = Value::boolean(result);
      return flow;
    }
    case Op::select: {
      bool result = false;
      const Flow flow = test(*node.a, frame, in, result);
      if (flow != Flow::go_on) return flow;
      if (!result) return Flow::none;
      take(in, last, out);
      return Flow::go_on;
    }
    case Op::alternative: {
      const Flow flow = one(*node.a, frame, in, false, out);
      if (flow != Flow::none && (flow != Flow::go_on || out.is_true())) return flow;
      out = Value();
      return one(*node.b, frame, in, last, out);
    }
    case Op::slice:
      return one_slice(node, frame, in, last, out);
    case Op::array:
      return one_array(node, frame, in, last, out);
    case Op::map:
      return one_map(node, frame, in, last, out);
    case Op::text:
      return one_text(node, frame, in, out);
    case Op::format:
      take(in, last, out);
      return format_string(context_, node.text, out) ? Flow::go_on : failure();
    case Op::negate: {
      if (const Flow flow = one(*node.a, frame, in, last, out); flow != Flow::go_on) return flow;
      if (!out.is_number()) return fail_one(context_, out, "cannot be negated") ? Flow::go_on : failure();
      out = Value::number(-out.number());
      return Flow::go_on;
    }
    case Op::environment:
      out = context_.environment == nullptr ? Value::object() : *context_.environment;
      return Flow::go_on;
    case Op::location:
      out = Value::object();
      out.edit_object().add(Value::borrowed("file"), Value::borrowed("<top-level>"));
      out.edit_object().add(Value::borrowed("line"), Value::number(node.slot));
      return Flow::go_on;
    case Op::empty:
      return Flow::none;
    case Op::fail:
      return one_fail(node, frame, in, last);
    case Op::label:
      return one_label(node, frame, in, last, out);
    case Op::break_out:
      return break_out(node, frame);
    case Op::reduce: {
      Value state;
      if (const Flow flow = one(*node.b, frame, in, false, state); flow != Flow::go_on) return flow;
      const Flow flow = reduce(node, frame, in, state);
      out = std::move(state);
      return flow;
    }
    case Op::first:
      return one_first(node, frame, in, last, out);
    case Op::any:
    case Op::all:
      return one_any(node, frame, in, last, out);
    case Op::until:
      return one_until(node, frame, in, last, out);
    case Op::modify:
      return change(node, frame, in, last, Value(), out);
    case Op::assign:
    case Op::update: {
      Value value;
      if (const Flow flow = one(*node.b, frame, in, false, value); flow != Flow::go_on) return flow;
      return change(node, frame, in, last, value, out);
    }
    default:
      return one_tail(node, frame, in, last, out);
  }
}

Flow Evaluator::one_index(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  if (const Value* found = peek(node, frame, in)) {
    out = *found;
    return Flow::go_on;
  }
  Value made;
  const Value* key = &node.b->value;
  if (node.b->op != Op::literal) {
    if (const Flow flow = one(*node.b, frame, in, false, made); flow != Flow::go_on) return flow;
    key = &made;
  }
  if (const Flow flow = one(*node.a, frame, in, last, out); flow != Flow::go_on) return flow;
  if (get(context_, out, *key)) return Flow::go_on;
  return node.is_optional ? Flow::none : failure();
}

Flow Evaluator::one_slice(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value from;
  Value upto;
  if (node.b != nullptr) {
    if (const Flow flow = one(*node.b, frame, in, false, from); flow != Flow::go_on) return flow;
  }
  if (node.c != nullptr) {
    if (const Flow flow = one(*node.c, frame, in, false, upto); flow != Flow::go_on) return flow;
  }
  if (const Flow flow = one(*node.a, frame, in, last, out); flow != Flow::go_on) return flow;
  Value key = Value::object();
  key.edit_object().add(Value::borrowed("start"), std::move(from));
  key.edit_object().add(Value::borrowed("end"), std::move(upto));
  if (get(context_, out, key)) return Flow::go_on;
  return node.is_optional ? Flow::none : failure();
}
Flow Evaluator::one_calculation(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  if (node.oper >= Operator::equal) {
    bool result = false;
    const Flow flow = test_comparison(node, frame, in, result);
    out = Value::boolean(result);
    return flow;
  }
  Value right;
  if (const Flow flow = one(*node.b, frame, in, false, right); flow != Flow::go_on) return flow;
  if (const Flow flow = one(*node.a, frame, in, last, out); flow != Flow::go_on) return flow;
  return calculate(context_, node.oper, out, std::move(right)) ? Flow::go_on : failure();
}

Flow Evaluator::one_builtin(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  constexpr std::size_t kMost = 4;
  Value few[kMost];
  std::vector<Value> many;
  const std::size_t count = node.list.size();
  if (count > kMost) many.resize(count);
  const std::span<Value> arguments(count > kMost ? many.data() : few, count);
  for (std::size_t i = count; i-- > 0;) {
    const Flow flow = one(*node.list[i], frame, in, false, arguments[i]);
    if (flow != Flow::go_on) return flow;
  }
  take(in, last, out);
  if (!node.builtin->run(context_, out, arguments)) return failure();
  const bool is_container = out.kind() >= Kind::array;
  return is_container && is_too_nested(out) ? Flow::give_up : Flow::go_on;
}

Flow Evaluator::one_map(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value::Array items;
  const Flow flow = each_below(in, [&](Value& item) {
    return each(*node.a, frame, item, true, [&](Value& result) {
      items.push_back(std::move(result));
      return Flow::go_on;
    });
  });
  static_cast<void>(last);
  out = Value::array(std::move(items));
  return flow == Flow::go_on && is_too_nested(out) ? Flow::give_up : flow;
}

Flow Evaluator::one_bind(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value value;
  if (const Flow flow = one(*node.a, frame, in, false, value); flow != Flow::go_on) return flow;
  return bind(node, frame, value, [&] { return one(*node.b, frame, in, last, out); });
}

// Apart from the error in the context: what the message is made of may fail itself.
Flow Evaluator::one_fail(const Node& node, Frame& frame, Value& in, bool last) {
  Value error;
  if (const Flow flow = one(*node.a, frame, in, last, error); flow != Flow::go_on) return flow;
  context_.error = std::move(error);
  return failure();
}

Flow Evaluator::one_label(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  const double label = ++labels_;
  Value outer = std::exchange(frame.slots[node.slot], Value::number(label));
  const Flow flow = one(*node.a, frame, in, last, out);
  frame.slots[node.slot] = std::move(outer);
  return is_broken(flow, label) ? Flow::none : flow;
}

Flow Evaluator::break_out(const Node& node, Frame& frame) {
  broken_ = frame_at(frame, node.depth).slots[node.slot].number();
  return Flow::broke;
}

Flow Evaluator::one_first(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  if (node.a->is_single) return one(*node.a, frame, in, last, out);
  const double label = ++labels_;
  const Flow flow = each(*node.a, frame, in, last, [&](Value& value) {
    out = std::move(value);
    broken_ = label;
    return Flow::broke;
  });
  if (flow == Flow::go_on) return Flow::none;
  return is_broken(flow, label) ? Flow::go_on : flow;
}

// As 1.6 says it: the outcome is known only when there is a further item, and of one item's conditions each
// one counts.
Flow Evaluator::one_any(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  const bool is_any = node.op == Op::any;
  const double label = ++labels_;
  bool is_decided = false;
  std::size_t found = 0;
  const Flow flow = each(*node.a, frame, in, last, [&](Value& item) {
    if (is_decided) {
      broken_ = label;
      return Flow::broke;
    }
    is_decided = !is_any;  // what no condition at all comes to
    return each(*node.b, frame, item, true, [&](Value& condition) {
      is_decided = condition.is_true() == is_any;
      if (is_decided) ++found;
      return Flow::go_on;
    });
  });
  if (flow != Flow::go_on && !is_broken(flow, label)) return flow;
  out = Value::boolean(is_any ? found == 1 : found == 0);
  return Flow::go_on;
}

Flow Evaluator::one_until(const Node& node, Frame& frame, Value& in, bool last, Value& out) {
  Value state;
  take(in, last, state);
  for (;;) {
    if (is_interrupted()) return Flow::interrupted;
    bool done = false;
    if (const Flow flow = test(*node.a, frame, state, done); flow != Flow::go_on) return flow;
    if (done) break;
    Value next;
    if (const Flow flow = one(*node.b, frame, state, true, next); flow != Flow::go_on) return flow;
    state = std::move(next);
  }
  out = std::move(state);
  return Flow::go_on;
}

}  // namespace weir::transform::jq
