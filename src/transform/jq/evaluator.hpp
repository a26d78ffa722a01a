// Evaluator: the language itself, over one record at a time.
//
// Generators hand each output to a callback, and return when the callback of the last one has: what follows
// runs inside of what came before, so that an error of what follows comes back through every `try` that is
// not over yet, as it does in jq 1.6. Nodes with one output at most are evaluated directly.
// A callback may take the value that it gets. `last` says that nobody needs the input any more.
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "record/field_set.hpp"
#include "transform/jq/frames.hpp"
#include "transform/jq/function_ref.hpp"
#include "transform/jq/program.hpp"
#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

enum class Flow : std::uint8_t {
  go_on,
  none,   // no output; of one() only
  stop,   // nobody wants more
  fail,   // the error is in the context
  broke,  // to the label of number broken_
  give_up,
  interrupted,
};

class Evaluator {
 public:
  Evaluator(const Code& code, Context& context, const std::atomic<bool>* interrupt);

  Flow run(Value& input, std::span<const record::FieldSlot> slots, FunctionRef<bool(Value&)> sink);

 private:
  using Emit = FunctionRef<Flow(Value&)>;
  using Next = FunctionRef<Flow()>;
  // The value at a path, and what was there if that is another one (then it is no path).
  using EmitPath = FunctionRef<Flow(Value&, const Value*)>;
  using Path = std::vector<Value>;

  // What is below replaces `out`, which is another value than `in`.
  Flow one(const Node& start, Frame& start_frame, Value& start_in, bool last, Value& out);
  Flow one_tail(const Node& start, Frame& start_frame, Value& start_in, bool last, Value& out);
  Flow one_other(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_index(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_slice(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_text(const Node& node, Frame& frame, Value& in, Value& out);
  Flow one_array(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_object(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  bool takes_made_object(const Node& node, Value& made);
  Flow refill_object(const Node& node, Frame& frame, Value& in, bool last, Value& made);
  void keep_made_object(Value& output) {
    if (!output.is_object() || output.is_raw() || &output.fields() != made_fields_) return;
    made_ = std::move(output);
    made_fields_ = nullptr;
  }
  Flow one_calculation(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_builtin(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_map(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_bind(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_any(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_first(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_fail(const Node& node, Frame& frame, Value& in, bool last);
  Flow one_label(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow one_until(const Node& node, Frame& frame, Value& in, bool last, Value& out);
  Flow break_out(const Node& node, Frame& frame);
  // Of single nodes; whether it is true.
  Flow test(const Node& node, Frame& frame, Value& in, bool& result);
  Flow test_comparison(const Node& node, Frame& frame, Value& in, bool& result);
  // A value that is there already; null when it has to be made.
  const Value* peek(const Node& node, Frame& frame, const Value& in);
  const Value* peek_index(const Node& node, Frame& frame, const Value& in);
  // What was picked up for it when the record was read; null when that has to be done now.
  const Value* known_field(const Node& node) const noexcept {
    if (!node.has_slot || slots_.empty()) return nullptr;
    const record::FieldSlot& slot = slots_[node.slot];
    return slot.is_regular ? &slot.value : nullptr;
  }

  Flow each(const Node& start, Frame& start_frame, Value& start_in, bool last, Emit emit);
  Flow each_other(const Node& node, Frame& frame, Value& in, bool last, Emit emit);
  Flow each_item(const Node& node, Frame& frame, Value& in, bool last, Emit emit);
  Flow each_index(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_slice(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_slice_key(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_text(const Node& node, std::size_t part, const std::string& tail, Frame& frame, Value& in,
                 Emit emit);
  Flow each_object(const Node& node, std::size_t part, const Value& object, Frame& frame, Value& in,
                   Emit emit);
  Flow each_pair(const Node& node, Frame& frame, Value& in, FunctionRef<Flow(Value&, Value&)> emit);
  Flow each_logic(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_alternative(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_attempt(const Node& node, Frame& frame, Value& in, bool last, Emit emit);
  Flow each_builtin(const Node& node, std::size_t missing, std::vector<Value>& arguments, Frame& frame,
                    Value& in, Emit emit);
  Flow each_label(const Node& node, Frame& frame, Value& in, bool last, Emit emit);
  Flow each_reduce(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_foreach(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_foreach_from(const Node& node, Frame& frame, Value& in, Value& state, Emit emit);
  Flow each_range(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_recurse(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_below(Value& value, Emit emit);
  Flow each_while(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_until(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_repeat(const Node& node, Frame& frame, Value& in, Emit emit);
  Flow each_first(const Node& node, Frame& frame, Value& in, bool last, Emit emit);
  Flow each_limit(const Node& node, Frame& frame, Value& in, Emit emit);
  // Counts down as limit does; `done` when that was the last.
  Flow count_down(Value& left, bool& done);

  Flow reduce(const Node& node, Frame& frame, Value& in, Value& state);
  Flow bind(const Node& node, Frame& frame, Value& value, Next next);
  Flow destructure(const Pattern& pattern, Frame& frame, Value& value, Next next);
  Flow destructure_from(const Pattern& pattern, std::size_t entry, Frame& frame, Value& value, Next next);
  Flow destructure_entry(const Pattern& pattern, std::size_t entry, Frame& frame, Value& value,
                         const Value& key, Next next);
  void clear_variables(const Node& node, Frame& frame) {
    for (const std::uint32_t slot : node.slots)
      frame.slots[slot] = Value();
  }

  // A frame for a call with closures; its values (of single arguments) too.
  Flow enter(const Node& call, Frame& frame, Value& in, OwnedFrames& owned, Frame*& entered);
  Flow enter_reusing(const Node& call, Frame& frame, Value& in, OwnedFrames& owned, Frame*& entered);
  Closure closure_of(const Node& argument, Frame& frame) const;
  bool can_reuse(const Node& call, Frame& frame, const OwnedFrames& owned) const;
  Flow with_arguments(const Node& call, std::size_t argument, Frame& frame, Frame& entered, Value& in,
                      Next next);

  Flow change(const Node& node, Frame& frame, Value& in, bool last, const Value& value, Value& out);
  Flow change_at(const Node& node, Frame& frame, Value& state, const Path& path, const Value& value);
  // What is at a place becomes what the operator makes of it; `is_gone` when that is nothing.
  Flow change_place(const Node& node, Frame& frame, Value& place, const Value& value, bool& is_gone);

  Flow each_path(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_other(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_key(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, const Value& key,
                EmitPath emit);
  Flow path_items(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_each_item(Path& path, Value& value, EmitPath emit);
  Flow path_condition(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                      EmitPath emit);
  Flow path_alternative(const Node& node, Frame& frame, Path& path, Value& in, const Value* other,
                        EmitPath emit);
  Flow path_attempt(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_call(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_label(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_first(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_limit(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_recurse(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_get(const Node& node, Frame& frame, Path& path, Value& in, const Value* other, EmitPath emit);
  Flow path_made(const Node& node, Frame& frame, Value& in, const Value* other, EmitPath emit);
  Flow each_path_value(const Node& node, Frame& frame, Value& in, Emit emit);
  // All paths of `node`, checked.
  Flow paths_of(const Node& node, Frame& frame, Value& in, FunctionRef<Flow(Path&, Value&)> emit);

  static Frame& frame_at(Frame& frame, std::uint32_t depth) {
    Frame* found = &frame;
    for (; depth > 0; --depth)
      found = found->up;
    return *found;
  }
  static void take(Value& in, bool last, Value& out) {
    if (last) {
      out = std::move(in);
    } else {
      out = in;
    }
  }
  // What a calculation that went wrong means: error(null) is no error.
  Flow failure() const { return context_.error.is_null() ? Flow::none : Flow::fail; }
  static Flow after_none(Flow flow) { return flow == Flow::none ? Flow::go_on : flow; }
  bool is_broken(Flow flow, double label) const { return flow == Flow::broke && broken_ == label; }
  bool is_too_deep() const { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < lowest_; }
  // Now and then: whether somebody wants an end.
  bool is_interrupted() { return --fuel_ <= 0 && refuel(); }
  bool refuel();
  // Now and then: whether a value that was made is nested so deeply that walking through it is not safe.
  bool is_too_nested(const Value& made) { return --probes_ <= 0 && probe(made); }
  bool probe(const Value& made);

  static constexpr int kFuel = 1000;
  static constexpr int kProbes = 509;  // each of these can add a level or two

  const Code& code_;
  Context& context_;
  const std::atomic<bool>* interrupt_;
  FrameStack frames_;
  std::vector<Value> arguments_;
  std::span<const record::FieldSlot> slots_;
  std::uintptr_t lowest_ = 0;  // where the stack ends
  double labels_ = 0;          // given out
  double broken_ = 0;
  int fuel_ = kFuel;
  int probes_ = kProbes;
  bool is_cut_ = false;
  // The object that was an output last, and the node with fixed keys that made it.
  const Node* made_node_ = nullptr;
  const Object* made_fields_ = nullptr;
  Value made_;
};

// `left` oper `right`; `left` becomes the result.
bool calculate(Context& context, Operator oper, Value& left, Value right);

// Whether two values are one, as jq's path tracking asks: not equal, but the same. Nothing when only jq
// knows.
enum class Sameness : std::uint8_t { same, other, unknown };
Sameness compare_identity(const Value& a, const Value& b);
// JSON text of at most `size` - 1 bytes.
std::string short_json(const Value& value, std::size_t size);

}  // namespace weir::transform::jq
