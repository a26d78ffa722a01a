#include "transform/jq/machine.hpp"

#include "transform/jq/evaluator.hpp"

namespace weir::transform::jq {

Machine::Machine(std::shared_ptr<const Program> program, Context& context, const std::atomic<bool>* interrupt)
    : program_(std::move(program)),
      evaluator_(std::make_unique<Evaluator>(program_->code(), context, interrupt)) {}

Machine::~Machine() = default;

Outcome Machine::run(Value input, std::span<const record::FieldSlot> slots, OutputSink sink) {
  switch (evaluator_->run(input, slots, sink)) {
    case Flow::fail:
      return Outcome::failed;
    case Flow::stop:
      return Outcome::stopped;
    case Flow::interrupted:
      return Outcome::interrupted;
    case Flow::give_up:
      return Outcome::gave_up;
    default:
      return Outcome::done;
  }
}

}  // namespace weir::transform::jq
