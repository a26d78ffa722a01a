#include "cli/grep_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/exit_status.hpp"
#include "cli/observation.hpp"
#include "cli/terminal.hpp"
#include "weir/grep.hpp"

namespace weir::cli {

namespace {

std::string stats_text(const GrepSummary& s, const GrepOptions& options) {
  const auto bytes = static_cast<double>(s.bytes);
  std::string text = fmt::format("files: {}\nbytes: {}\nlines: {}\nmatched lines: {}\n", s.files, s.bytes,
                                 s.lines, s.selected_lines);
  if (options.since || options.until) {
    text += fmt::format("skipped: {} bytes outside the time window ({} read to find it)\n", s.skipped_bytes,
                        s.searched_bytes);
    if (s.unsorted_files > 0)
      text += fmt::format("files not in order of time: {}, read whole\n", s.unsorted_files);
  }
  text += fmt::format("seconds: {:.4f}\nGB/s: {:.2f}\n", s.seconds,
                      s.seconds > 0 ? bytes / s.seconds / 1e9 : 0.0);
  text += fmt::format("peak memory: {} KiB\npeak budget used: {} KiB\n", s.peak_memory_bytes / 1024,
                      s.peak_budget_bytes / 1024);
  text +=
      fmt::format("peak reads in flight: {}\nengine: {}\nio: {}\n", s.peak_reads_in_flight, s.engine, s.io);
  text += fmt::format("io by mapping: {} bytes\n", s.mapped_bytes);
  return text;
}

void fail(ErrorOutput& errors, const Error& error) {
  errors.message("weir: " + error.what + "\n");
}

int status_of(const GrepSummary& summary, const GrepArguments& arguments, const GrepOptions& options) {
  const bool quiet_success = options.output == GrepOutput::quiet && summary.any_selected;
  const bool any_error = summary.any_error || arguments.is_incomplete;
  if (any_error && !quiet_success) return kExitError;
  return summary.any_selected ? kExitSelected : kExitNothing;
}

int print(const Result<std::string>& text, ErrorOutput& errors) {
  if (!text) {
    fail(errors, text.error());
    return kExitError;
  }
  return write_output(text.value());
}

}  // namespace

int run_grep(const GrepArguments& arguments) {
  ErrorOutput errors;
  auto parsed = to_grep_options(arguments);
  if (!parsed) {
    fail(errors, parsed.error());
    return kExitError;
  }
  GrepOptions& options = parsed.value();
  if (arguments.type_list) return print(list_file_types(options), errors);
  if (arguments.explain) return print(explain_grep(options), errors);
  options.message = [&errors](std::string_view line) { errors.message(line); };
  if (is_terminal(STDERR_FILENO))
    options.progress = [&errors](std::string_view line) { errors.progress(line); };
  const Observation observation(arguments, errors);
  if (arguments.debug) {
    const auto text = explain_grep(options);
    if (text) errors.message(text.value());
  }
  const auto summary = arguments.files ? list_files(options) : grep(options, arguments.stats);
  if (!summary) {
    fail(errors, summary.error());
    return kExitError;
  }
  if (arguments.stats) errors.message(stats_text(summary.value(), options));
  if (summary.value().signal != 0) end_by_signal(summary.value().signal);
  return status_of(summary.value(), arguments, options);
}

}  // namespace weir::cli
