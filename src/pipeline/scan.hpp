// Scan: one run over all inputs, from discovery to the last byte written. Lives on the main loop's thread.
#pragma once

#include <atomic>
#include <optional>

#include "base/diagnostics.hpp"
#include "io/backend.hpp"
#include "pipeline/discovery.hpp"
#include "pipeline/printer.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/shard_threads.hpp"
#include "weir/group.hpp"
#include "weir/sync.hpp"

namespace weir::pipeline {

class Scan {
 public:
  Scan(const ScanPlan& plan, Inputs inputs, io::BackendChoice backend, int jobs,
       base::Diagnostics& diagnostics);

  Coro<void> run(Loop* loop);

  const ScanContext& context() const noexcept { return context_; }
  Printer& printer() noexcept { return printer_; }
  // -q: the run has ended at a line that was selected.
  bool is_quiet_success() const noexcept { return selected_.load(); }

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
  std::atomic<bool> selected_{false};
  std::atomic<bool> cancelled_{false};
};

}  // namespace weir::pipeline
