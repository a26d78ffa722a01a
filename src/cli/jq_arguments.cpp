// From the arguments as given to what libweir is asked for: values are read, the files of options too.
#include "pipeline/jq_arguments.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cli/jq_options.hpp"
#include "cli/terminal.hpp"
#include "cli/text_file.hpp"

namespace weir::cli {

namespace {

Error bad(const std::string& what) {
  return Error(ErrorCode::bad_argument, what);
}

Result<std::string> read_file(const std::string& path) {
  std::string text;
  const int failure = read_text_file(path, text);
  if (failure != 0) return Error(ErrorCode::io, path + ": " + std::strerror(failure), failure);
  return text;
}

// The JSON text of a value given by name.
Result<std::string> json_of(const NamedValue& given) {
  using Kind = NamedValue::Kind;
  if (given.kind == Kind::text) return pipeline::json_string(given.value);
  if (given.kind == Kind::json) {
    const auto fault = pipeline::json_fault(given.value);
    if (fault) return bad("--argjson " + given.name + ": '" + given.value + "' is not JSON: " + *fault);
    return given.value;
  }
  const std::string option = given.kind == Kind::json_file ? "--slurpfile " : "--rawfile ";
  const auto text = read_file(given.value);
  if (!text) return Error(ErrorCode::io, option + given.name + ": " + text.error().what);
  if (given.kind == Kind::text_file) return pipeline::json_string(text.value());
  std::string array;
  std::string fault;
  if (pipeline::json_array(text.value(), array, fault)) return array;
  return bad(option + given.name + ": " + given.value + ": not JSON: " + fault);
}

// Of two values of one name the first counts, as in jq.
std::optional<Error> apply_named(const JqArguments& a, JqOptions& options) {
  std::vector<JqArgument>& taken = options.arguments;
  for (const NamedValue& given : a.named) {
    const auto is_same = [&given](const JqArgument& argument) { return argument.name == given.name; };
    if (std::any_of(taken.begin(), taken.end(), is_same)) continue;
    auto json = json_of(given);
    if (!json) return json.error();
    taken.push_back({given.name, std::move(json).value()});
  }
  return std::nullopt;
}

PositionalMode::Kind kind_of(const JqArguments& a, std::size_t position) {
  PositionalMode::Kind kind = PositionalMode::Kind::paths;
  for (const PositionalMode& mode : a.modes)
    if (mode.begin <= position) kind = mode.kind;
  return kind;
}

std::optional<Error> add_positional(const std::string& word, PositionalMode::Kind kind, JqOptions& options) {
  if (kind == PositionalMode::Kind::paths) {
    options.paths.push_back(word);
  } else if (kind == PositionalMode::Kind::texts) {
    options.positional_json.push_back(pipeline::json_string(word));
  } else {
    const auto fault = pipeline::json_fault(word);
    if (fault) return bad("--jsonargs: '" + word + "' is not JSON: " + *fault);
    options.positional_json.push_back(word);
  }
  return std::nullopt;
}

// The first is the program, or the file it is in; without one at either end of a pipe everything is shown.
std::optional<Error> apply_program(const JqArguments& a, JqOptions& options) {
  const bool is_interactive = is_terminal(STDIN_FILENO) && is_terminal(options.output_fd);
  if (a.positionals.empty() && (a.from_file || is_interactive))
    return bad("a filter is missing: weir jq FILTER [PATH...]");
  if (!a.from_file) {
    options.program = a.positionals.empty() ? "." : a.positionals.front();
    return std::nullopt;
  }
  auto text = read_file(a.positionals.front());
  if (!text) return text.error();
  options.program = std::move(text).value();
  return std::nullopt;
}

std::optional<Error> apply_positionals(const JqArguments& a, JqOptions& options) {
  const bool has_program = !a.files && !a.type_list;
  if (has_program) {
    auto error = apply_program(a, options);
    if (error) return error;
  }
  for (std::size_t i = has_program ? 1 : 0; i < a.positionals.size(); ++i) {
    auto error = add_positional(a.positionals[i], kind_of(a, i), options);
    if (error) return error;
  }
  if (has_program && options.paths.empty() && !a.files_from) options.paths.emplace_back("-");
  return std::nullopt;
}

void apply_flags(const JqArguments& a, JqOptions& options) {
  options.library_paths = a.libraries;
  options.from = a.from;
  options.array = a.array;
  options.null_input = a.null_input;
  options.slurp = a.slurp;
  options.raw_input = a.raw_input;
  options.stream = a.stream;
  options.seq = a.seq;
  options.reject_file = a.reject_file;
  options.to = a.to;
  options.tabs = a.tabs;
  options.raw_output = a.raw_output;
  options.join_output = a.join_output;
  options.ascii = a.ascii;
  options.sort_keys = a.sort_keys;
  options.raw_filter = !a.no_raw_filter;
  const bool wanted = a.color_output || a.color == "always";
  options.color = !a.monochrome && (wanted || (a.color == "auto" && wants_color(options.output_fd)));
}

void apply_values(const JqArguments& a, JqOptions& options, ValueReader& values) {
  values.count("--indent", a.indent, options.indent, 7, "a number from 0 to 7");
  values.milliseconds("--timeout", a.timeout, options.timeout_ms);
  if (a.malformed == "fail") {
    options.malformed = JqMalformed::fail;
  } else if (a.malformed == "pass") {
    options.malformed = JqMalformed::pass;
  } else if (a.malformed != "skip") {
    values.refuse("--malformed", a.malformed, "skip, fail or pass");
  }
}

}  // namespace

Result<JqOptions> to_jq_options(const JqArguments& a) {
  JqOptions options;
  apply_flags(a, options);
  ValueReader values;
  apply_values(a, options, values);
  apply_scan_arguments(a, options, values);
  if (values.error()) return *values.error();
  if (auto error = apply_named(a, options)) return *error;
  if (auto error = apply_positionals(a, options)) return *error;
  return options;
}

}  // namespace weir::cli
