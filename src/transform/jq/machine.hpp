// Machine: runs a program over records, one at a time.
//
// One for each thread. What run() hands to the sink may be moved from; it borrows from the input and from the
// program. A machine can be used again after any outcome.
#pragma once

#include <atomic>
#include <memory>
#include <span>

#include "record/field_set.hpp"
#include "transform/jq/builtin.hpp"
#include "transform/jq/function_ref.hpp"
#include "transform/jq/program.hpp"

namespace weir::transform::jq {

enum class Outcome : std::uint8_t {
  done,         // all outputs went to the sink
  failed,       // after the outputs so far; the error is in the context
  stopped,      // the sink said so
  interrupted,  // the flag was raised
  gave_up,  // not to be done natively (nested too deep): run the record in libjq, forget the outputs so far
};

// False stops the run.
using OutputSink = FunctionRef<bool(Value& output)>;

class Evaluator;

class Machine {
 public:
  // `program` is native. `context` outlives the machine; `interrupt` (or null) is looked at every now and
  // then.
  Machine(std::shared_ptr<const Program> program, Context& context,
          const std::atomic<bool>* interrupt = nullptr);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // `slots` has a place for each of the program's fields(), or none at all: then they are looked up in
  // `input`.
  Outcome run(Value input, std::span<const record::FieldSlot> slots, OutputSink sink);
  Outcome run(Value input, OutputSink sink) { return run(std::move(input), {}, sink); }

 private:
  std::shared_ptr<const Program> program_;
  std::unique_ptr<Evaluator> evaluator_;
};

}  // namespace weir::transform::jq
