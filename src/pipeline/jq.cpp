// jq() as a call: a scan whose shards run a program over records.
#include "weir/jq.hpp"

#include <algorithm>
#include <cerrno>

#include "base/diagnostics.hpp"
#include "io/backend.hpp"
#include "output/record_format.hpp"
#include "parse/formats.hpp"
#include "pipeline/interruptible.hpp"
#include "pipeline/resolve.hpp"
#include "pipeline/scan.hpp"
#include "pipeline/source_format.hpp"
#include "pipeline/whole_run.hpp"
#include "weir/run.hpp"
#include "weir/time.hpp"

namespace weir {

namespace pipeline {

namespace {

// Every line is selected, and goes out as it is where no program stands in between.
GrepOptions scan_options(const JqOptions& options) {
  GrepOptions all;
  static_cast<ScanOptions&>(all) = options;
  all.patterns = {""};
  all.names = GrepNames::never;
  return all;
}

std::optional<Error> conflict(const JqOptions& options, const RecordPlan& plan) {
  if (!plan.is_whole_run()) return std::nullopt;
  const bool is_ours = plan.reformats() || options.array || !options.reject_file.empty() ||
                       (options.from != "auto" && options.from != "json");
  if (!is_ours) return std::nullopt;
  return Error(
      ErrorCode::bad_argument,
      "--null-input, --slurp, --stream and programs that use input or inputs cannot be combined with "
      "--from, --to, --array or --reject");
}

void summarise_records(const Scan& scan, RecordReport& report, JqSummary& summary) {
  const Counters& counters = scan.context().counters;
  summary.records = counters.records.load();
  summary.outputs = counters.outputs.load();
  summary.malformed = counters.malformed.load();
  summary.native_records = counters.native_records.load();
  summary.native_bytes = counters.native_bytes.load();
  summary.libjq_records = counters.libjq_records.load();
  summary.libjq_bytes = counters.libjq_bytes.load();
  summary.filtered_bytes = counters.filtered_bytes.load();
  summary.any_output = report.last_output() != output::LastOutput::none;
  summary.last_is_true = report.last_output() == output::LastOutput::is_true;
  summary.any_program_error = report.any_failed();
  summary.ended_by_malformed = report.ended_by_malformed();
  summary.halt_status = report.halt_status();
}

void tell_malformed(const JqSummary& summary, const JqOptions& options, base::Diagnostics& diagnostics) {
  if (summary.malformed == 0 || options.malformed == JqMalformed::fail) return;
  const bool is_one = summary.malformed == 1;
  diagnostics.note(std::to_string(summary.malformed) +
                   (is_one ? " malformed record " : " malformed records ") +
                   (options.malformed == JqMalformed::pass ? "passed on" : "skipped"));
}

struct Run {
  const RecordPlan& records;
  const ScanPlan& plan;
  const Resolved& with;
  base::Diagnostics& diagnostics;
};

void run_scan(const Run& run, Loop& loop, JqSummary& summary) {
  Scan scan(run.plan, run.with.inputs, run.with.backend, run.with.jobs, run.diagnostics);
  std::optional<WholeRun> whole;
  if (run.records.is_whole_run()) {
    whole.emplace(run.records, run.diagnostics);
    scan.printer().consume_text([&whole](const input::Source& source, std::string_view text) {
      return whole->push(&source, source.has_path() ? std::string_view(source.path) : std::string_view(),
                         text);
    });
  } else if (!scan.printer().report().open()) {
    return;
  }
  const bool is_whole =
      run_interruptible(loop, scan.run(&loop), run.plan.options, run.diagnostics, summary.signal);
  summary.files = scan.context().counters.files.load();
  summary.bytes = scan.context().counters.bytes.load();
  summary.mapped_bytes = scan.context().counters.mapped.load();
  summary.peak_budget_bytes = scan.context().window.peak_bytes();
  if (whole) {
    if (!is_whole) whole->cancel();
    whole->close();
    whole->summarise(summary);
  } else {
    summarise_records(scan, scan.printer().report(), summary);
    tell_malformed(summary, run.records.options, run.diagnostics);
  }
  const int error = scan.printer().error();
  if (error != 0 && error != EPIPE)
    run.diagnostics.error("standard output: write: " + base::errno_text(error));
}

}  // namespace
}  // namespace pipeline

std::vector<JqFormat> jq_input_formats() {
  std::vector<JqFormat> formats;
  for (const parse::FormatRow& row : parse::formats()) {
    std::string name(row.name);
    if (!row.argument.empty()) name.append(":").append(row.argument);
    formats.emplace_back(std::move(name), std::string(row.help));
  }
  return formats;
}

std::vector<JqFormat> jq_output_formats() {
  std::vector<JqFormat> formats;
  for (const output::RecordFormatRow& row : output::record_formats())
    formats.emplace_back(std::string(row.name), std::string(row.help));
  return formats;
}

Result<std::string> explain_jq(const JqOptions& options) {
  const auto records = pipeline::make_record_plan(options);
  if (!records) return records.error();
  const auto resolved = pipeline::resolve(pipeline::scan_options(options));
  if (!resolved) return resolved.error();
  std::vector<std::string> tried;
  const auto backend = io::make_backend(resolved.value().backend, &tried);
  if (!backend) return backend.error();
  std::string text;
  for (const std::string& line : pipeline::explain_records(*records.value()))
    text += line + "\n";
  constexpr std::size_t kMostFiles = 20;
  const std::vector<std::string>& paths = resolved.value().inputs.paths;
  for (std::size_t i = 0; i < std::min(paths.size(), kMostFiles); ++i) {
    const std::string format = pipeline::explain_format(paths[i], *records.value());
    if (!format.empty()) text += "records: " + format + "\n";
  }
  if (resolved.value().window) text += pipeline::explain_window(*resolved.value().window, options);
  text += std::string("io: ") + backend.value()->name() + "\n";
  for (const std::string& line : tried)
    text += line + "\n";
  pipeline::ScanPlan plan(pipeline::scan_options(options), resolved.value(), false);
  if (!records.value()->is_whole_run()) plan.jq = records.value();
  return text.append("io by mapping: ").append(plan.mapping()).append("\n");
}

Result<JqSummary> jq(const JqOptions& options) {
  const auto made = pipeline::make_record_plan(options);
  if (!made) return made.error();
  const std::shared_ptr<const pipeline::RecordPlan>& records = made.value();
  if (const auto error = pipeline::conflict(options, *records)) return *error;
  const GrepOptions scan_options = pipeline::scan_options(options);
  auto resolved = pipeline::resolve(scan_options);
  if (!resolved) return resolved.error();
  base::Diagnostics diagnostics([&options](std::string_view line) {
    if (options.message) options.message(line);
  });
  diagnostics.set_file_errors_silent(options.silent_file_errors);
  auto backend = io::make_backend(resolved.value().backend);
  if (!backend) return backend.error();

  JqSummary summary;
  summary.io = backend.value()->name();
  const char* const engines[] = {"native", "native, then libjq", "libjq"};
  summary.engine = engines[static_cast<int>(records->engine)];
  const TimePoint begin = Clock::now();
  pipeline::ScanPlan plan(scan_options, resolved.value(), false);
  if (!records->is_whole_run()) plan.jq = records;
  plan.ends_last_line = !(options.raw_input && options.slurp);  // each byte is part of the one string
  {
    Loop loop(std::move(backend).value());
    pipeline::run_scan({*records, plan, resolved.value(), diagnostics}, loop, summary);
  }
  summary.any_error = summary.any_error || diagnostics.any_error();
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  summary.peak_memory_bytes = pipeline::peak_memory_bytes();
  return summary;
}

}  // namespace weir
