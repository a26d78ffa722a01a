// offload(fn): runs a callable on a pool of threads and resumes on the caller's loop with its result.
//
//   auto work = [data = std::move(data)] { return compress(data); };
//   const std::string packed = co_await weir::offload(std::move(work));
//
// Name the callable first: g++ 12 destroys a capturing temporary twice when it stands in the statement that
// awaits. The callable sees a copy of the task's context (weir/context.hpp).
//
// Ownership: the callable and its result live in the awaiting coroutine; a pool outlives what it runs.
// Threads: the callable runs on a thread of the pool, and must not touch what belongs to the loop.
// Cancellation: the callable cannot be interrupted; a task cancelled meanwhile waits for it, gets its value,
// and sees the cancellation at its next suspension point. One that takes long may look at a flag: the
// cancellation sets the `stop` that was given to offload(fn, stop).
// Errors: what the callable throws is thrown to the awaiter.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "weir/loop.hpp"

namespace weir {

// A fixed number of threads, started as jobs come in. Thread-safe.
class OffloadPool {
 public:
  class Job {
   public:
    virtual void run_on_pool() noexcept = 0;

   protected:
    ~Job() = default;
  };

  // `threads` at most; 0 = number of cores, at least 4 (blocking calls are what the pool is for).
  explicit OffloadPool(std::size_t threads = 0);
  OffloadPool(const OffloadPool&) = delete;
  OffloadPool& operator=(const OffloadPool&) = delete;
  // Runs what is queued, then joins.
  ~OffloadPool();

  // The job must stay alive until it has run. It runs here and now if the system allows no thread at all.
  void submit(Job& job);

  // The pool of the process; made on first use.
  static OffloadPool& shared();

  struct Load {
    std::size_t threads = 0;
    std::size_t busy = 0;     // of these, how many run a job
    std::size_t waiting = 0;  // jobs
  };
  Load load();
  // Of the pool of the process, which is not made for this.
  static Load shared_load();

 private:
  class Posts;

  void start_thread();
  void work();

  std::mutex mutex_;
  std::unique_ptr<Posts> posts_;
  std::deque<Job*> jobs_;
  std::size_t idle_ = 0;
  std::size_t max_threads_;
  std::vector<std::thread> threads_;
};

namespace detail {

template <class Fn>
class Offload final : public Leaf<Offload<Fn>>, private OffloadPool::Job {
 public:
  using Value = std::invoke_result_t<Fn&>;

  Offload(OffloadPool& pool, Fn fn, std::atomic<bool>* stop = nullptr)
      : Leaf<Offload<Fn>>("offload"), pool_(pool), fn_(std::move(fn)), stop_(stop) {}
  bool ready() const noexcept { return false; }
  __attribute__((noinline)) void suspend() noexcept {
    loop_ = &this->loop();
    context_ = this->task()->context();
    pool_.submit(*this);
  }
  Value result() { return outcome_.take(); }
  bool abandon() noexcept override {
    if (stop_) stop_->store(true);
    return false;
  }

 private:
  void run_on_pool() noexcept override {
    run_in_context();
    loop_->schedule_threadsafe(*this);
  }
  void run_in_context() noexcept {
    const ContextScope scope(context_);
    try {
      if constexpr (std::is_void_v<Value>) {
        fn_();
        outcome_.set_value(Unit());
      } else {
        outcome_.set_value(fn_());
      }
    } catch (...) {
      outcome_.set_error(std::current_exception());
    }
  }

  OffloadPool& pool_;
  Fn fn_;
  std::atomic<bool>* stop_;
  Loop* loop_ = nullptr;
  Context context_;
  Outcome<Value> outcome_;
};

}  // namespace detail

template <class Fn>
detail::Offload<Fn> offload(Fn fn) {
  return detail::Offload<Fn>(OffloadPool::shared(), std::move(fn));
}
// `stop` outlives the call.
template <class Fn>
detail::Offload<Fn> offload(Fn fn, std::atomic<bool>& stop) {
  return detail::Offload<Fn>(OffloadPool::shared(), std::move(fn), &stop);
}
template <class Fn>
detail::Offload<Fn> offload_to(OffloadPool& pool, Fn fn) {
  return detail::Offload<Fn>(pool, std::move(fn));
}

}  // namespace weir
