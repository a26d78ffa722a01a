// ShardThreads: the shards beside the first, each a thread with a loop of its own, started as work calls for
// them. start(), cancel() and wait_all() belong to the main loop's thread.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "io/backend.hpp"
#include "pipeline/shard.hpp"
#include "weir/sync.hpp"

namespace weir::pipeline {

class ShardThreads {
 public:
  ShardThreads(ScanContext& context, io::BackendChoice backend) : context_(context), backend_(backend) {}
  ShardThreads(const ShardThreads&) = delete;
  ShardThreads& operator=(const ShardThreads&) = delete;
  // Every shard must have ended: wait_all().
  ~ShardThreads();

  std::size_t count() const noexcept { return shards_.size(); }
  void start(Loop& main_loop);
  // Asks all to stop.
  void cancel();
  // Until all have ended. Rethrows what one of them died of.
  Coro<void> wait_all();

 private:
  struct One {
    std::mutex mutex;
    Loop* loop = nullptr;  // while it runs
    bool cancelled = false;
    std::exception_ptr error;
    std::thread thread;
  };

  void run(One& one, Loop& main_loop);

  ScanContext& context_;
  io::BackendChoice backend_;
  std::vector<std::unique_ptr<One>> shards_;
  std::size_t running_ = 0;
  Condition ended_;
};

}  // namespace weir::pipeline
