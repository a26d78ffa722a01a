// Shard: one thread's share of a scan. Readers take units and put chunks into a bounded queue; the filter
// stage empties it and delivers blocks. All of it runs on one loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "base/diagnostics.hpp"
#include "input/archive_reader.hpp"
#include "input/open_source.hpp"
#include "input/spare_cores.hpp"
#include "input/work_list.hpp"
#include "output/reorder_window.hpp"
#include "pipeline/line_scanner.hpp"

namespace weir::pipeline {

// Sums over all shards, for progress and statistics.
struct Counters {
  std::atomic<std::uint64_t> files{0};         // opened
  std::atomic<std::uint64_t> bytes_opened{0};  // their sizes
  std::atomic<std::uint64_t> bytes{0};         // scanned
  std::atomic<std::uint64_t> mapped{0};        // of them, without a copy
  std::atomic<std::uint64_t> peak_reads{0};    // in flight at once on one shard
  std::atomic<std::uint64_t> skipped{0};       // bytes outside the window of time, not read
  std::atomic<std::uint64_t> probed{0};        // bytes read to know that
  std::atomic<std::uint64_t> unsorted{0};      // files that were searched for the window in vain
  std::atomic<std::uint64_t> records{0};       // run through a program; the next ones are of jq as well
  std::atomic<std::uint64_t> outputs{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> native_records{0};
  std::atomic<std::uint64_t> native_bytes{0};
  std::atomic<std::uint64_t> libjq_records{0};
  std::atomic<std::uint64_t> libjq_bytes{0};
  std::atomic<std::uint64_t> filtered_bytes{0};  // left out by the raw filter
  std::atomic<std::uint64_t> untimed{0};         // selected lines with no time stamp in or before them
};

// What the shards of one scan have in common. Outlives them.
struct ScanContext {
  ScanContext(const ScanPlan& plan_, base::Diagnostics& diagnostics_, std::size_t budget_bytes, int shards_)
      : plan(plan_), diagnostics(diagnostics_), window(budget_bytes), shards(shards_), spare_cores(shards_) {}

  const ScanPlan& plan;
  base::Diagnostics& diagnostics;
  input::OpenOptions open_options;
  input::MemberChoice members;
  input::WorkList work;
  output::ReorderWindow window;
  Counters counters;
  int shards;
  input::SpareCores spare_cores;
  // Called on any thread:
  std::function<void()> on_selected;   // -q: at the first selected line
  std::function<void()> on_cancelled;  // by a task without which the run is not whole
  std::atomic<bool> stopping{false};   // by the run itself
};

Coro<void> run_shard(ScanContext* context);

// For a task without which the run is not whole: if anyone but the run itself cancels it, the run ends.
Coro<void> needed(ScanContext* context, Coro<void> work);

}  // namespace weir::pipeline
