#include "weir/loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <typeinfo>

namespace weir {

namespace {
thread_local Loop* current_loop = nullptr;

std::uint64_t next_random(std::uint64_t& state) noexcept {
  // xorshift64*, Marsaglia 2003 / Vigna 2014.
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1DULL;
}
}  // namespace

Loop::Loop(std::unique_ptr<detail::Driver> driver) : driver_(std::move(driver)) {}

Loop::~Loop() {
  if (!closed_) close();
}

Loop* Loop::current() noexcept {
  return current_loop;
}

void Loop::close() {
  if (running_) throw std::logic_error("close() of a running loop");
  closed_ = true;
  std::vector<std::function<void()>> unrun;  // destroyed outside the lock: what they hold may post
  {
    const std::lock_guard lock(posted_mutex_);
    refuse_posts_ = true;
    unrun.swap(posted_callbacks_);
  }
  timers_.clear();
  ready_.clear();
}

void Loop::check_can_run() const {
  if (closed_) throw std::logic_error("the loop is closed");
  if (current_loop) throw std::logic_error("a loop already runs on this thread");
  if (thread_ != std::this_thread::get_id()) throw std::logic_error("the loop belongs to another thread");
}

void Loop::run_task(detail::TaskBase& root) {
  current_loop = this;
  running_ = true;
  {
    const std::lock_guard lock(posted_mutex_);
    root_ = &root;
  }
  while (task_count_ > 0)
    turn();
  {
    const std::lock_guard lock(posted_mutex_);
    root_ = nullptr;
  }
  running_ = false;
  current_loop = nullptr;
  if (callback_error_) std::rethrow_exception(std::exchange(callback_error_, nullptr));
}

// The root is done, and all that it spawned is joined: what is left came from other threads.
void Loop::cancel_guests() {
  for (detail::ListNode* node = tasks_; node; node = node->next)
    static_cast<detail::TaskBase*>(node)->request_cancel(&tasks_);
}

// One round: the coroutines that are ready now, then posts, timers and I/O. What becomes ready meanwhile
// waits for the next round, so I/O is never starved.
void Loop::turn() {
  run_ready_batch();
  if (root_->done()) cancel_guests();
  if (task_count_ == 0) return;
  take_posted();
  driver_->poll(poll_deadline());
  take_posted();
  fire_timers();
}

std::optional<TimePoint> Loop::poll_deadline() const {
  if (!ready_.empty()) return TimePoint::min();
  if (timers_.empty()) return std::nullopt;
  const TimePoint first = timers_.begin()->first.when();
  return first == TimePoint::max() ? std::nullopt : std::optional<TimePoint>(first);
}

void Loop::run_ready_batch() {
  for (std::size_t left = ready_.size(); left > 0 && !ready_.empty(); --left)
    step(pop_ready());
}

Loop::Ready Loop::pop_ready() {
  if (shuffle_state_ != 0) {
    const std::size_t pick = next_random(shuffle_state_) % ready_.size();
    std::swap(ready_[pick], ready_.front());
  }
  Ready ready = std::move(ready_.front());
  ready_.pop_front();
  return ready;
}

void Loop::step(Ready ready) {
  if (ready.callback) {
    run_callback(ready.callback);
    return;
  }
  const bool timed = slow_step_ > Duration::zero();
  const TimePoint begin = timed ? Clock::now() : TimePoint();
  detail::TaskBase& task = *ready.task;
  task.add_reference();
  current_task_ = &task;
  if (ready.handle) {
    resume_chain(ready.handle);
  } else {
    task.run_first();
    resume_chain(std::exchange(next_, {}));
  }
  current_task_ = nullptr;
  if (timed && Clock::now() - begin >= slow_step_) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    report_slow_("task " + task.name() + " held its loop for " + std::to_string(took.count()) +
                 " ms (spawned at " + task.where().file_name() + ":" + std::to_string(task.where().line()) +
                 ")");
  }
  task.drop_reference();
}

void Loop::run_callback(const std::function<void()>& callback) noexcept {
  try {
    callback();
  } catch (...) {
    if (callback_error_) return;
    callback_error_ = std::current_exception();
    root_->request_cancel(&callback_error_);
  }
}

// The trampoline: awaiting and returning leave the next coroutine in next_, so the stack stays flat however
// many coroutines complete without suspending.
void Loop::resume_chain(std::coroutine_handle<> handle) {
  while (handle) {
    next_ = {};
    handle.resume();
    handle = next_;
  }
  next_ = {};
  detail::TaskBase* task = std::exchange(finished_, nullptr);
  if (!task) return;
  std::exception_ptr error = task->harvest();
  TaskState state = TaskState::finished;
  if (error) {
    try {
      std::rethrow_exception(error);
    } catch (const Cancelled&) {
      state = TaskState::cancelled;
      error = {};
    } catch (...) {
      state = TaskState::failed;
    }
  }
  task->complete(state, std::move(error));
}

void Loop::schedule(std::coroutine_handle<> handle, detail::TaskBase* task) {
  ready_.push_back(Ready{handle, task, {}});
}

void Loop::call_soon(std::function<void()> callback) {
  if (closed_) throw std::logic_error("the loop is closed");
  ready_.push_back(Ready{{}, nullptr, std::move(callback)});
}

Loop::Timer Loop::call_at(TimePoint when, std::function<void()> callback) {
  if (closed_) throw std::logic_error("the loop is closed");
  const Timer timer(when, ++last_timer_);
  timers_.emplace(timer, std::move(callback));
  return timer;
}

Loop::Timer Loop::call_later(Duration delay, std::function<void()> callback) {
  return call_at(deadline_after(delay), std::move(callback));
}

TimePoint Loop::deadline_after(Duration delay) const noexcept {
  const TimePoint from = now();
  return delay > TimePoint::max() - from ? TimePoint::max() : from + delay;
}

void Loop::cancel_timer(const Timer& timer) noexcept {
  timers_.erase(timer);
}

void Loop::fire_timers() {
  if (timers_.empty()) return;
  const TimePoint at = now();
  const std::uint64_t last = last_timer_;  // a timer set by one of these waits for the next round
  auto timer = timers_.begin();
  while (timer != timers_.end() && timer->first.when() <= at) {
    if (timer->first.sequence() > last) {
      ++timer;
      continue;
    }
    const auto callback = std::move(timer->second);
    timers_.erase(timer);
    run_callback(callback);
    timer = timers_.begin();
  }
}

bool Loop::call_soon_threadsafe(std::function<void()> callback) {
  const std::lock_guard lock(posted_mutex_);
  if (refuse_posts_) return false;
  posted_callbacks_.push_back(std::move(callback));
  // Under the lock: once the loop can see the post it may end and be destroyed, with its driver.
  if (!std::exchange(posted_, true)) driver_->wake();
  return true;
}

void Loop::schedule_threadsafe(detail::Waiter& waiter) {
  const std::lock_guard lock(posted_mutex_);
  posted_waiters_.push_back(&waiter);
  if (!std::exchange(posted_, true)) driver_->wake();
}

void Loop::cancel_root_threadsafe(const void* owner) {
  call_soon_threadsafe([this, owner] {
    if (root_) root_->request_cancel(owner);
  });
}

void Loop::on_signal() noexcept {
  signalled_.store(true);
  driver_->wake();
}

void Loop::take_posted() {
  if (signalled_.load(std::memory_order_relaxed) && signalled_.exchange(false))
    root_->request_cancel(&signalled_);
  std::vector<std::function<void()>> callbacks;
  std::vector<detail::Waiter*> waiters;
  {
    const std::lock_guard lock(posted_mutex_);
    if (!posted_) return;
    posted_ = false;
    callbacks.swap(posted_callbacks_);
    waiters.swap(posted_waiters_);
  }
  for (detail::Waiter* waiter : waiters)
    waiter->wake();
  for (auto& callback : callbacks)
    ready_.push_back(Ready{{}, nullptr, std::move(callback)});
}

void Loop::add_task(detail::TaskBase& task) noexcept {
  task.previous = nullptr;
  task.next = tasks_;
  if (tasks_) tasks_->previous = &task;
  tasks_ = &task;
  ++task_count_;
}

void Loop::remove_task(detail::TaskBase& task) noexcept {
  (task.previous ? task.previous->next : tasks_) = task.next;
  if (task.next) task.next->previous = task.previous;
  --task_count_;
}

std::vector<TaskInfo> Loop::tasks() const {
  std::vector<TaskInfo> rows;
  for (detail::ListNode* node = tasks_; node; node = node->next) {
    const auto& task = static_cast<const detail::TaskBase&>(*node);
    rows.push_back(
        TaskInfo{task.id(), task.parent_id(), task.name(), task.state(),
                 task.waiting_on() ? task.waiting_on()->reason() : "",
                 std::string(task.where().file_name()) + ":" + std::to_string(task.where().line())});
  }
  std::sort(rows.begin(), rows.end(), [](const TaskInfo& a, const TaskInfo& b) { return a.id < b.id; });
  return rows;
}

void Loop::report_slow_steps(Duration limit, std::function<void(const std::string&)> report) {
  slow_step_ = limit;
  report_slow_ = std::move(report);
}

}  // namespace weir
