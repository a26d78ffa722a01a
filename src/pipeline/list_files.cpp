// list_files(): discovery on one side, a writer on the other, and a bounded text of names between them.
#include <cerrno>
#include <string>
#include <utility>

#include "input/file_types.hpp"
#include "io/backend.hpp"
#include "output/line_style.hpp"
#include "output/sink.hpp"
#include "pipeline/discovery.hpp"
#include "pipeline/interruptible.hpp"
#include "pipeline/resolve.hpp"
#include "weir/grep.hpp"
#include "weir/group.hpp"
#include "weir/time.hpp"

namespace weir {

namespace pipeline {

namespace {

constexpr std::size_t kMostPending = 256 * 1024;  // bytes of names found and not yet handed to the system

class FileList {
 public:
  FileList(const GrepOptions& options, Inputs inputs, base::Diagnostics& diagnostics)
      : quiet_(options.output == GrepOutput::quiet),
        discovery_(options, std::move(inputs), diagnostics),
        style_(options, true),
        sink_(options.output_fd) {}

  Coro<void> run() { co_await with_group(&FileList::body, this); }

  std::uint64_t found() const noexcept { return discovery_.found(); }
  int error() const noexcept { return sink_.error(); }

 private:
  static Coro<void> body(TaskGroup& group, FileList* list);
  Coro<void> discover();
  void take(const std::vector<std::shared_ptr<input::Source>>& sources);

  bool quiet_;
  Discovery discovery_;
  output::LineStyle style_;
  output::Sink sink_;
  std::string pending_;
  bool complete_ = false;
  bool cancelled_ = false;  // the discovery
  Condition found_more_;
  Condition room_;
};

// The writer. Names go out as they are found, so that a slow walk shows what it has.
Coro<void> FileList::body(TaskGroup& group, FileList* list) {
  group.spawn(list->discover(), "discovery");
  for (;;) {
    while (list->pending_.empty() && !list->complete_ && !list->cancelled_)
      co_await list->found_more_.wait();
    if (list->cancelled_) throw Cancelled();
    if (list->pending_.empty()) break;
    const std::string text = std::exchange(list->pending_, {});
    list->room_.notify_all();
    if (!list->quiet_) {
      co_await list->sink_.write(text);
      co_await list->sink_.flush();
    }
    if (list->quiet_ || list->sink_.error() != 0) break;
  }
  if (!list->complete_) group.cancel();
}

Coro<void> FileList::discover() {
  const auto push = [this](std::vector<std::shared_ptr<input::Source>> sources) { take(sources); };
  const auto has_room = [this] { return pending_.size() < kMostPending; };
  try {
    co_await discovery_.run(push, has_room, &room_);
    complete_ = true;
  } catch (const Cancelled&) {
    cancelled_ = true;
  }
  found_more_.notify_all();
}

// Standard input stays "-": the list may be given to --files-from.
void FileList::take(const std::vector<std::shared_ptr<input::Source>>& sources) {
  for (const auto& source : sources)
    pending_ += style_.listed_name(source->path, source->has_path());
  found_more_.notify_all();
}

}  // namespace
}  // namespace pipeline

Result<std::string> list_file_types(const GrepOptions& options) {
  const auto types = input::FileTypes::parse(options.type_definitions);
  if (!types) return types.error();
  return types.value().listing();
}

Result<GrepSummary> list_files(const GrepOptions& options) {
  auto resolved = pipeline::resolve(options, pipeline::Purpose::list);
  if (!resolved) return resolved.error();
  base::Diagnostics diagnostics([&options](std::string_view line) {
    if (options.message) options.message(line);
  });
  diagnostics.set_file_errors_silent(options.silent_file_errors);
  auto backend = io::make_backend(resolved.value().backend);
  if (!backend) return backend.error();

  GrepSummary summary;
  summary.engine = resolved.value().filter->engine();
  summary.io = backend.value()->name();
  const TimePoint begin = Clock::now();
  Loop loop(std::move(backend).value());
  pipeline::FileList list(options, resolved.value().inputs, diagnostics);
  pipeline::run_interruptible(loop, list.run(), options, diagnostics, summary.signal);
  if (list.error() != 0 && list.error() != EPIPE)
    diagnostics.error("standard output: write: " + base::errno_text(list.error()));
  summary.files = list.found();
  summary.any_selected = list.found() > 0;
  summary.any_error = diagnostics.any_error();
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return summary;
}

}  // namespace weir
