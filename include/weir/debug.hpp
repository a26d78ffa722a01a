// Debug mode: says on standard error what is wrong with how a program uses the runtime.
//
//   weir::DebugMode debug;                     // or RunOptions::debug, or WEIR_ASYNC_DEBUG=1 for run()
//   weir::run(real_main());
//
// While a DebugMode lives, for every loop of the process that is made meanwhile:
//
// * A step that holds its loop for `slow_step` or more is reported by a thread of its own while it still
//   runs, with the task, the last co_await that it passed and what the thread is doing, and again with the
//   time it took and the co_await that ended it: what blocked lies between the two.
// * A coroutine that is dropped without having been awaited or spawned is reported, with its function and the
//   task that dropped it.
// * A thread lock held across a co_await is reported in two cases: always if it is a CheckedLock, which says
//   where it was taken; and for any std::mutex when the loop then blocks on it, because another task of the
//   same thread holds it (Linux with glibc). A std::lock_guard that nobody else wants is not noticed.
// * Tasks that are not done when their loop ends, when a coroutine calls std::exit(), or when clean-up after
//   a signal exceeds the grace period, are listed.
// * A loop, or a task, queue or event of a loop, used from another thread is reported: call_soon(), call_at()
//   and spawn() then throw std::logic_error; what would have made a task ready is handed over instead.
//
// Each report is one line. Steps are then timed and tasks keep the time of their making; without debug mode
// and monitor none of this costs more than a test of a pointer.
//
// Ownership: a DebugMode keeps its options; loops made meanwhile may outlive it. Of nested ones the last
// counts.
// Threads: made and destroyed on any; reports come on any, one at a time.
// Cancellation: not concerned.
// Errors: std::system_error when there can be no thread for the watchdog.
#pragma once

#include <functional>
#include <mutex>
#include <source_location>
#include <string>

#include "weir/loop.hpp"

namespace weir {

struct DebugOptions {
  Duration slow_step = std::chrono::milliseconds(100);
  // Gets each line, without its end, on any thread but one at a time; it must not throw and not call back
  // into the runtime. Empty: standard error, behind "weir: debug: ".
  std::function<void(const std::string&)> report;
};

class DebugMode {
 public:
  explicit DebugMode(DebugOptions options = {});
  DebugMode(const DebugMode&) = delete;
  DebugMode& operator=(const DebugMode&) = delete;
  ~DebugMode();

  static bool is_on() noexcept;
  // Whether WEIR_ASYNC_DEBUG asks for it (set, and not 0), and with which step: WEIR_SLOW_STEP_MS.
  static bool is_wanted_by_environment() noexcept;
  static DebugOptions options_from_environment();

 private:
  DebugOptions options_;
};

namespace detail {

// One thread lock that this thread holds, for debug mode.
class HeldLock {
 public:
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;

 protected:
  explicit HeldLock(std::source_location where) noexcept;
  ~HeldLock();

 private:
  friend void report_held_locks(const TaskBase& task, std::source_location suspended_at);
  HeldLock* previous_ = nullptr;
  HeldLock* next_ = nullptr;
  std::source_location where_;
  bool reported_ = false;
};

}  // namespace detail

// A std::lock_guard that debug mode knows about: reported when its task suspends while it is held.
//
//   { weir::CheckedLock lock(mutex); ++shared; }
template <class M = std::mutex>
class [[nodiscard]] CheckedLock : private detail::HeldLock {
 public:
  explicit CheckedLock(M& mutex, std::source_location where = std::source_location::current())
      : HeldLock(where), guard_(mutex) {}

 private:
  std::lock_guard<M> guard_;
};

}  // namespace weir
