// Paths: where in its input an expression finds what it gives.
#include <algorithm>
#include <limits>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

namespace {

// jq takes what a pattern looks at for steps of the path, mostly to call it invalid.
bool takes_apart(const Node& bind) {
  return std::any_of(bind.patterns.begin(), bind.patterns.end(),
                     [](const Pattern* pattern) { return pattern->form != Pattern::Form::variable; });
}

}  // namespace

Flow Evaluator::each_path(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                          EmitPath emit) {
  if (is_too_deep()) return Flow::give_up;
  switch (node.op) {
    case Op::identity: {
      Value value = in;
      return emit(value, other);
    }
    case Op::index:
      if (node.b->op == Op::literal) return path_key(node, frame, path, in, other, node.b->value, emit);
      return each(*node.b, frame, in, false,
                  [&](Value& key) { return path_key(node, frame, path, in, other, key, emit); });
    case Op::slice:
      return each_slice_key(node, frame, in,
                            [&](Value& key) { return path_key(node, frame, path, in, other, key, emit); });
    case Op::each:
      return path_items(node, frame, path, in, other, emit);
    case Op::pipe:
      return each_path(*node.a, frame, path, in, other, [&](Value& value, const Value* next) {
        return each_path(*node.b, frame, path, value, next, emit);
      });
    case Op::comma: {
      const Flow flow = each_path(*node.a, frame, path, in, other, emit);
      return flow == Flow::go_on ? each_path(*node.b, frame, path, in, other, emit) : flow;
    }
    case Op::condition:
    case Op::select:
      return path_condition(node, frame, path, in, other, emit);
    case Op::alternative:
      return path_alternative(node, frame, path, in, other, emit);
    case Op::attempt:
      return path_attempt(node, frame, path, in, other, emit);
    case Op::define:
      return each_path(*node.a, frame, path, in, other, emit);
    case Op::bind:
      if (takes_apart(node)) return Flow::give_up;
      return each(*node.a, frame, in, false, [&](Value& value) {
        return bind(node, frame, value, [&] { return each_path(*node.b, frame, path, in, other, emit); });
      });
    case Op::label:
      return path_label(node, frame, path, in, other, emit);
    case Op::call_function:
    case Op::call_parameter:
      return path_call(node, frame, path, in, other, emit);
    default:
      return path_other(node, frame, path, in, other, emit);
  }
}

Flow Evaluator::path_other(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                           EmitPath emit) {
  switch (node.op) {
    case Op::first:
      return path_first(node, frame, path, in, other, emit);
    case Op::limit:
      return path_limit(node, frame, path, in, other, emit);
    case Op::recurse:
      return path_recurse(node, frame, path, in, other, emit);
    case Op::call_builtin:
      if (node.builtin->name == "getpath") return path_get(node, frame, path, in, other, emit);
      return path_made(node, frame, in, other, emit);
    case Op::reduce:
    case Op::foreach:
    case Op::while_do:
    case Op::until:
    case Op::repeat:
      return Flow::give_up;
    default:
      return path_made(node, frame, in, other, emit);
  }
}

// What is made is a path only when it is the very value that was there; what is always new can not be.
Flow Evaluator::path_made(const Node& node, Frame& frame, Value& in, const Value* other, EmitPath emit) {
  static const Value kNothing = Value::number(std::numeric_limits<double>::quiet_NaN());
  const Value& there = other == nullptr ? in : *other;
  const bool is_new = node.op == Op::array || node.op == Op::object || node.op == Op::map ||
                      node.op == Op::text || node.op == Op::literal;
  return each(node, frame, in, false, [&](Value& value) {
    return emit(value, is_new && value.kind() > Kind::number ? &kNothing : &there);
  });
}

Flow Evaluator::path_key(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                         const Value& key, EmitPath emit) {
  return each_path(*node.a, frame, path, in, other, [&](Value& value, const Value* there) {
    if (there != nullptr) {
      const Sameness sameness = compare_identity(value, *there);
      if (sameness == Sameness::unknown) return Flow::give_up;
      if (sameness == Sameness::other) {
        context_.fail("Invalid path expression near attempt to access element " + short_json(key, 15) +
                      " of " + short_json(value, 30));
        return Flow::fail;
      }
    }
    if (!get(context_, value, key)) return node.is_optional ? Flow::go_on : after_none(failure());
    path.push_back(key);
    const Flow flow = emit(value, nullptr);
    path.pop_back();
    return flow;
  });
}

Flow Evaluator::path_each_item(Path& path, Value& value, EmitPath emit) {
  Flow flow = Flow::go_on;
  if (value.is_array()) {
    const auto items = value.items();
    for (std::size_t i = 0; i < items.size() && flow == Flow::go_on; ++i) {
      Value item = items[i];
      path.push_back(Value::number(static_cast<double>(i)));
      flow = emit(item, nullptr);
      path.pop_back();
    }
    return flow;
  }
  for (const Object::Field& field : value.fields()) {
    Value item = field.value;
    path.push_back(field.key);
    flow = emit(item, nullptr);
    path.pop_back();
    if (flow != Flow::go_on) break;
  }
  return flow;
}

Flow Evaluator::path_items(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                           EmitPath emit) {
  return each_path(*node.a, frame, path, in, other, [&](Value& value, const Value* there) {
    if (there != nullptr) {
      const Sameness sameness = compare_identity(value, *there);
      if (sameness == Sameness::unknown) return Flow::give_up;
      if (sameness == Sameness::other) {
        context_.fail("Invalid path expression near attempt to iterate through " + short_json(value, 30));
        return Flow::fail;
      }
    }
    if (value.is_array() || value.is_object()) return path_each_item(path, value, emit);
    if (node.is_optional) return Flow::go_on;
    fail_iteration(context_, value);
    return Flow::fail;
  });
}

Flow Evaluator::path_condition(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                               EmitPath emit) {
  return each(*node.a, frame, in, false, [&](Value& condition) {
    if (node.op == Op::condition)
      return each_path(condition.is_true() ? *node.b : *node.c, frame, path, in, other, emit);
    if (!condition.is_true()) return Flow::go_on;
    Value value = in;
    return emit(value, other);
  });
}

Flow Evaluator::path_alternative(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                                 EmitPath emit) {
  bool found = false;
  const Flow flow = each_path(*node.a, frame, path, in, other, [&](Value& value, const Value* there) {
    if (!value.is_true()) return Flow::go_on;
    found = true;
    return emit(value, there);
  });
  return flow != Flow::go_on || found ? flow : each_path(*node.b, frame, path, in, other, emit);
}

Flow Evaluator::path_attempt(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                             EmitPath emit) {
  const Flow flow = each_path(*node.a, frame, path, in, other, emit);
  if (node.b == nullptr) return flow == Flow::fail || flow == Flow::broke ? Flow::go_on : flow;
  if (flow == Flow::broke) return Flow::give_up;
  if (flow != Flow::fail) return flow;
  Value error = std::move(context_.error);
  return each_path(*node.b, frame, path, error, other == nullptr ? &in : other, emit);
}

Flow Evaluator::path_label(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                           EmitPath emit) {
  const double label = ++labels_;
  Value outer = std::exchange(frame.slots[node.slot], Value::number(label));
  const Flow flow = each_path(*node.a, frame, path, in, other, emit);
  frame.slots[node.slot] = std::move(outer);
  return is_broken(flow, label) ? Flow::go_on : flow;
}

Flow Evaluator::path_call(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                          EmitPath emit) {
  if (is_interrupted()) return Flow::interrupted;
  if (node.op == Op::call_parameter) {
    const Closure closure = frame_at(frame, node.depth).closures[node.slot];
    return each_path(*closure.body, *closure.frame, path, in, other, emit);
  }
  Frame* entered = frames_.push(*node.function, &frame_at(frame, node.depth));
  if (entered == nullptr) return Flow::give_up;
  for (std::size_t i = 0; i < node.list.size(); ++i)
    entered->closures[i] = closure_of(*node.list[i], frame);
  const Flow flow = with_arguments(node, 0, frame, *entered, in, [&] {
    return each_path(*node.function->body, *entered, path, in, other, emit);
  });
  frames_.pop(entered);
  return flow;
}

Flow Evaluator::path_first(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                           EmitPath emit) {
  const double label = ++labels_;
  const Flow flow = each_path(*node.a, frame, path, in, other, [&](Value& value, const Value* there) {
    const Flow after = emit(value, there);
    if (after != Flow::go_on) return after;
    broken_ = label;
    return Flow::broke;
  });
  return is_broken(flow, label) ? Flow::go_on : flow;
}

Flow Evaluator::path_limit(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                           EmitPath emit) {
  return each(*node.a, frame, in, false, [&](Value& limit) {
    if (record::compare(limit, Value::number(0)) < 0) return each_path(*node.b, frame, path, in, other, emit);
    const double label = ++labels_;
    Value left = limit;
    const Flow flow = each_path(*node.b, frame, path, in, other, [&](Value& value, const Value* there) {
      bool done = false;
      if (const Flow counted = count_down(left, done); counted != Flow::go_on) return counted;
      const Flow after = emit(value, there);
      if (after != Flow::go_on || !done) return after;
      broken_ = label;
      return Flow::broke;
    });
    return is_broken(flow, label) ? Flow::go_on : flow;
  });
}

Flow Evaluator::path_recurse(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                             EmitPath emit) {
  if (is_too_deep()) return Flow::give_up;
  if (is_interrupted()) return Flow::interrupted;
  Value copy = in;
  if (const Flow flow = emit(copy, other); flow != Flow::go_on) return flow;
  const auto again = [&](Value& value, const Value* there) {
    return path_recurse(node, frame, path, value, there, emit);
  };
  if (node.a != nullptr) return each_path(*node.a, frame, path, in, other, again);
  if (other != nullptr && (in.is_array() || in.is_object())) return Flow::give_up;
  return in.is_array() || in.is_object() ? path_each_item(path, in, again) : Flow::go_on;
}

Flow Evaluator::path_get(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                         EmitPath emit) {
  if (other != nullptr) return Flow::give_up;
  return each(*node.list[0], frame, in, false, [&](Value& keys) {
    Value value = in;
    Value path_argument = keys;
    if (!node.builtin->run(context_, value, std::span<Value>(&path_argument, 1)))
      return after_none(failure());
    const std::size_t size = path.size();
    for (const Value& key : keys.items())
      path.push_back(key);
    const Flow flow = emit(value, nullptr);
    path.resize(size);
    return flow;
  });
}

Flow Evaluator::paths_of(const Node& node, Frame& frame, Value& in, FunctionRef<Flow(Path&, Value&)> emit) {
  Path path;
  return each_path(node, frame, path, in, nullptr, [&](Value& value, const Value* there) {
    if (there != nullptr) {
      const Sameness sameness = compare_identity(value, *there);
      if (sameness == Sameness::unknown) return Flow::give_up;
      if (sameness == Sameness::other) {
        context_.fail("Invalid path expression with result " + short_json(value, 30));
        return Flow::fail;
      }
    }
    return emit(path, value);
  });
}

Flow Evaluator::each_path_value(const Node& node, Frame& frame, Value& in, Emit emit) {
  return paths_of(*node.a, frame, in, [&](Path& path, Value&) {
    Value value = Value::array(path);
    return emit(value);
  });
}

}  // namespace weir::transform::jq
