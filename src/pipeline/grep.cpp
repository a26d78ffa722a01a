// The story of a scan:
//
//   discovery ──► work list ──► shards (read ► queue ► filter) ──► reorder window ──► printer ──► output
//
// The calling thread runs the main loop: discovery, the printer, and the first shard. Further shards are
// threads, started when there is work that nobody has taken. Whatever ends the scan (the last line, a signal,
// a failed write, -q) goes the same way: the work list is stopped, the shards are cancelled and joined, what
// was finished is flushed.
#include "weir/grep.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "filter/filter.hpp"
#include "input/archive_library.hpp"
#include "input/codec.hpp"
#include "input/glob.hpp"
#include "io/backend.hpp"
#include "pipeline/discovery.hpp"
#include "pipeline/interruptible.hpp"
#include "pipeline/printer.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/resolve.hpp"
#include "pipeline/shard_threads.hpp"
#include "weir/group.hpp"
#include "weir/run.hpp"
#include "weir/time.hpp"

namespace weir {

namespace pipeline {

namespace {

constexpr std::uint64_t kMaxSources = 8192;  // found and not yet printed

input::OutputFile output_file(const GrepOptions& options) {
  // As GNU grep: only where each line read could be written again.
  const bool feeds_itself =
      options.output == GrepOutput::lines || options.output == GrepOutput::only_matching;
  struct ::stat info = {};
  if (!feeds_itself || ::fstat(options.output_fd, &info) != 0 || !S_ISREG(info.st_mode)) return {};
  return {info.st_dev, info.st_ino, true};
}

class Scan {
 public:
  Scan(const ScanPlan& plan, Inputs inputs, io::BackendChoice backend, int jobs,
       base::Diagnostics& diagnostics)
      : plan_(plan),
        encoding_(input::parse_encoding(plan.options.encoding)),
        context_(plan, diagnostics, plan.options.memory_bytes, jobs),
        threads_(context_, backend),
        discovery_(plan.options, std::move(inputs), diagnostics),
        progress_(plan.options.progress, context_.counters),
        printer_(plan, context_.window, diagnostics, [this] { progress_.clear(); }) {
    context_.open_options.output = output_file(plan.options);
    context_.open_options.null_lines = plan.null_lines();
    // Where NUL ends lines it is no sign of anything.
    context_.open_options.skip_binary = plan.options.binary == GrepBinary::skip && !plan.null_lines();
    context_.open_options.decoder_bytes = plan.options.memory_bytes;
    context_.open_options.decompress = plan.options.decompress;
    context_.members = choose_members(plan.options);
    context_.open_options.encoding = encoding_ ? &*encoding_ : nullptr;
  }

  Coro<void> run(Loop* loop);
  void summarise(GrepSummary& summary) const;

 private:
  static Coro<void> body(TaskGroup& group, Scan* scan);
  Coro<void> discover();
  void add_shard();
  void stop();

  const ScanPlan& plan_;
  std::optional<input::Encoding> encoding_;  // what sources are in; nothing: they are bytes
  ScanContext context_;
  ShardThreads threads_;
  Discovery discovery_;
  Progress progress_;
  Printer printer_;
  Condition room_;
  Loop* loop_ = nullptr;
  bool stopping_ = false;
  std::atomic<bool> selected_{false};
};

Coro<void> Scan::run(Loop* loop) {
  loop_ = loop;
  printer_.on_source_done([this] { room_.notify_all(); });
  context_.work.on_surplus([this] { loop_->call_soon_threadsafe([this] { add_shard(); }); });
  context_.on_selected = [this] {
    if (!selected_.exchange(true)) loop_->call_soon_threadsafe([this] { stop(); });
  };
  std::exception_ptr error;
  try {
    co_await with_group(&Scan::body, this);
  } catch (...) {
    error = std::current_exception();
  }
  stop();
  Coro<void> join = threads_.wait_all();
  co_await with_cancel_disabled(std::move(join));
  Coro<void> flush = printer_.flush();
  co_await with_cancel_disabled(std::move(flush));
  progress_.clear();
  if (error) std::rethrow_exception(error);
}

Coro<void> Scan::body(TaskGroup& group, Scan* scan) {
  group.spawn(scan->discover(), "discovery");
  group.spawn(run_shard(&scan->context_), "shard");
  Task<void> progress = group.spawn(scan->progress_.run(), "progress");
  Task<void> printer = group.spawn(scan->printer_.run(), "printer");
  co_await printer.wait();
  progress.cancel();
  // All is printed, or nothing more can be.
  const bool satisfied = scan->printer_.is_satisfied();
  if (scan->printer_.error() != 0 || satisfied || scan->stopping_) group.cancel();
}

Coro<void> Scan::discover() {
  const auto push = [this](std::vector<std::shared_ptr<input::Source>> sources) {
    for (const auto& source : sources)
      printer_.expect(source);
    context_.work.push(std::move(sources));
  };
  const auto has_room = [this] { return discovery_.found() - context_.window.head_source() < kMaxSources; };
  co_await discovery_.run(push, has_room, &room_);
  context_.work.close();
  context_.window.set_total(discovery_.found());
  progress_.set_total_files(discovery_.found());
}

void Scan::add_shard() {
  if (stopping_ || static_cast<int>(threads_.count()) + 1 >= context_.shards) return;
  threads_.start(*loop_);
}

void Scan::stop() {
  if (std::exchange(stopping_, true)) return;
  context_.work.stop();
  threads_.cancel();
  if (loop_->root_task() && selected_.load()) loop_->root_task()->request_cancel(&selected_);
}

void Scan::summarise(GrepSummary& summary) const {
  const output::Totals& totals = printer_.totals();
  summary.any_selected =
      totals.selected > 0 || selected_.load() || (printer_.any_printed() && !plan_.shows_all());
  if (plan_.options.output == GrepOutput::files_without_match) {
    summary.any_selected = printer_.any_listed();
  }
  summary.files = context_.counters.files.load();
  summary.bytes = context_.counters.bytes.load();
  summary.lines = totals.lines;
  summary.skipped_bytes = context_.counters.skipped.load();
  summary.searched_bytes = context_.counters.probed.load();
  summary.unsorted_files = context_.counters.unsorted.load();
  summary.selected_lines = totals.selected;
  summary.peak_budget_bytes = context_.window.peak_bytes();
  summary.peak_reads_in_flight = context_.counters.peak_reads.load();
  const std::uint64_t untimed = context_.counters.untimed.load();
  if (untimed > 0 && totals.selected == 0 && !selected_.load()) {
    context_.diagnostics.note("nothing in the time window; " + std::to_string(untimed) +
                              " matching lines have no time stamp that is known (see --time-format)");
  }
  if (printer_.error() != 0 && printer_.error() != EPIPE) {
    context_.diagnostics.error("standard output: write: " + base::errno_text(printer_.error()));
  }
}

std::uint64_t peak_memory_bytes() {
  struct ::rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
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
    pipeline::run_interruptible(loop, scan.run(&loop), options, summary);
    scan.summarise(summary);
  }
  summary.any_error = diagnostics.any_error();
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  summary.peak_memory_bytes = pipeline::peak_memory_bytes();
  return summary;
}

}  // namespace weir
