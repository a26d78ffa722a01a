// grep() as a call: a scan for lines.
#include "weir/grep.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "filter/filter.hpp"
#include "input/archive_library.hpp"
#include "input/codec.hpp"
#include "input/glob.hpp"
#include "io/backend.hpp"
#include "pipeline/interruptible.hpp"
#include "pipeline/resolve.hpp"
#include "pipeline/scan.hpp"
#include "weir/run.hpp"
#include "weir/time.hpp"

namespace weir {

namespace pipeline {

namespace {

void summarise(Scan& scan, const ScanPlan& plan, base::Diagnostics& diagnostics, GrepSummary& summary) {
  Printer& printer = scan.printer();
  const Counters& counters = scan.context().counters;
  const output::Totals& totals = printer.totals();
  summary.any_selected =
      totals.selected > 0 || scan.is_quiet_success() || (printer.any_printed() && !plan.shows_all());
  if (plan.options.output == GrepOutput::files_without_match) {
    summary.any_selected = printer.any_listed();
  }
  summary.files = counters.files.load();
  summary.bytes = counters.bytes.load();
  summary.mapped_bytes = counters.mapped.load();
  summary.lines = totals.lines;
  summary.skipped_bytes = counters.skipped.load();
  summary.searched_bytes = counters.probed.load();
  summary.unsorted_files = counters.unsorted.load();
  summary.selected_lines = totals.selected;
  summary.peak_budget_bytes = scan.context().window.peak_bytes();
  summary.peak_reads_in_flight = counters.peak_reads.load();
  const std::uint64_t untimed = counters.untimed.load();
  if (untimed > 0 && totals.selected == 0 && !scan.is_quiet_success()) {
    diagnostics.note("nothing in the time window; " + std::to_string(untimed) +
                     " matching lines have no time stamp that is known (see --time-format)");
  }
  if (printer.error() != 0 && printer.error() != EPIPE) {
    diagnostics.error("standard output: write: " + base::errno_text(printer.error()));
  }
}

}  // namespace
}  // namespace pipeline

std::string grep_codecs() {
  std::string names = input::codec_names();
  if (!input::archive_names().empty()) names.append(" ").append(input::archive_names());
  return names;
}

Result<GrepSummary> grep(const GrepOptions& options, bool count_lines) {
  auto resolved = pipeline::resolve(options);
  if (!resolved) return resolved.error();
  const pipeline::Resolved& with = resolved.value();
  base::Diagnostics diagnostics([&options](std::string_view line) {
    if (options.message) options.message(line);
  });
  diagnostics.set_file_errors_silent(options.silent_file_errors);
  auto backend = io::make_backend(with.backend);
  if (!backend) return backend.error();

  GrepSummary summary;
  summary.engine = with.filter->engine();
  summary.io = backend.value()->name();
  const TimePoint begin = Clock::now();
  const pipeline::ScanPlan plan(options, with, count_lines);
  {
    Loop loop(std::move(backend).value());
    pipeline::Scan scan(plan, with.inputs, with.backend, with.jobs, diagnostics);
    pipeline::run_interruptible(loop, scan.run(&loop), options, diagnostics, summary.signal);
    pipeline::summarise(scan, plan, diagnostics, summary);
  }
  summary.any_error = diagnostics.any_error();
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  summary.peak_memory_bytes = pipeline::peak_memory_bytes();
  return summary;
}

}  // namespace weir
