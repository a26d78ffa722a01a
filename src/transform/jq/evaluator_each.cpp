// Generators.
#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

namespace {

bool has_single_values(const Node& call) {
  for (std::size_t i = 0; i < call.list.size(); ++i) {
    if (call.function->parameters[i].is_value && !call.list[i]->is_single) return false;
  }
  return true;
}

}  // namespace

// Goes on with the last step in the place of the one that led to it.
Flow Evaluator::each(const Node& start, Frame& start_frame, Value& start_in, bool last, Emit emit) {
  if (is_too_deep()) return Flow::give_up;
  const Node* node = &start;
  Frame* frame = &start_frame;
  Value* in = &start_in;
  Value held;
  OwnedFrames owned(frames_);
  for (;;) {
    Flow flow = Flow::go_on;
    if (node->is_single) {
      Value out;
      flow = one(*node, *frame, *in, last, out);
      return flow == Flow::go_on ? emit(out) : after_none(flow);
    }
    switch (node->op) {
      case Op::define:
        node = node->a;
        break;
      case Op::pipe: {
        const Node& next = *node->b;
        if (!node->a->is_single) {
          return each(*node->a, *frame, *in, last,
                      [&](Value& value) { return each(next, *frame, value, true, emit); });
        }
        Value value;
        flow = one(*node->a, *frame, *in, last, value);
        held = std::move(value);
        in = &held;
        last = true;
        node = &next;
        break;
      }
      case Op::comma:
        flow = each(*node->a, *frame, *in, false, emit);
        node = node->b;
        break;
      case Op::condition: {
        const Node& choice = *node;
        if (!choice.a->is_single) {
          return each(*choice.a, *frame, *in, false, [&](Value& value) {
            return each(value.is_true() ? *choice.b : *choice.c, *frame, *in, false, emit);
          });
        }
        bool result = false;
        flow = test(*choice.a, *frame, *in, result);
        node = result ? choice.b : choice.c;
        break;
      }
      case Op::call_parameter: {
        if (is_interrupted()) return Flow::interrupted;
        const Closure closure = frame_at(*frame, node->depth).closures[node->slot];
        node = closure.body;
        frame = closure.frame;
        break;
      }
      case Op::call_function: {
        if (!has_single_values(*node)) return each_other(*node, *frame, *in, last, emit);
        Frame* entered = nullptr;
        flow = enter(*node, *frame, *in, owned, entered);
        frame = entered;
        node = node->function->body;
        break;
      }
      default:
        return each_other(*node, *frame, *in, last, emit);
    }
    if (flow != Flow::go_on) return after_none(flow);
  }
}

Flow Evaluator::each_other(const Node& node, Frame& frame, Value& in, bool last, Emit emit) {
  switch (node.op) {
    case Op::each:
      return each_item(node, frame, in, last, emit);
    case Op::index:
      return each_index(node, frame, in, emit);
    case Op::slice:
      return each_slice(node, frame, in, emit);
    case Op::text:
      return each_text(node, node.list.size(), std::string(), frame, in, emit);
    case Op::object:
      return each_object(node, 0, Value::object(), frame, in, emit);
    case Op::negate:
      return each(*node.a, frame, in, last, [&](Value& value) {
        if (!value.is_number())
          return fail_one(context_, value, "cannot be negated") ? Flow::go_on : Flow::fail;
        value = Value::number(-value.number());
        return emit(value);
      });
    case Op::calculate:
      return each_pair(node, frame, in, [&](Value& left, Value& right) {
        if (!calculate(context_, node.oper, left, std::move(right))) return after_none(failure());
        return emit(left);
      });
    case Op::either:
    case Op::both:
      return each_logic(node, frame, in, emit);
    case Op::alternative:
      return each_alternative(node, frame, in, emit);
    case Op::attempt:
      return each_attempt(node, frame, in, last, emit);
    case Op::call_builtin: {
      std::vector<Value> arguments(node.list.size());
      return each_builtin(node, node.list.size(), arguments, frame, in, emit);
    }
    case Op::call_function: {
      Frame* entered = frames_.push(*node.function, &frame_at(frame, node.depth));
      if (entered == nullptr) return Flow::give_up;
      for (std::size_t i = 0; i < node.list.size(); ++i)
        entered->closures[i] = closure_of(*node.list[i], frame);
      const Flow flow = with_arguments(node, 0, frame, *entered, in,
                                       [&] { return each(*node.function->body, *entered, in, false, emit); });
      frames_.pop(entered);
      return flow;
    }
    case Op::reduce:
      return each_reduce(node, frame, in, emit);
    case Op::foreach:
      return each_foreach(node, frame, in, emit);
    case Op::bind:
      return each(*node.a, frame, in, false, [&](Value& value) {
        return bind(node, frame, value, [&] { return each(*node.b, frame, in, false, emit); });
      });
    case Op::label:
      return each_label(node, frame, in, last, emit);
    case Op::fail:
      return each(*node.a, frame, in, last, [&](Value& value) {
        context_.error = std::move(value);
        return after_none(failure());
      });
    case Op::select:
      return each(*node.a, frame, in, false, [&](Value& condition) {
        if (!condition.is_true()) return Flow::go_on;
        Value value = in;
        return emit(value);
      });
    case Op::range:
      return each_range(node, frame, in, emit);
    case Op::recurse:
      return each_recurse(node, frame, in, emit);
    case Op::first:
      return each_first(node, frame, in, last, emit);
    case Op::limit:
      return each_limit(node, frame, in, emit);
    case Op::until:
      return each_until(node, frame, in, emit);
    case Op::while_do:
      return each_while(node, frame, in, emit);
    case Op::repeat:
      return each_repeat(node, frame, in, emit);
    case Op::path:
      return each_path_value(node, frame, in, emit);
    case Op::assign:
    case Op::update:
      return each(*node.b, frame, in, false, [&](Value& value) {
        Value out;
        const Flow flow = change(node, frame, in, false, value, out);
        return flow == Flow::go_on ? emit(out) : flow;
      });
    default:
      return Flow::give_up;
  }
}

Flow Evaluator::each_below(Value& value, Emit emit) {
  if (value.is_array()) {
    value.items();  // taken apart before it is copied
    const Value keep = value;
    for (const Value& item : keep.items()) {
      Value copy = item;
      if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
    }
    return Flow::go_on;
  }
  if (value.is_object()) {
    value.fields();
    const Value keep = value;
    for (const Object::Field& field : keep.fields()) {
      Value copy = field.value;
      if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
    }
    return Flow::go_on;
  }
  fail_iteration(context_, value);
  return Flow::fail;
}

Flow Evaluator::each_item(const Node& node, Frame& frame, Value& in, bool last, Emit emit) {
  const auto below = [&](Value& value) {
    if (node.is_optional && !value.is_array() && !value.is_object()) return Flow::go_on;
    return each_below(value, emit);
  };
  if (const Value* found = peek(*node.a, frame, in)) {
    if (found->is_array()) found->items();
    if (found->is_object()) found->fields();
    Value value = *found;
    return below(value);
  }
  return each(*node.a, frame, in, last, below);
}

Flow Evaluator::each_index(const Node& node, Frame& frame, Value& in, Emit emit) {
  return each(*node.b, frame, in, false, [&](Value& key) {
    return each(*node.a, frame, in, false, [&](Value& value) {
      if (get(context_, value, key)) return emit(value);
      return node.is_optional ? Flow::go_on : after_none(failure());
    });
  });
}

Flow Evaluator::each_slice_key(const Node& node, Frame& frame, Value& in, Emit emit) {
  const auto with_from = [&](Value& from) {
    const auto with_both = [&](Value& upto) {
      Value key = Value::object();
      key.edit_object().add(Value::borrowed("start"), from);
      key.edit_object().add(Value::borrowed("end"), std::move(upto));
      return emit(key);
    };
    Value none;
    return node.c == nullptr ? with_both(none) : each(*node.c, frame, in, false, with_both);
  };
  Value none;
  return node.b == nullptr ? with_from(none) : each(*node.b, frame, in, false, with_from);
}

Flow Evaluator::each_slice(const Node& node, Frame& frame, Value& in, Emit emit) {
  return each_slice_key(node, frame, in, [&](Value& key) {
    return each(*node.a, frame, in, false, [&](Value& value) {
      if (get(context_, value, key)) return emit(value);
      return node.is_optional ? Flow::go_on : after_none(failure());
    });
  });
}

// The last part varies slowest.
Flow Evaluator::each_text(const Node& node, std::size_t part, const std::string& tail, Frame& frame,
                          Value& in, Emit emit) {
  if (part == 0) {
    Value text = Value::string(tail);
    return emit(text);
  }
  const std::size_t next = part - 1;
  if (next % 2 == 0) return each_text(node, next, node.list[next]->text + tail, frame, in, emit);
  return each(*node.list[next], frame, in, false, [&](Value& value) {
    if (!format_string(context_, node.text, value)) return after_none(failure());
    return each_text(node, next, std::string(value.text()) + tail, frame, in, emit);
  });
}

// The first field varies slowest.
Flow Evaluator::each_object(const Node& node, std::size_t part, const Value& object, Frame& frame, Value& in,
                            Emit emit) {
  if (part == node.list.size()) {
    Value made = object;
    return is_too_nested(made) ? Flow::give_up : emit(made);
  }
  return each(*node.list[part], frame, in, false, [&](Value& key) {
    return each(*node.list[part + 1], frame, in, false, [&](Value& value) {
      if (!key.is_string()) {
        context_.fail(repaired_string("Cannot use " + describe(key) + " as object key"));
        return Flow::fail;
      }
      Value with = object;
      with.edit_object().set(key, std::move(value));
      return each_object(node, part + 2, with, frame, in, emit);
    });
  });
}

// The right side varies slowest.
Flow Evaluator::each_pair(const Node& node, Frame& frame, Value& in, FunctionRef<Flow(Value&, Value&)> emit) {
  return each(*node.b, frame, in, false, [&](Value& right) {
    return each(*node.a, frame, in, false, [&](Value& left) {
      Value copy = right;
      return emit(left, copy);
    });
  });
}

Flow Evaluator::each_logic(const Node& node, Frame& frame, Value& in, Emit emit) {
  const bool decides = node.op == Op::either;
  return each(*node.a, frame, in, false, [&](Value& left) {
    if (left.is_true() == decides) {
      Value result = Value::boolean(decides);
      return emit(result);
    }
    return each(*node.b, frame, in, false, [&](Value& right) {
      Value result = Value::boolean(right.is_true());
      return emit(result);
    });
  });
}

Flow Evaluator::each_alternative(const Node& node, Frame& frame, Value& in, Emit emit) {
  bool found = false;
  const Flow flow = each(*node.a, frame, in, false, [&](Value& value) {
    if (!value.is_true()) return Flow::go_on;
    found = true;
    return emit(value);
  });
  return flow != Flow::go_on || found ? flow : each(*node.b, frame, in, false, emit);
}

Flow Evaluator::each_attempt(const Node& node, Frame& frame, Value& in, bool last, Emit emit) {
  const Flow flow = each(*node.a, frame, in, last, emit);
  if (node.b == nullptr) return flow == Flow::fail || flow == Flow::broke ? Flow::go_on : flow;
  // In 1.6 the handler gets to see how `break` works; let it.
  if (flow == Flow::broke) return Flow::give_up;
  if (flow != Flow::fail) return flow;
  Value error = std::move(context_.error);
  return each(*node.b, frame, error, true, emit);
}

Flow Evaluator::each_builtin(const Node& node, std::size_t missing, std::vector<Value>& arguments,
                             Frame& frame, Value& in, Emit emit) {
  if (missing > 0) {
    return each(*node.list[missing - 1], frame, in, false, [&](Value& value) {
      arguments[missing - 1] = value;
      return each_builtin(node, missing - 1, arguments, frame, in, emit);
    });
  }
  std::vector<Value> copies = arguments;
  Value value = in;
  if (!node.builtin->run(context_, value, copies)) return after_none(failure());
  return is_too_nested(value) ? Flow::give_up : emit(value);
}

Flow Evaluator::each_label(const Node& node, Frame& frame, Value& in, bool last, Emit emit) {
  const double label = ++labels_;
  Value outer = std::exchange(frame.slots[node.slot], Value::number(label));
  const Flow flow = each(*node.a, frame, in, last, emit);
  frame.slots[node.slot] = std::move(outer);
  return is_broken(flow, label) ? Flow::go_on : flow;
}

}  // namespace weir::transform::jq
