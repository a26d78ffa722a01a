// Loop: one thread's scheduler. It runs ready coroutines in FIFO order, fires timers, and lets its driver
// wait for I/O. Most programs never name a Loop: run() makes one.
//
//   const std::unique_ptr<weir::Loop> loop = weir::make_loop();   // weir/run.hpp
//   const int value = loop->run_until_complete(real_main());
//   loop->close();
//
// Ownership: a loop owns the tasks, callbacks and timers that are given to it; whoever made the loop owns it.
// Threads: a loop belongs to the thread that made it, and coroutines never leave it. Everything here may only
// be called there, except call_soon_threadsafe(), cancel_root_threadsafe() and on_signal().
// Cancellation: of the main task, from anywhere, by cancel_root_threadsafe().
// Errors: run_until_complete() throws what the main coroutine throws, or else the first exception of a
// callback or timer, which cancels the main task; std::logic_error where it cannot run.
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "weir/coro.hpp"
#include "weir/ready_queue.hpp"
#include "weir/timers.hpp"

namespace weir {

namespace detail {

class LoopObserver;

// What a loop sleeps on: kernel I/O, or a simulation of it.
class Driver {
 public:
  virtual ~Driver() = default;

  // Starts what is queued and delivers completions, which wake their waiters. Blocks until there is one,
  // wake() is called, or `deadline` passes; no deadline means no limit, a past one means no blocking.
  virtual void poll(std::optional<TimePoint> deadline) = 0;

  // Ends a poll() in progress, or the next one. Any thread; async-signal-safe.
  virtual void wake() noexcept = 0;

  // The clock of timers; virtual in simulations.
  virtual TimePoint now() const noexcept { return Clock::now(); }

  // Operations given to the kernel and not yet completed.
  virtual std::size_t in_flight() const noexcept = 0;

  virtual const char* name() const noexcept = 0;
};

}  // namespace detail

// One row of a task listing.
struct TaskInfo {
  std::uint64_t id;
  std::uint64_t parent_id;
  std::string name;
  TaskState state;
  std::string waiting_for;  // empty when it is ready to run
  std::string spawned_at;   // file:line
  std::string waiting_at;   // file:line of the innermost co_await outside of this library, if it waits
  Duration age{};           // since it was spawned; zero when the loop is not observed
};

// One co_await of a chain.
struct AwaitPlace {
  std::string function;
  std::string at;  // file:line
};

class Loop {
 public:
  using Timer = detail::TimerKey;

  explicit Loop(std::unique_ptr<detail::Driver> driver);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  // The loop running on this thread, or null.
  static Loop* current() noexcept;

  // Runs `main` as the root task, and everything it spawns, until it is done; then tasks that other threads
  // have started are cancelled and joined. Gives its value or throws its exception. Not re-entrant:
  // std::logic_error when a loop already runs on this thread, or when this one is closed or was made by
  // another thread. `where` is told as the place where the root task was spawned.
  template <class T>
  T run_until_complete(Coro<T> main, std::string name = "main",
                       std::source_location where = std::source_location::current());

  bool is_running() const noexcept { return running_; }
  bool is_closed() const noexcept { return closed_; }

  // Drops callbacks and timers; later runs and posts are refused. The loop must not be running.
  void close();

  // Runs `callback` in a later step. An exception from any callback or timer cancels the root task, and
  // run_until_complete() throws it (the first one) when all is joined.
  void call_soon(std::function<void()> callback);
  Timer call_at(TimePoint when, std::function<void()> callback);
  Timer call_later(Duration delay, std::function<void()> callback);
  // Nothing when it has fired.
  void cancel_timer(const Timer& timer) noexcept { timers_.cancel(timer); }
  TimePoint now() const noexcept { return driver_->now(); }
  // now() + delay, but never past the end of the clock: Duration::max() means never.
  TimePoint deadline_after(Duration delay) const noexcept;

  // Any thread: `callback` runs on the loop. False when the loop is closed; the callback is then dropped.
  bool call_soon_threadsafe(std::function<void()> callback);

  // Any thread: asks the root task to stop, in the name of `owner`.
  void cancel_root_threadsafe(const void* owner);

  // Any thread, async-signal-safe: the root task is asked to stop, in the name of signals.
  void on_signal() noexcept;

  // The task that runs now, null between steps.
  detail::TaskBase* current_task() const noexcept { return current_task_; }
  detail::TaskBase* root_task() const noexcept { return root_; }
  // At most `most` of its tasks, by id; where there are more, the oldest are left out.
  std::vector<TaskInfo> tasks(std::size_t most = static_cast<std::size_t>(-1)) const;
  // Where a task that waits stands, the innermost co_await first. Empty for one that is unknown, runs, or has
  // not run yet.
  std::vector<AwaitPlace> await_chain(std::uint64_t task_id) const;
  // Asks it to stop in the name of whoever watches the program. False when it is unknown or done.
  bool cancel_task(std::uint64_t task_id);
  std::size_t task_count() const noexcept { return task_count_; }

  detail::Driver& driver() noexcept { return *driver_; }

  // Test aid: runs ready coroutines in a pseudo-random order made from `seed` instead of FIFO.
  void shuffle_ready(std::uint64_t seed) noexcept { shuffle_state_ = seed | 1; }

  // Runtime only.
  // What debug mode and the monitor know of this loop; null when neither was on as it was made.
  detail::LoopObserver* observer() const noexcept { return observer_.get(); }
  std::size_t ready_count() const noexcept { return ready_.size(); }
  std::size_t timer_count() const noexcept { return timers_.size(); }
  void schedule(std::coroutine_handle<> handle, detail::TaskBase* task);
  void schedule_threadsafe(detail::Waiter& waiter);
  void add_task(detail::TaskBase& task) noexcept;
  void remove_task(detail::TaskBase& task) noexcept;
  std::uint64_t next_task_id() noexcept { return ++last_task_id_; }
  void run_callback(const std::function<void()>& callback) noexcept;

 private:
  void check_can_run() const;
  void run_task(detail::TaskBase& root);
  void cancel_guests();
  void turn();
  void run_ready_batch();
  detail::Ready pop_ready() noexcept;
  void step(const detail::Ready& ready);
  void resume_chain(detail::TaskBase& task, std::coroutine_handle<> handle);
  void finish(detail::TaskBase& task);
  // Apart, so that a loop which nobody observes pays no more than the test for it.
  [[gnu::cold]] void step_observed(detail::TaskBase& task, std::coroutine_handle<> handle);
  [[gnu::cold]] void schedule_observed(std::coroutine_handle<> handle, detail::TaskBase* task);
  std::coroutine_handle<> innermost(const detail::TaskBase& task) const noexcept;
  detail::TaskBase* find_task(std::uint64_t id) const noexcept;
  void call(const std::function<void()>& callback) noexcept;
  [[gnu::cold]] void run_callback_observed(const std::function<void()>& callback) noexcept;
  [[gnu::cold]] void check_thread(const char* call) const;
  void poll();
  void fire_timers();
  void run_posts(std::vector<std::function<void()>> posts);
  void note_post() noexcept;
  void take_posted();
  std::optional<TimePoint> sleep_deadline() noexcept;

  std::unique_ptr<detail::Driver> driver_;
  detail::ReadyQueue ready_;
  detail::TaskBase* current_task_ = nullptr;
  detail::TaskBase* root_ = nullptr;
  detail::ListNode* tasks_ = nullptr;
  std::size_t task_count_ = 0;
  detail::Timers timers_;
  std::uint64_t last_task_id_ = 0;
  std::uint64_t shuffle_state_ = 0;
  std::unique_ptr<detail::LoopObserver> observer_;
  bool running_ = false;
  bool closed_ = false;
  std::exception_ptr callback_error_;
  std::thread::id thread_ = std::this_thread::get_id();
  std::atomic<bool> signalled_{false};

  // Posts from other threads.
  mutable std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_callbacks_;
  std::vector<detail::Waiter*> posted_waiters_;
  std::atomic<bool> posted_{false};  // changed under the mutex
  bool sleeping_ = false;            // in a poll that somebody must end for a post
  bool refuse_posts_ = false;
  // Emptied; kept for their memory.
  std::vector<std::function<void()>> spare_callbacks_;
  std::vector<detail::Waiter*> taken_waiters_;
};

}  // namespace weir

#include "weir/task.hpp"

namespace weir {

template <class T>
T Loop::run_until_complete(Coro<T> main, std::string name, std::source_location where) {
  check_can_run();
  Task<T> root = detail::make_task(*this, std::move(main), std::move(name), nullptr, nullptr, where);
  run_task(*root.state());
  return root.result();
}

}  // namespace weir
