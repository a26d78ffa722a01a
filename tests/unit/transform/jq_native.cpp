#include "jq_native.hpp"

#include "record/json.hpp"
#include "record/json_reader.hpp"
#include "transform/jq/projection.hpp"

namespace weir::transform::jq::random {

namespace {

constexpr std::size_t kPadding = 64;

Value parsed(std::string_view json) {
  Value value;
  record::parse_json(json, value);
  return value;
}

ProgramOptions options() {
  const LibjqProgram program = with_arguments("");
  ProgramOptions options;
  Value named = Value::object();
  for (const LibjqProgram::Variable& variable : program.named) {
    options.arguments.emplace_back(variable.name, parsed(variable.json));
    named.edit_object().set(Value::string(variable.name), parsed(variable.json));
  }
  Value all = Value::object();
  all.edit_object().set(Value::string("positional"), Value::array());
  all.edit_object().set(Value::string("named"), named);
  options.arguments.emplace_back("ARGS", all);
  return options;
}

std::string error_text(const Value& error) {
  if (error.is_null()) return "";
  if (error.is_string()) return ": " + std::string(error.text());
  return " (not a string): " + record::to_json(error);
}

// What is written without being made has to be what is made.
void compare_with_projection(const Program& program, std::span<const record::FieldSlot> slots,
                             Result& result) {
  const auto projection = Projection::make(program, {});
  base::TextBuffer text;
  if (!projection || !projection->write(slots, text)) return;
  if (result.outputs.size() == 1 && result.outputs.front() == text.view()) return;
  result.outputs.push_back("projected: " + std::string(text.view()));
}

}  // namespace

std::unique_ptr<Native> Native::compile(const std::string& program, std::string& error) {
  auto compiled = jq::Program::compile(program, options());
  if (!compiled) {
    error = compiled.error().what;
    return nullptr;
  }
  auto native = std::make_unique<Native>();
  native->program_ = compiled.value();
  return native;
}

std::optional<Result> Native::run(const std::string& record) {
  std::string text = record;
  text.append(kPadding, '\0');
  record::JsonReader reader(&program_->fields());
  reader.open(std::string_view(text).substr(0, record.size()), record::JsonFraming::lines);
  record::Record read;
  if (!reader.next(read) || read.status != record::RecordStatus::ok) return std::nullopt;
  const Value environment = parsed(R"({"WEIR_TEST":"1"})");
  Context context;
  context.input_filename = "app.log";
  context.input_line_number = 7;
  context.environment = &environment;
  Machine machine(program_, context);
  Result result;
  const Outcome outcome = machine.run(std::move(read.root), reader.slots(), [&](Value& output) {
    result.outputs.push_back(record::to_json(output));
    return result.outputs.size() < kMostOutputs;
  });
  if (outcome == Outcome::gave_up) return std::nullopt;
  compare_with_projection(*program_, reader.slots(), result);
  if (outcome == Outcome::failed) result.error = error_text(context.error);
  return result;
}

}  // namespace weir::transform::jq::random
