#include "pipeline/record_plan.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "output/record_format.hpp"
#include "pipeline/time_window.hpp"
#include "record/json_index.hpp"
#include "transform/jq/json_text.hpp"

namespace weir::pipeline {

namespace {

using transform::jq::LibjqProgram;
using transform::jq::Program;

// Whether one of the words stands in the program, in a string or a comment too: to err on the safe side.
bool has_word(std::string_view program, std::initializer_list<std::string_view> words) {
  const auto is_letter = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
  };
  for (std::size_t at = 0; at < program.size();) {
    std::size_t end = at;
    while (end < program.size() && is_letter(program[end]))
      ++end;
    const std::string_view word = program.substr(at, end - at);
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    at = std::max(end, at + 1);
  }
  return false;
}

LibjqProgram libjq_program(const JqOptions& options, const std::string& text) {
  LibjqProgram program;
  program.text = text;
  for (const JqArgument& argument : options.arguments)
    program.named.push_back({argument.name, argument.json});
  program.positional = options.positional_json;
  program.library_paths = options.library_paths;
  return program;
}

Result<record::Value> read_argument(const std::string& name, const std::string& json) {
  record::Value value;
  std::string fault;
  if (transform::jq::read_json_text(json, value, fault)) return value;
  return Error(ErrorCode::bad_argument, name + ": " + fault);
}

// $ARGS, which no other value may hide.
Result<record::Value> all_arguments(const JqOptions& options, const transform::jq::ProgramOptions& native) {
  record::Value::Array positional;
  for (const std::string& json : options.positional_json) {
    auto value = read_argument("$ARGS.positional", json);
    if (!value) return value;
    positional.push_back(std::move(value).value());
  }
  record::Value named = record::Value::object();
  for (const auto& [name, value] : native.arguments)
    named.edit_object().add(record::Value::string(name), value);
  record::Value all = record::Value::object();
  all.edit_object().add(record::Value::borrowed("positional"), record::Value::array(std::move(positional)));
  all.edit_object().add(record::Value::borrowed("named"), std::move(named));
  return all;
}

Result<transform::jq::ProgramOptions> native_options(const JqOptions& options) {
  transform::jq::ProgramOptions native;
  for (const JqArgument& argument : options.arguments) {
    auto value = read_argument("$" + argument.name, argument.json);
    if (!value) return value.error();
    native.arguments.emplace_back(argument.name, std::move(value).value());
  }
  auto all = all_arguments(options, native);
  if (!all) return all.error();
  std::erase_if(native.arguments, [](const auto& argument) { return argument.first == "ARGS"; });
  native.arguments.emplace_back("ARGS", std::move(all).value());
  return native;
}

std::optional<Error> choose_engine(RecordPlan& plan, const transform::jq::ProgramOptions& native) {
  const std::string& text = plan.options.program;
  plan.whole = libjq_program(plan.options, text);
  auto program = Program::compile(text, native);
  if (!program) {
    if (program.error().code == ErrorCode::bad_pattern) return program.error();
    return Error(ErrorCode::bad_pattern, program.error().what);
  }
  if (program.value()->is_native() && !plan.is_whole_run()) {
    plan.native = program.value();
    return std::nullopt;
  }
  plan.engine = ProgramEngine::libjq;
  plan.reason = program.value()->why_not_native();
  if (const auto error = transform::jq::check(plan.whole))
    return Error(ErrorCode::bad_pattern, error->text());
  if (plan.is_whole_run()) return std::nullopt;
  const transform::jq::Split split = program.value()->split();
  if (split.native.empty()) return std::nullopt;
  auto first = Program::compile(split.native, native);
  if (!first || !first.value()->is_native()) return std::nullopt;
  plan.engine = ProgramEngine::both;
  plan.native = first.value();
  plan.rest = libjq_program(plan.options, split.rest);
  return std::nullopt;
}

// One of the conditions is enough; that with the longest texts is met by the fewest records.
void choose_required(RecordPlan& plan) {
  if (!plan.native || !plan.options.raw_filter || plan.reads_all()) return;
  std::size_t best = 0;
  for (const transform::jq::AnyOf& texts : plan.native->required_bytes()) {
    std::size_t shortest = texts.empty() ? 0 : texts.front().size();
    for (const std::string& text : texts)
      shortest = std::min(shortest, text.size());
    if (shortest <= best) continue;
    best = shortest;
    plan.required_texts = texts;
  }
  if (best == 0) return;
  filter::PatternOptions patterns;
  patterns.syntax = filter::Syntax::fixed;
  patterns.patterns = plan.required_texts;
  auto required = filter::make_plan(patterns);
  patterns.patterns.push_back("\\");
  auto escaped = filter::make_plan(patterns);
  if (!required || !escaped) return;
  plan.required = required.value();
  plan.required_or_escaped = escaped.value();
}

record::JsonStyle style_of(const JqOptions& options) {
  record::JsonStyle style;
  if (options.to != "json") return style;
  style.indent = options.indent;
  style.tabs = options.tabs;
  style.sort_keys = options.sort_keys;
  style.ascii = options.ascii;
  style.color = options.color;
  return style;
}

std::optional<Error> check_formats(const JqOptions& options) {
  if (const std::string& problem = record::JsonIndex::problem(); !problem.empty())
    return Error(ErrorCode::bad_argument, problem);
  if (!output::find_record_format(options.to))
    return Error(ErrorCode::bad_argument, "--to: '" + options.to + "' is not an output format");
  if (options.indent < 0 || options.indent > 7)
    return Error(ErrorCode::bad_argument, "--indent: a number of spaces from 0 to 7 is wanted");
  if (options.from == "auto" || options.from == "json") return std::nullopt;
  const bool reads_json = options.array || options.stream || options.seq || options.raw_input;
  if (reads_json)
    return Error(ErrorCode::bad_argument,
                 "--from cannot be combined with --array, --stream, --seq or --raw-input");
  auto parser = parse::make_parser(options.from, {});
  if (!parser) return parser.error();
  return std::nullopt;
}

// Words after which a program's time is not bounded by the size of the record.
bool has_endless_words(const std::string& program) {
  return has_word(program, {"def", "range", "repeat", "while", "until", "recurse", "limit", "first",
                            "combinations", "walk", "gsub", "nth", "isempty", "any", "all"});
}

std::string explain_sieve(const RecordPlan& plan) {
  if (!plan.required) return "raw filter: none";
  std::string texts;
  for (const std::string& text : plan.required_texts)
    texts += (texts.empty() ? "" : " or ") + text;
  return "raw filter: only records with " + texts + ", or a backslash, are parsed";
}

}  // namespace

Result<std::shared_ptr<const RecordPlan>> make_record_plan(const JqOptions& options) {
  if (const auto error = check_formats(options)) return *error;
  auto plan = std::make_shared<RecordPlan>();
  plan->options = options;
  plan->style = style_of(options);
  if (const char* colors = std::getenv("JQ_COLORS")) plan->colors = record::JsonColors::parse(colors);
  plan->style.colors = &plan->colors;
  plan->reads_input = has_word(options.program, {"input", "inputs"});
  plan->counts_lines = has_word(options.program, {"input_line_number"});
  plan->may_run_long = has_endless_words(options.program);
  auto stamps = make_stamp_options(options);
  if (!stamps) return stamps.error();
  plan->parse_options.time = stamps.value();
  auto native = native_options(options);
  if (!native) return native.error();
  if (const auto error = choose_engine(*plan, native.value())) return *error;
  choose_required(*plan);
  return std::shared_ptr<const RecordPlan>(std::move(plan));
}

Result<std::shared_ptr<const RecordPlan>> make_condition(const ScanOptions& options, const std::string& where,
                                                         const std::string& from) {
  const auto alone = Program::compile(where);
  if (!alone) return Error(ErrorCode::bad_pattern, "--where: " + alone.error().what);
  const std::string& reason = alone.value()->why_not_native();
  if (!reason.empty()) return Error(ErrorCode::bad_argument, "--where: only weir jq can run this: " + reason);
  if (has_word(where, {"input_line_number"}))
    return Error(ErrorCode::bad_argument, "--where: only weir jq can run this: input_line_number");
  auto program = Program::compile("select((" + where + "\n))");
  if (!program || !program.value()->is_native())
    return Error(ErrorCode::bad_argument, "--where: an expression is missing");
  auto plan = std::make_shared<RecordPlan>();
  static_cast<ScanOptions&>(plan->options) = options;
  plan->options.from = from.empty() ? "auto" : from;
  if (const auto error = check_formats(plan->options)) return *error;
  auto stamps = make_stamp_options(options);
  if (!stamps) return stamps.error();
  plan->parse_options.time = stamps.value();
  plan->native = program.value();
  plan->may_run_long = has_endless_words(where);
  plan->is_condition = true;
  choose_required(*plan);
  return std::shared_ptr<const RecordPlan>(std::move(plan));
}

std::vector<std::string> explain_condition(const RecordPlan& plan, const std::string& where) {
  return {"where: " + where, explain_sieve(plan), "records: " + plan.options.from};
}

std::vector<std::string> explain_records(const RecordPlan& plan) {
  std::vector<std::string> lines;
  switch (plan.engine) {
    case ProgramEngine::native:
      lines.push_back("program: native, on every shard; records that are not strictly JSON go to libjq");
      break;
    case ProgramEngine::both:
      lines.push_back("program: native: " + plan.native->text());
      lines.push_back("program: libjq: " + plan.rest.text + " (" + plan.reason + ")");
      break;
    case ProgramEngine::libjq:
      lines.push_back("program: libjq: all of it (" +
                      (plan.reason.empty() ? "it reads its input itself" : plan.reason) + ")");
      break;
  }
  if (plan.is_whole_run()) lines.push_back("run: one libjq over all records in order");
  lines.push_back(explain_sieve(plan));
  lines.push_back("records: " + plan.options.from);
  return lines;
}

}  // namespace weir::pipeline
