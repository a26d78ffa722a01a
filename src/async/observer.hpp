// LoopObserver: what other threads may know of a loop: what it does right now, and since when. Every loop
// that is made while debug mode or a monitor is on has one; all of a process are in one register.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <coroutine>
#include <functional>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "weir/gauge.hpp"
#include "weir/loop.hpp"

namespace weir::detail {

class LoopObserver {
 public:
  explicit LoopObserver(Loop& loop);
  LoopObserver(const LoopObserver&) = delete;
  LoopObserver& operator=(const LoopObserver&) = delete;
  ~LoopObserver();

  // From 1, in the order in which the loops of the process were made.
  int number() const noexcept { return number_; }
  Loop& loop() const noexcept { return loop_; }

  // The loop's thread.
  void begin_run() noexcept;
  void end_run() noexcept;
  void note_root_done();
  void begin_step(const TaskBase* task);  // null: a callback
  void resumes(std::coroutine_handle<> frame) noexcept;
  void leave_frames() noexcept;
  void end_step(const TaskBase* task);
  bool is_on_own_thread() const noexcept { return std::this_thread::get_id() == thread_id_; }
  // The coroutine that runs, or null.
  const PromiseBase* running() const noexcept { return frame_; }
  std::vector<const Gauge*>& gauges() noexcept { return gauges_; }

  // Any thread.
  struct View {
    bool is_running = false;  // the loop
    bool is_in_step = false;
    bool is_in_coroutine = false;
    std::uint64_t step = 0;
    std::uint64_t task_id = 0;  // 0: a callback
    std::string task;
    std::source_location place;  // of the coroutine it is in, or else of the last one
    TimePoint since;
    ::pid_t thread = 0;
  };
  View view() const;
  // "task 1.3 'reader'", or "a callback".
  std::string actor(const View& view) const;
  // Questions that were posted to the loop and that it has not answered; kept here for the monitor.
  std::atomic<int> owed_answers{0};
  // When the step that runs may be reported again; kept here for the watchdog alone.
  struct Told {
    std::uint64_t step = 0;
    Duration next{};
  };
  Told told;

 private:
  Loop& loop_;
  int number_ = 0;
  mutable std::mutex mutex_;
  bool is_running_ = false;
  bool is_in_step_ = false;
  bool is_root_done_ = false;  // loop thread only
  std::uint64_t task_id_ = 0;
  std::string task_name_;
  const PromiseBase* frame_ = nullptr;
  std::source_location left_at_;
  std::uint64_t step_ = 0;
  TimePoint since_;
  ::pid_t thread_ = 0;
  std::thread::id thread_id_ = std::this_thread::get_id();
  std::vector<const Gauge*> gauges_;
};

// Whether loops that are made now are to be observed.
bool is_observing() noexcept;

// While one lives, they are.
class Observation {
 public:
  Observation() noexcept;
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation();
};

// Calls `visit` for every observed loop of the process, in the order of their numbers; none of them goes
// meanwhile. It must not wait for a loop.
void visit_observers(const std::function<void(LoopObserver&)>& visit);

}  // namespace weir::detail
