// Blocking system calls on a few threads, for machines without io_uring.
//
// What is in the page cache is read on the loop's own thread (preadv2 with RWF_NOWAIT, openat2 with
// RESOLVE_CACHED), so that the data lands in the cache of the core that scans it; only what must wait for a
// device goes to the pool. Streams (pipes, terminals, sockets) are never read or written before ppoll() says
// that they will not block, unless they are non-blocking anyway, so that it can be cancelled.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/unique_fd.hpp"
#include "io/backend.hpp"
#include "io/system_call.hpp"
#include "weir/offload.hpp"

namespace weir::io {

namespace {

constexpr int kMaxThreads = 64;  // over all loops: depth for cold files

class ThreadsBackend final : public Backend {
 public:
  explicit ThreadsBackend(std::size_t threads)
      : wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), pool_(threads) {}

  void start(Operation& operation) noexcept override;
  void cancel(Operation& operation) noexcept override;
  void poll(std::optional<TimePoint> deadline) override;
  void wake() noexcept override;
  std::size_t in_flight() const noexcept override { return in_flight_; }
  const char* name() const noexcept override { return "threads"; }

 private:
  class Job final : public OffloadPool::Job {
   public:
    Job(ThreadsBackend& backend, Operation& operation) noexcept : backend_(backend), operation_(operation) {}
    void run_on_pool() noexcept override {
      result_ = perform(operation_);
      backend_.on_job_done(*this);
    }
    Operation& operation() const noexcept { return operation_; }
    int result() const noexcept { return result_; }

   private:
    ThreadsBackend& backend_;
    Operation& operation_;
    int result_ = 0;
  };
  struct Done {
    Operation* operation;
    int result;
  };

  void on_job_done(Job& job) noexcept;
  bool deliver() noexcept;
  void wait(std::optional<TimePoint> deadline);

  std::size_t in_flight_ = 0;
  std::vector<Done> immediate_;     // done on the loop's thread
  std::vector<Operation*> polled_;  // waiting for their descriptors
  base::UniqueFd wake_fd_;
  std::mutex mutex_;
  std::vector<Job*> jobs_done_;  // done by the pool; guarded by mutex_
  OffloadPool pool_;             // last: its threads use the above
};

void ThreadsBackend::start(Operation& operation) noexcept {
  ++in_flight_;
  if (operation.waits_for_others() && !operation.is_non_blocking()) {
    polled_.push_back(&operation);
    return;
  }
  if (operation.is_non_blocking()) {
    const int result = perform(operation);
    if (result == -EAGAIN) {
      polled_.push_back(&operation);
    } else {
      immediate_.push_back({&operation, result});
    }
    return;
  }
  const int result = perform_if_cached(operation);
  if (result != -EAGAIN) {
    immediate_.push_back({&operation, result});
    return;
  }
  pool_.submit(*new Job(*this, operation));
}

void ThreadsBackend::cancel(Operation& operation) noexcept {
  const auto polled = std::find(polled_.begin(), polled_.end(), &operation);
  if (polled == polled_.end()) return;  // a system call under way runs to its end
  polled_.erase(polled);
  immediate_.push_back({&operation, -ECANCELED});
}

void ThreadsBackend::on_job_done(Job& job) noexcept {
  const std::lock_guard lock(mutex_);
  jobs_done_.push_back(&job);
  if (jobs_done_.size() == 1) wake();
}

void ThreadsBackend::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_.get(), &one, sizeof one);
}

bool ThreadsBackend::deliver() noexcept {
  std::vector<Job*> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(jobs_done_);
  }
  const std::vector<Done> immediate = std::exchange(immediate_, {});
  for (const Done& done : immediate) {
    --in_flight_;
    done.operation->complete(done.result, true);
  }
  for (Job* job : jobs) {
    --in_flight_;
    job->operation().complete(job->result(), false);
    delete job;
  }
  return !immediate.empty() || !jobs.empty();
}

void ThreadsBackend::poll(std::optional<TimePoint> deadline) {
  const bool delivered = deliver();
  const bool may_block = !delivered && !(deadline && *deadline <= Clock::now());
  if (!may_block && polled_.empty()) return;
  wait(may_block ? deadline : std::optional<TimePoint>(TimePoint::min()));
  deliver();
}

void ThreadsBackend::wait(std::optional<TimePoint> deadline) {
  std::vector<pollfd> entries{{wake_fd_.get(), POLLIN, 0}};
  for (const Operation* operation : polled_)
    entries.push_back({operation->fd(), operation->awaited_events(), 0});
  timespec limit{};
  if (deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::nanoseconds>(*deadline - std::min(*deadline, Clock::now()));
    limit = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  }
  if (ppoll(entries.data(), entries.size(), deadline ? &limit : nullptr, nullptr) <= 0) return;
  if (entries[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(wake_fd_.get(), &count, sizeof count);
  }
  std::vector<Operation*> still;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    Operation& operation = *polled_[i - 1];
    int result = -EAGAIN;
    if (entries[i].revents != 0)
      result = operation.code() == Operation::Code::poll_in ? 1 : perform(operation);
    if (entries[i].revents == 0 || (result == -EAGAIN && operation.is_non_blocking())) {
      still.push_back(&operation);
    } else {
      immediate_.push_back({&operation, result});
    }
  }
  polled_ = std::move(still);
}

}  // namespace

std::unique_ptr<Backend> make_threads_backend(int share) {
  const int threads = std::max(4, kMaxThreads / std::max(1, share));
  return std::make_unique<ThreadsBackend>(static_cast<std::size_t>(threads));
}

}  // namespace weir::io
