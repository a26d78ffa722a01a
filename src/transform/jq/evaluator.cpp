#include "transform/jq/evaluator.hpp"

#include <pthread.h>

#include <algorithm>
#include <bit>

#include "record/json.hpp"
#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

// For what builtins do below the deepest evaluation.
constexpr std::size_t kReserve = std::size_t{3} << 20;
// Values that programs make are not to be nested deeper, give or take a thousand levels.
constexpr std::size_t kMostNested = 8000;
constexpr std::size_t kMostProbed = 20'000;

// The lowest address that evaluation may reach on this thread.
std::uintptr_t find_lowest() {
  pthread_attr_t attributes;
  void* base = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(base) + std::min(kReserve, size / 2);
}

// A copy that shares nothing, for threads do not share counts.
Value clone(const Value& value) {
  switch (value.kind()) {
    case Kind::string:
      return Value::string(value.text());
    case Kind::number:
      return Value::number(value.number());
    case Kind::array: {
      Value::Array items;
      for (const Value& item : value.items())
        items.push_back(clone(item));
      return Value::array(std::move(items));
    }
    case Kind::object: {
      Value object = Value::object();
      for (const Object::Field& field : value.fields())
        object.edit_object().add(clone(field.key), clone(field.value));
      return object;
    }
    default:
      return value.is_boolean() ? Value::boolean(value.is_true()) : Value();
  }
}

}  // namespace

Evaluator::Evaluator(const Code& code, Context& context, const std::atomic<bool>* interrupt)
    : code_(code), context_(context), interrupt_(interrupt) {
  for (const Value& argument : code.arguments)
    arguments_.push_back(clone(argument));
}

bool Evaluator::refuel() {
  fuel_ = kFuel;
  is_cut_ = is_cut_ || (interrupt_ != nullptr && interrupt_->load(std::memory_order_relaxed));
  return is_cut_;
}

// Looks at a part of large values only, or a program that makes one bit by bit would never end.
bool Evaluator::probe(const Value& made) {
  probes_ = kProbes;
  std::size_t budget = kMostProbed;
  std::vector<std::pair<const Value*, std::size_t>> open = {{&made, 0}};
  const auto look_at = [&](const Value& inner, std::size_t depth) {
    if (inner.is_array() || inner.is_object()) open.emplace_back(&inner, depth);
    return --budget > 0;
  };
  while (!open.empty() && budget > 0) {
    const auto [value, depth] = open.back();
    open.pop_back();
    if (depth > kMostNested) return true;
    // What is raw was read, and not made.
    if (value->is_raw()) continue;
    if (value->is_array()) {
      for (const Value& item : value->items()) {
        if (!look_at(item, depth + 1)) break;
      }
    } else if (value->is_object()) {
      for (const Object::Field& field : value->fields()) {
        if (!look_at(field.value, depth + 1)) break;
      }
    }
  }
  return false;
}

Flow Evaluator::run(Value& input, std::span<const record::FieldSlot> slots, FunctionRef<bool(Value&)> sink) {
  slots_ = slots;
  if (const Value* field = known_field(*code_.main.body)) {  // the whole program, as in `.http.path`
    Value output = *field;
    return sink(output) ? Flow::go_on : Flow::stop;
  }
  thread_local const std::uintptr_t lowest = find_lowest();
  lowest_ = lowest;
  is_cut_ = false;
  context_.error = Value();
  Frame* frame = frames_.push(code_.main, nullptr);
  if (frame == nullptr) return Flow::give_up;
  const Flow flow = each(*code_.main.body, *frame, input, true, [&](Value& output) {
    const bool goes_on = sink(output);
    keep_made_object(output);
    return goes_on ? Flow::go_on : Flow::stop;
  });
  frames_.pop(frame);
  return flow;
}

Sameness compare_identity(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return Sameness::other;
  bool same = true;
  switch (a.kind()) {
    case Kind::number:
      same = std::bit_cast<std::uint64_t>(a.number()) == std::bit_cast<std::uint64_t>(b.number());
      return same ? Sameness::same : Sameness::other;
    case Kind::string:
      same = a.text().data() == b.text().data() && a.text().size() == b.text().size();
      break;
    case Kind::array:
      same = a.items().data() == b.items().data() && !a.items().empty();
      break;
    case Kind::object:
      same = &a.fields() == &b.fields();
      break;
    default:
      return Sameness::same;
  }
  if (same) return Sameness::same;
  return record::equal(a, b) ? Sameness::unknown : Sameness::other;
}

std::string short_json(const Value& value, std::size_t size) {
  std::string text = record::to_json(value);
  if (text.size() < size) return text;
  text.resize(size - 1);
  text.replace(size - 4, 3, "...");
  return std::string(repaired_string(text).text());
}

Closure Evaluator::closure_of(const Node& argument, Frame& frame) const {
  if (argument.op != Op::call_parameter) return Closure{&argument, &frame};
  return frame_at(frame, argument.depth).closures[argument.slot];
}

// Whether the frame of a call that ends with another one can make room for it.
bool Evaluator::can_reuse(const Node& call, Frame& frame, const OwnedFrames& owned) const {
  constexpr std::size_t kMostArguments = 8;
  if (owned.top() != &frame || call.depth == 0 || call.list.size() > kMostArguments) return false;
  for (std::size_t i = 0; i < call.list.size(); ++i) {
    const Parameter& parameter = call.function->parameters[i];
    const Closure closure = closure_of(*call.list[i], frame);
    const bool is_kept = !parameter.is_value || parameter.is_called;
    if (is_kept && closure.frame == &frame && closure.body->op != Op::literal) return false;
  }
  return true;
}

Flow Evaluator::enter_reusing(const Node& call, Frame& frame, Value& in, OwnedFrames& owned,
                              Frame*& entered) {
  const Function& function = *call.function;
  Closure closures[8];
  Value values[8];
  Frame* up = &frame_at(frame, call.depth);
  for (std::size_t i = 0; i < call.list.size(); ++i) {
    closures[i] = closure_of(*call.list[i], frame);
    if (closures[i].frame == &frame) closures[i].frame = up;
    if (!function.parameters[i].is_value) continue;
    if (const Flow flow = one(*call.list[i], frame, in, false, values[i]); flow != Flow::go_on) return flow;
  }
  owned.pop();
  entered = owned.push(function, up);
  for (std::size_t i = 0; i < call.list.size(); ++i) {
    entered->closures[i] = closures[i];
    if (function.parameters[i].is_value) entered->slots[function.parameters[i].slot] = std::move(values[i]);
  }
  return Flow::go_on;
}

Flow Evaluator::enter(const Node& call, Frame& frame, Value& in, OwnedFrames& owned, Frame*& entered) {
  if (is_interrupted()) return Flow::interrupted;
  const Function& function = *call.function;
  if (can_reuse(call, frame, owned)) return enter_reusing(call, frame, in, owned, entered);
  Frame& caller = frame;
  entered = owned.push(function, &frame_at(frame, call.depth));
  if (entered == nullptr) return Flow::give_up;
  for (std::size_t i = 0; i < call.list.size(); ++i) {
    entered->closures[i] = closure_of(*call.list[i], caller);
    if (!function.parameters[i].is_value) continue;
    Value& slot = entered->slots[function.parameters[i].slot];
    if (const Flow flow = one(*call.list[i], caller, in, false, slot); flow != Flow::go_on) return flow;
  }
  return Flow::go_on;
}

// The values of the arguments from `argument` on, in all combinations.
Flow Evaluator::with_arguments(const Node& call, std::size_t argument, Frame& frame, Frame& entered,
                               Value& in, Next next) {
  const Function& function = *call.function;
  while (argument < call.list.size() && !function.parameters[argument].is_value)
    ++argument;
  if (argument == call.list.size()) return next();
  return each(*call.list[argument], frame, in, false, [&](Value& value) {
    entered.slots[function.parameters[argument].slot] = value;
    return with_arguments(call, argument + 1, frame, entered, in, next);
  });
}

}  // namespace weir::transform::jq
