#include "cli/jq_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/exit_status.hpp"
#include "cli/observation.hpp"
#include "cli/terminal.hpp"
#include "weir/grep.hpp"

namespace weir::cli {

namespace {

std::string stats_text(const JqSummary& s) {
  const auto bytes = static_cast<double>(s.bytes);
  std::string text = fmt::format("files: {}\nbytes: {}\nrecords: {}\noutputs: {}\nmalformed: {}\n", s.files,
                                 s.bytes, s.records, s.outputs, s.malformed);
  text += fmt::format("native: {} records, {} bytes\nlibjq: {} records, {} bytes\n", s.native_records,
                      s.native_bytes, s.libjq_records, s.libjq_bytes);
  text += fmt::format("left out by the raw filter: {} bytes\n", s.filtered_bytes);
  text += fmt::format("seconds: {:.4f}\nGB/s: {:.2f}\n", s.seconds,
                      s.seconds > 0 ? bytes / s.seconds / 1e9 : 0.0);
  text += fmt::format("peak memory: {} KiB\npeak budget used: {} KiB\nengine: {}\nio: {}\n",
                      s.peak_memory_bytes / 1024, s.peak_budget_bytes / 1024, s.engine, s.io);
  text += fmt::format("io by mapping: {} bytes\n", s.mapped_bytes);
  return text;
}

int fail(ErrorOutput& errors, const Error& error, int status = kExitError) {
  errors.message("weir: " + error.what + "\n");
  return status;
}

// Patterns and globs can be bad too: whether it is the program shows when it stands alone.
int status_of(const Error& error, const JqOptions& options) {
  if (error.code != ErrorCode::bad_pattern) return kExitError;
  JqOptions alone;
  alone.program = options.program;
  alone.arguments = options.arguments;
  alone.positional_json = options.positional_json;
  alone.library_paths = options.library_paths;
  const auto explained = explain_jq(alone);
  const bool is_program = !explained && explained.error().code == ErrorCode::bad_pattern;
  return is_program ? kExitNoProgram : kExitError;
}

int status_of(const JqSummary& summary, bool by_output) {
  if (summary.halt_status) return *summary.halt_status;
  if (summary.any_error || summary.ended_by_malformed) return kExitError;
  if (summary.any_program_error) return kExitProgramFailed;
  if (!by_output) return kExitSelected;
  if (!summary.any_output) return kExitNoOutput;
  return summary.last_is_true ? kExitSelected : kExitNothing;
}

// What grep has for options that are not about its patterns.
GrepOptions as_grep_options(const JqOptions& options) {
  GrepOptions result;
  static_cast<ScanOptions&>(result) = options;
  return result;
}

int print(const Result<std::string>& text, const JqOptions& options, ErrorOutput& errors) {
  if (!text) return fail(errors, text.error(), status_of(text.error(), options));
  return write_output(text.value());
}

int print_files(const JqOptions& options, bool null_after_names, ErrorOutput& errors) {
  GrepOptions listing = as_grep_options(options);
  listing.null_after_names = null_after_names;
  const auto summary = list_files(listing);
  if (!summary) return fail(errors, summary.error());
  if (summary.value().signal != 0) end_by_signal(summary.value().signal);
  if (summary.value().any_error) return kExitError;
  return summary.value().any_selected ? kExitSelected : kExitNothing;
}

}  // namespace

int run_jq(const JqArguments& arguments) {
  ErrorOutput errors;
  auto parsed = to_jq_options(arguments);
  if (!parsed) return fail(errors, parsed.error());
  JqOptions& options = parsed.value();
  if (arguments.type_list) return print(list_file_types(as_grep_options(options)), options, errors);
  if (arguments.explain) return print(explain_jq(options), options, errors);
  options.message = [&errors](std::string_view line) { errors.message(line); };
  if (is_terminal(STDERR_FILENO))
    options.progress = [&errors](std::string_view line) { errors.progress(line); };
  const Observation observation(arguments, errors);
  if (arguments.files) return print_files(options, arguments.null, errors);
  if (arguments.debug) {
    const auto text = explain_jq(options);
    if (text) errors.message(text.value());
  }
  const auto summary = jq(options);
  if (!summary) return fail(errors, summary.error(), status_of(summary.error(), options));
  if (arguments.stats) errors.message(stats_text(summary.value()));
  if (summary.value().signal != 0) end_by_signal(summary.value().signal);
  return status_of(summary.value(), arguments.exit_status);
}

}  // namespace weir::cli
