#include "weir/offload.hpp"

#include <semaphore.h>

#include <csignal>

#include <algorithm>
#include <system_error>

namespace weir {

// One for each job, and one for each thread at the end. No condition variable: those of glibc before 2.41 may
// lose a signal (its bug 25847), and a job would lie there.
class OffloadPool::Posts {
 public:
  Posts() noexcept { ::sem_init(&count_, 0, 0); }
  Posts(const Posts&) = delete;
  Posts& operator=(const Posts&) = delete;
  ~Posts() { ::sem_destroy(&count_); }

  void add() noexcept { ::sem_post(&count_); }
  void take() noexcept {
    while (::sem_wait(&count_) != 0) {  // EINTR
    }
  }

 private:
  ::sem_t count_;
};

OffloadPool::OffloadPool(std::size_t threads)
    : posts_(std::make_unique<Posts>()),
      max_threads_(threads != 0 ? threads : std::max<std::size_t>(4, std::thread::hardware_concurrency())) {}

OffloadPool::~OffloadPool() {
  for (std::size_t i = 0; i < threads_.size(); ++i)
    posts_->add();
  for (std::thread& thread : threads_)
    thread.join();
}

namespace {
std::mutex shared_mutex;
OffloadPool* made_pool = nullptr;  // while it lives
}  // namespace

OffloadPool& OffloadPool::shared() {
  class Shared : public OffloadPool {
   public:
    Shared() { note(this); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() { note(nullptr); }

   private:
    static void note(OffloadPool* pool) {
      const std::lock_guard lock(shared_mutex);
      made_pool = pool;
    }
  };
  static Shared pool;
  return pool;
}

OffloadPool::Load OffloadPool::load() {
  const std::lock_guard lock(mutex_);
  return {threads_.size(), threads_.size() - idle_, jobs_.size()};
}

OffloadPool::Load OffloadPool::shared_load() {
  const std::lock_guard lock(shared_mutex);
  return made_pool ? made_pool->load() : Load();
}

void OffloadPool::submit(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    const bool wants_thread = jobs_.size() >= idle_ && threads_.size() < max_threads_;
    if (wants_thread) start_thread();
    if (!threads_.empty()) {
      jobs_.push_back(&job);
      posts_->add();
      return;
    }
  }
  job.run_on_pool();  // the system refuses even one thread
}

// Signals are for the loops: a thread inherits the mask of its maker. Those that a fault raises stay open,
// because the kernel would kill the process without calling their handlers.
void OffloadPool::start_thread() {
  sigset_t blocked;
  sigset_t before;
  sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    sigdelset(&blocked, fault);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  try {
    threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // A limit on threads: those that there are do the work.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void OffloadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    lock.unlock();
    posts_->take();
    lock.lock();
    --idle_;
    if (jobs_.empty()) return;  // the post was for the end
    Job* job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job->run_on_pool();
    lock.lock();
  }
}

}  // namespace weir
