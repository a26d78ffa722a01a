// Assignments.
#include "transform/jq/builtin_support.hpp"
#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

namespace {

// At most one path, which is known before anything changes.
bool is_plain_path(const Node& node) {
  if (node.op == Op::identity) return true;
  return node.op == Op::index && node.b->is_single && is_plain_path(*node.a);
}

// The place at a path, with nobody else looking at it; null when it is not there, or not so simple.
Value* find_place(Value& root, const std::vector<Value>& path) {
  Value* place = &root;
  for (const Value& key : path) {
    if (place->is_object() && key.is_string()) {
      if (place->fields().find(key.text()) == nullptr) return nullptr;
      place = &place->edit_object().at(key);
    } else if (place->is_array() && key.is_number()) {
      const double index = key.number();
      if (!is_index(index) || !(index >= 0 && index < static_cast<double>(place->items().size())))
        return nullptr;
      place = &place->edit_array()[static_cast<std::size_t>(index)];
    } else {
      return nullptr;
    }
  }
  return place;
}

}  // namespace

Flow Evaluator::change_place(const Node& node, Frame& frame, Value& place, const Value& value,
                             bool& is_gone) {
  if (node.op == Op::assign) {
    place = value;
    return Flow::go_on;
  }
  if (node.op == Op::update) {
    Value copy = value;
    if (calculate(context_, node.oper, place, std::move(copy))) return Flow::go_on;
    is_gone = context_.error.is_null();
    return after_none(failure());
  }
  Value old = std::move(place);
  if (node.b->is_single) {
    Value made;
    const Flow flow = one(*node.b, frame, old, true, made);
    is_gone = flow == Flow::none;
    place = std::move(made);
    return after_none(flow);
  }
  // The first output; but a `try` that is not over takes the end for an error, and then 1.6 deletes.
  const double label = ++labels_;
  const Flow flow = each(*node.b, frame, old, true, [&](Value& made) {
    place = std::move(made);
    broken_ = label;
    return Flow::broke;
  });
  is_gone = flow == Flow::go_on;
  return is_broken(flow, label) ? Flow::go_on : flow;
}

Flow Evaluator::change_at(const Node& node, Frame& frame, Value& state, const Path& path,
                          const Value& value) {
  bool is_gone = false;
  Value made;
  Value* place = find_place(state, path);
  if (place == nullptr) {
    made = state;
    if (node.op != Op::assign && !get_path(context_, made, path)) return after_none(failure());
  }
  Value& target = place == nullptr ? made : *place;
  if (const Flow flow = change_place(node, frame, target, value, is_gone); flow != Flow::go_on) return flow;
  if (is_too_nested(target)) return Flow::give_up;
  if (is_gone) {
    Value paths = Value::array({Value::array(path)});
    return delete_paths(context_, state, paths) ? Flow::go_on : after_none(failure());
  }
  if (place != nullptr) return Flow::go_on;
  return set_path(context_, state, path, std::move(made)) ? Flow::go_on : after_none(failure());
}

Flow Evaluator::change(const Node& node, Frame& frame, Value& in, bool last, const Value& value, Value& out) {
  if (is_plain_path(*node.a)) {
    Path found;
    bool is_found = false;
    const Flow flow = paths_of(*node.a, frame, in, [&](Path& path, Value&) {
      found = path;
      is_found = true;
      return Flow::go_on;
    });
    if (flow != Flow::go_on) return flow;
    take(in, last, out);
    return is_found ? change_at(node, frame, out, found, value) : Flow::go_on;
  }
  out = in;
  return paths_of(*node.a, frame, in, [&](Path& path, Value& there) {
    if (is_interrupted()) return Flow::interrupted;
    there = Value();
    // An error loses the state, which a `try` among the paths can see.
    Value state = std::move(out);
    out = Value();
    const Flow flow = change_at(node, frame, state, path, value);
    if (flow == Flow::go_on) out = std::move(state);
    return flow;
  });
}

}  // namespace weir::transform::jq
