#include "pipeline/program_runner.hpp"

#include <utility>

extern char** environ;

namespace weir::pipeline {

using output::RecordNote;
using record::Kind;
using record::Value;
using transform::jq::LibjqEnd;
using transform::jq::LibjqState;
using transform::jq::Outcome;

Value program_environment() {
  Value value = Value::object();
  record::Object& fields = value.edit_object();
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    fields.set(Value::string(text.substr(0, equals)), Value::string(text.substr(equals + 1)));
  }
  return value;
}

ProgramRunner::ProgramRunner(const RecordPlan& plan, RunControl& control)
    : plan_(plan), environment_(program_environment()), control_(control) {
  context_.environment = &environment_;
  if (plan.native)
    machine_ = std::make_unique<transform::jq::Machine>(plan.native, context_, &control.interrupt);
  if (plan.native && plan.engine == ProgramEngine::native && !plan.reformats())
    projection_ = transform::jq::Projection::make(*plan.native, plan.style);
}

ProgramRunner::~ProgramRunner() = default;

const record::FieldSet* ProgramRunner::fields() const noexcept {
  return plan_.native ? &plan_.native->fields() : nullptr;
}

void ProgramRunner::begin(const FoundRecord& found, output::Block& block) {
  found_ = &found;
  block_ = &block;
  has_failed_ = false;
  text_before_ = block.text.size();
  control_.begun.store(control_.begun.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ++counts_.records;
}

void ProgramRunner::run(const FoundRecord& found, const Value& root, std::span<const record::FieldSlot> slots,
                        output::Block& block) {
  begin(found, block);
  if (plan_.engine == ProgramEngine::libjq) return run_by_libjq(root);
  if (projection_ && project(slots)) return;
  run_natively(root, slots);
}

bool ProgramRunner::project(std::span<const record::FieldSlot> slots) {
  base::TextBuffer& text = block_->text;
  begin_output();
  if (!projection_->write(slots, text)) {
    text.truncate(text_before_);
    return false;
  }
  end_output(projection_->kind());
  is_too_much();
  count_native();
  return true;
}

void ProgramRunner::count_native() noexcept {
  ++counts_.native_records;
  counts_.native_bytes += found_->text.size();
}

void ProgramRunner::run_natively(const Value& root, std::span<const record::FieldSlot> slots) {
  const std::size_t text_before = block_->text.size();
  const std::size_t notes_before = block_->notes.size();
  const output::LastOutput last_before = block_->last_output;
  const std::uint64_t outputs_before = counts_.outputs;
  context_.input_filename = filename_;
  if (plan_.counts_lines) context_.input_line_number = found_->lines_read();
  const auto sink = [this](Value& value) { return machine_output(value); };
  switch (machine_->run(root, slots, sink)) {
    case Outcome::failed:
      if (!has_failed_) fail_as(context_.error);
      break;
    case Outcome::interrupted:
      end_interrupted();
      break;
    case Outcome::gave_up:
      block_->text.truncate(text_before);
      block_->notes.resize(notes_before);
      block_->last_output = last_before;
      counts_.outputs = outputs_before;
      has_failed_ = false;
      return run_by_libjq(root);
    default:
      break;
  }
  if (plan_.engine == ProgramEngine::native) count_native();
}

void ProgramRunner::end_interrupted() {
  if (!control_.timed_out.load()) {
    is_interrupted_ = true;
    return;
  }
  fail("the program took longer than --timeout allows");
  control_.interrupt = false;
  control_.timed_out = false;
}

bool ProgramRunner::machine_output(Value& value) {
  return plan_.engine == ProgramEngine::both ? pass_on(value) : put(value);
}

// False when the rest of the program has failed: the record ends there.
bool ProgramRunner::pass_on(Value& value) {
  LibjqState* const rest = state(rest_, plan_.rest);
  if (!rest) return false;
  ++counts_.libjq_records;
  counts_.libjq_bytes += found_->text.size();
  const LibjqEnd end = rest->run(value, place(), *this);
  if (end != LibjqEnd::done && end != LibjqEnd::stopped && !has_failed_) fail(rest->problem());
  return !has_failed_ && !has_halted_;
}

transform::jq::LibjqPlace ProgramRunner::place() const {
  return {filename_, plan_.counts_lines ? found_->lines_read() : 0};
}

void ProgramRunner::run_by_libjq(const Value& root) {
  if (!run_whole(root)) fail(problem_);
}

// Text, or a value that it was read as. False when the text is malformed.
template <typename Record>
bool ProgramRunner::run_whole(const Record& record) {
  LibjqState* const whole = state(whole_, plan_.whole);
  if (!whole) return true;
  ++counts_.libjq_records;
  counts_.libjq_bytes += found_->text.size();
  const LibjqEnd end = whole->run(record, place(), *this);
  if (end == LibjqEnd::done || end == LibjqEnd::stopped) return true;
  problem_ = whole->problem();
  if (end == LibjqEnd::malformed) return false;
  if (!has_failed_) fail(problem_);
  return true;
}

bool ProgramRunner::run_text(const FoundRecord& found, output::Block& block) {
  begin(found, block);
  if (run_whole(found.text)) return true;
  --counts_.records;
  ++counts_.malformed;
  return false;
}

LibjqState* ProgramRunner::state(std::unique_ptr<LibjqState>& state,
                                 const transform::jq::LibjqProgram& program) {
  if (state) return state.get();
  transform::jq::LibjqStyle style;
  style.json = plan_.style;
  style.raw_strings = !plan_.reformats() && (plan_.options.raw_output || plan_.options.join_output);
  std::string problem;
  state = LibjqState::make(program, style, problem);
  if (!state) fail(std::move(problem));
  return state.get();
}

// An output of the machine, as text.
bool ProgramRunner::put(Value& value) {
  base::TextBuffer& text = block_->text;
  const bool is_raw =
      (plan_.options.raw_output || plan_.options.join_output) && !plan_.style.ascii && !plan_.reformats();
  begin_output();
  if (is_raw && value.is_string()) {
    text.append(value.text());
  } else {
    record::write_json(value, plan_.style, text);
  }
  end_output(value.kind());
  return !is_too_much();
}

// The outputs of a record lie here until it is done with.
bool ProgramRunner::is_too_much() {
  if (block_->text.size() - text_before_ <= plan_.options.memory_bytes) return false;
  fail("its outputs are longer than may be kept (--memory)");
  return true;
}

bool ProgramRunner::output(std::string_view text, Kind kind) {
  begin_output();
  block_->text.append(text);
  end_output(kind);
  return !is_too_much();
}

void ProgramRunner::begin_output() {
  if (plan_.options.seq && !plan_.reformats()) block_->text.append('\x1e');
}

void ProgramRunner::end_output(Kind kind) {
  if (!plan_.options.join_output || plan_.reformats()) block_->text.append('\n');
  ++counts_.outputs;
  const bool is_false = kind == Kind::null || kind == Kind::false_value;
  block_->last_output = is_false ? output::LastOutput::is_false : output::LastOutput::is_true;
}

// As jq prints what is not a string.
void ProgramRunner::fail_as(const Value& error) {
  if (error.is_string()) return fail(std::string(error.text()));
  fail("(not a string): " + record::to_json(error));
}

void ProgramRunner::fail(std::string text) {
  has_failed_ = true;
  note(RecordNote::Kind::failed, std::move(text));
}

void ProgramRunner::error(std::string_view text) {
  if (text.substr(0, 2) == ": ") text.remove_prefix(2);
  if (text.substr(0, 1) == " ") text.remove_prefix(1);
  fail(std::string(text));
}

void ProgramRunner::message(std::string_view text) {
  note(RecordNote::Kind::message, std::string(text));
}

bool ProgramRunner::halted(int status, std::string_view text) {
  has_halted_ = true;
  note(RecordNote::Kind::halted, std::string(text), status);
  return false;
}

void ProgramRunner::note(RecordNote::Kind kind, std::string text, int status) {
  RecordNote note;
  note.kind = kind;
  note.status = status;
  note.line = found_->line();
  note.offset = found_->offset;
  note.text = std::move(text);
  block_->notes.push_back(std::move(note));
}

}  // namespace weir::pipeline
