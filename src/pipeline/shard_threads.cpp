#include "pipeline/shard_threads.hpp"

#include <csignal>
#include <stdexcept>

namespace weir::pipeline {

ShardThreads::~ShardThreads() {
  for (const auto& one : shards_)
    one->thread.join();
}

void ShardThreads::start(Loop& main_loop) {
  One& one = *shards_.emplace_back(std::make_unique<One>());
  ++running_;
  // Signals are for the main loop; a thread inherits the mask of its maker.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  one.thread = std::thread([this, &one, &main_loop] { run(one, main_loop); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ShardThreads::run(One& one, Loop& main_loop) {
  try {
    auto backend = io::make_backend(backend_);
    if (!backend) throw std::runtime_error(backend.error().what);
    Loop loop(std::move(backend).value());
    bool cancelled = false;
    {
      const std::lock_guard lock(one.mutex);
      one.loop = &loop;
      cancelled = one.cancelled;
    }
    try {
      if (!cancelled) loop.run_until_complete(needed(&context_, run_shard(&context_)), "shard");
    } catch (const Cancelled&) {
    }
    const std::lock_guard lock(one.mutex);
    one.loop = nullptr;
  } catch (...) {
    const std::lock_guard lock(one.mutex);
    one.loop = nullptr;
    one.error = std::current_exception();
  }
  main_loop.call_soon_threadsafe([this] {
    --running_;
    ended_.notify_all();
  });
}

void ShardThreads::cancel() {
  for (const auto& one : shards_) {
    const std::lock_guard lock(one->mutex);
    one->cancelled = true;
    if (one->loop) one->loop->cancel_root_threadsafe(this);
  }
}

Coro<void> ShardThreads::wait_all() {
  while (running_ > 0)
    co_await ended_.wait();
  for (const auto& one : shards_) {
    if (one->error) std::rethrow_exception(one->error);
  }
}

}  // namespace weir::pipeline
