// Variables, and what goes round.
#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

Flow Evaluator::bind(const Node& node, Frame& frame, Value& value, Next next) {
  std::vector<Value> outer;
  if (node.is_reentrant) {
    for (const std::uint32_t slot : node.slots)
      outer.push_back(std::move(frame.slots[slot]));
  }
  Flow flow = Flow::go_on;
  for (std::size_t i = 0; i < node.patterns.size(); ++i) {
    clear_variables(node, frame);
    flow = destructure(*node.patterns[i], frame, value, next);
    if (flow != Flow::fail && flow != Flow::broke) break;
  }
  clear_variables(node, frame);
  for (std::size_t i = 0; i < outer.size(); ++i)
    frame.slots[node.slots[i]] = std::move(outer[i]);
  return flow;
}

Flow Evaluator::destructure(const Pattern& pattern, Frame& frame, Value& value, Next next) {
  if (pattern.form != Pattern::Form::variable) return destructure_from(pattern, 0, frame, value, next);
  frame.slots[pattern.slot] = value;
  return next();
}

Flow Evaluator::destructure_from(const Pattern& pattern, std::size_t entry, Frame& frame, Value& value,
                                 Next next) {
  if (entry == pattern.entries.size()) return next();
  const Pattern::Entry& part = pattern.entries[entry];
  if (pattern.form == Pattern::Form::array)
    return destructure_entry(pattern, entry, frame, value, Value::number(part.position), next);
  if (part.key->op == Op::literal)
    return destructure_entry(pattern, entry, frame, value, part.key->value, next);
  return each(*part.key, frame, value, false,
              [&](Value& key) { return destructure_entry(pattern, entry, frame, value, key, next); });
}

Flow Evaluator::destructure_entry(const Pattern& pattern, std::size_t entry, Frame& frame, Value& value,
                                  const Value& key, Next next) {
  const Pattern::Entry& part = pattern.entries[entry];
  Value inner;
  if (part.has_field && !slots_.empty() && slots_[part.field].is_regular) {
    inner = slots_[part.field].value;
  } else if (value.is_object() && key.is_string()) {
    if (const Value* found = value.fields().find(key.text())) inner = *found;
  } else {
    inner = value;
    if (!get(context_, inner, key)) return after_none(failure());
  }
  if (!part.name.empty()) frame.slots[part.slot] = inner;
  if (part.pattern == nullptr) return destructure_from(pattern, entry + 1, frame, value, next);
  return destructure(*part.pattern, frame, inner,
                     [&] { return destructure_from(pattern, entry + 1, frame, value, next); });
}

// The state belongs to the step alone, which loses it when it has no output.
Flow Evaluator::reduce(const Node& node, Frame& frame, Value& in, Value& state) {
  return each(*node.a, frame, in, false, [&](Value& item) {
    return bind(node, frame, item, [&] {
      if (is_interrupted()) return Flow::interrupted;
      Value current = std::move(state);
      state = Value();
      if (node.c->is_single) {
        Value next;
        const Flow flow = one(*node.c, frame, current, true, next);
        if (flow == Flow::go_on) state = std::move(next);
        return after_none(flow);
      }
      return each(*node.c, frame, current, true, [&](Value& next) {
        state = std::move(next);
        return Flow::go_on;
      });
    });
  });
}

// As in jq 1.6, only the first of several starts has the input to take items from; for the others it is null.
Flow Evaluator::each_reduce(const Node& node, Frame& frame, Value& in, Emit emit) {
  Value nothing;
  Value* from = &in;
  return each(*node.b, frame, in, false, [&](Value& state) {
    const Flow flow = reduce(node, frame, *std::exchange(from, &nothing), state);
    return flow == Flow::go_on ? emit(state) : after_none(flow);
  });
}

Flow Evaluator::each_foreach(const Node& node, Frame& frame, Value& in, Emit emit) {
  Value nothing;
  Value* from = &in;
  return each(*node.b, frame, in, false, [&](Value& state) {
    return each_foreach_from(node, frame, *std::exchange(from, &nothing), state, emit);
  });
}

Flow Evaluator::each_foreach_from(const Node& node, Frame& frame, Value& in, Value& state, Emit emit) {
  return each(*node.a, frame, in, false, [&](Value& item) {
    return bind(node, frame, item, [&] {
      if (is_interrupted()) return Flow::interrupted;
      Value current = std::move(state);
      state = Value();
      return each(*node.c, frame, current, true, [&](Value& next) {
        state = next;
        if (node.d == nullptr) return emit(next);
        return each(*node.d, frame, next, true, emit);
      });
    });
  });
}

Flow Evaluator::each_range(const Node& node, Frame& frame, Value& in, Emit emit) {
  return each(*node.a, frame, in, false, [&](Value& from) {
    return each(*node.b, frame, in, false, [&](Value& upto) {
      if (!from.is_number() || !upto.is_number()) {
        context_.fail("Range bounds must be numeric");
        return Flow::fail;
      }
      const double end = upto.number();
      for (double number = from.number(); number < end; ++number) {
        if (is_interrupted()) return Flow::interrupted;
        Value value = Value::number(number);
        if (const Flow flow = emit(value); flow != Flow::go_on) return flow;
      }
      return Flow::go_on;
    });
  });
}

Flow Evaluator::each_recurse(const Node& node, Frame& frame, Value& in, Emit emit) {
  if (is_too_deep()) return Flow::give_up;
  Value state = in;
  if (node.a != nullptr && node.a->is_single) {
    for (;;) {
      if (is_interrupted()) return Flow::interrupted;
      Value copy = state;
      if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
      Value next;
      if (const Flow flow = one(*node.a, frame, state, true, next); flow != Flow::go_on)
        return after_none(flow);
      state = std::move(next);
    }
  }
  if (is_interrupted()) return Flow::interrupted;
  Value copy = state;
  if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
  const auto again = [&](Value& value) { return each_recurse(node, frame, value, emit); };
  if (node.a != nullptr) return each(*node.a, frame, state, true, again);
  return state.is_array() || state.is_object() ? each_below(state, again) : Flow::go_on;
}

Flow Evaluator::each_while(const Node& node, Frame& frame, Value& in, Emit emit) {
  if (is_too_deep()) return Flow::give_up;
  Value state = in;
  while (node.a->is_single && node.b->is_single) {
    if (is_interrupted()) return Flow::interrupted;
    bool wanted = false;
    if (const Flow flow = test(*node.a, frame, state, wanted); flow != Flow::go_on) return after_none(flow);
    if (!wanted) return Flow::go_on;
    Value copy = state;
    if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
    Value next;
    if (const Flow flow = one(*node.b, frame, state, true, next); flow != Flow::go_on)
      return after_none(flow);
    state = std::move(next);
  }
  return each(*node.a, frame, state, false, [&](Value& wanted) {
    if (is_interrupted()) return Flow::interrupted;
    if (!wanted.is_true()) return Flow::go_on;
    Value copy = state;
    if (const Flow flow = emit(copy); flow != Flow::go_on) return flow;
    return each(*node.b, frame, state, false,
                [&](Value& next) { return each_while(node, frame, next, emit); });
  });
}

Flow Evaluator::each_until(const Node& node, Frame& frame, Value& in, Emit emit) {
  if (is_too_deep()) return Flow::give_up;
  return each(*node.a, frame, in, false, [&](Value& done) {
    if (is_interrupted()) return Flow::interrupted;
    if (done.is_true()) {
      Value copy = in;
      return emit(copy);
    }
    return each(*node.b, frame, in, false, [&](Value& next) { return each_until(node, frame, next, emit); });
  });
}

// In 1.6, the outputs for the same input, again and again.
Flow Evaluator::each_repeat(const Node& node, Frame& frame, Value& in, Emit emit) {
  for (;;) {
    if (is_interrupted()) return Flow::interrupted;
    if (const Flow flow = each(*node.a, frame, in, false, emit); flow != Flow::go_on) return flow;
  }
}

// The output goes on before the generator is told to end.
Flow Evaluator::each_first(const Node& node, Frame& frame, Value& in, bool last, Emit emit) {
  const double label = ++labels_;
  const Flow flow = each(*node.a, frame, in, last, [&](Value& value) {
    const Flow after = emit(value);
    if (after != Flow::go_on) return after;
    broken_ = label;
    return Flow::broke;
  });
  return is_broken(flow, label) ? Flow::go_on : flow;
}

Flow Evaluator::count_down(Value& left, bool& done) {
  if (!subtract(context_, left, Value::number(1))) return Flow::fail;
  done = record::compare(left, Value::number(0)) <= 0;
  return Flow::go_on;
}

Flow Evaluator::each_limit(const Node& node, Frame& frame, Value& in, Emit emit) {
  return each(*node.a, frame, in, false, [&](Value& limit) {
    if (record::compare(limit, Value::number(0)) < 0) return each(*node.b, frame, in, false, emit);
    const double label = ++labels_;
    Value left = limit;
    const Flow flow = each(*node.b, frame, in, false, [&](Value& value) {
      bool done = false;
      if (const Flow counted = count_down(left, done); counted != Flow::go_on) return counted;
      const Flow after = emit(value);
      if (after != Flow::go_on || !done) return after;
      broken_ = label;
      return Flow::broke;
    });
    return is_broken(flow, label) ? Flow::go_on : flow;
  });
}

}  // namespace weir::transform::jq
