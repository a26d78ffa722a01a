// The story of a scan:
//
//   discovery ──► work list ──► shards (read ► queue ► filter) ──► reorder window ──► printer ──► output
//
// The calling thread runs the main loop: discovery, the printer, and the first shard. Further shards are
// threads, started when there is work that nobody has taken. Whatever ends the scan (the last line, a signal,
// a failed write, -q) goes the same way: the work list is stopped, the shards are cancelled and joined, what
// was finished is flushed.
#include "pipeline/scan.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "input/archive_library.hpp"
#include "input/map_guard.hpp"
#include "weir/time.hpp"

namespace weir::pipeline {

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

}  // namespace

Scan::Scan(const ScanPlan& plan, Inputs inputs, io::BackendChoice backend, int jobs,
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
  if (plan.may_map()) input::MapGuard::install();
  context_.open_options.encoding = encoding_ ? &*encoding_ : nullptr;
}

Coro<void> Scan::run(Loop* loop) {
  loop_ = loop;
  printer_.on_source_done([this] { room_.notify_all(); });
  context_.work.on_surplus([this] { loop_->call_soon_threadsafe([this] { add_shard(); }); });
  context_.on_selected = [this] {
    if (!selected_.exchange(true)) loop_->call_soon_threadsafe([this] { stop(); });
  };
  context_.on_cancelled = [this] {
    if (!cancelled_.exchange(true)) loop_->call_soon_threadsafe([this] { stop(); });
  };
  std::exception_ptr error;
  try {
    co_await with_group(&Scan::body, this);
  } catch (const Cancelled&) {
    if (!is_quiet_success()) error = std::current_exception();
  } catch (...) {
    error = std::current_exception();
  }
  stop();
  try {
    Coro<void> join = threads_.wait_all();
    co_await with_cancel_disabled(std::move(join));
  } catch (...) {
    error = std::current_exception();  // what the others were cancelled for
  }
  Coro<void> flush = printer_.flush();
  co_await with_cancel_disabled(std::move(flush));
  progress_.clear();
  if (error) std::rethrow_exception(error);
  if (cancelled_.load()) throw Cancelled();
}

Coro<void> Scan::body(TaskGroup& group, Scan* scan) {
  group.spawn(needed(&scan->context_, scan->discover()), "discovery");
  group.spawn(needed(&scan->context_, run_shard(&scan->context_)), "shard");
  Task<void> progress = group.spawn(scan->progress_.run(), "progress");
  Task<void> printer = group.spawn(needed(&scan->context_, scan->printer_.run()), "printer");
  co_await printer.wait();
  progress.cancel();
  // All is printed, or nothing more can be.
  const bool satisfied = scan->printer_.is_satisfied();
  if (scan->printer_.error() == 0 && !satisfied && !scan->context_.stopping) co_return;
  scan->stop();
  group.cancel();
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
  if (context_.stopping || static_cast<int>(threads_.count()) + 1 >= context_.shards) return;
  threads_.start(*loop_);
}

void Scan::stop() {
  if (context_.stopping.exchange(true)) return;
  context_.work.stop();
  threads_.cancel();
  if (loop_->root_task() && (selected_.load() || cancelled_.load())) loop_->root_task()->request_cancel(this);
}

}  // namespace weir::pipeline
