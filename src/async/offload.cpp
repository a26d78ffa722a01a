#include "weir/offload.hpp"

#include <csignal>

#include <algorithm>

namespace weir {

OffloadPool::OffloadPool(std::size_t threads)
    : max_threads_(threads != 0 ? threads : std::max<std::size_t>(4, std::thread::hardware_concurrency())) {}

OffloadPool::~OffloadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  available_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

OffloadPool& OffloadPool::shared() {
  static OffloadPool pool;
  return pool;
}

void OffloadPool::submit(Job& job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(&job);
  if (jobs_.size() > idle_ && threads_.size() < max_threads_) {
    // Signals are for the loops; a thread inherits the mask of its maker.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    threads_.emplace_back([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  available_.notify_one();
}

void OffloadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    available_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    Job* job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job->run_on_pool();
    lock.lock();
  }
}

}  // namespace weir
