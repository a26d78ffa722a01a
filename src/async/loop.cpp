#include "weir/loop.hpp"

#include <stdexcept>
#include <string>

#include "async/debug_report.hpp"
#include "async/observer.hpp"

namespace weir {

namespace {
thread_local Loop* current_loop = nullptr;

constexpr std::size_t kKeptPosts = 4096;  // entries of an emptied list; a longer one is given back

std::uint64_t next_random(std::uint64_t& state) noexcept {
  // xorshift64*, Marsaglia 2003 / Vigna 2014.
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1DULL;
}

bool is_cancellation(const std::exception_ptr& error) noexcept {
#ifdef __GLIBCXX__
  if (*error.__cxa_exception_type() == typeid(Cancelled)) return true;  // spares throwing it anew
#endif
  try {
    std::rethrow_exception(error);
  } catch (const Cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}
}  // namespace

Loop::Loop(std::unique_ptr<detail::Driver> driver) : driver_(std::move(driver)) {
  if (detail::is_observing()) observer_ = std::make_unique<detail::LoopObserver>(*this);
}

Loop::~Loop() {
  if (!closed_) close();
  observer_.reset();  // before what other threads reach through it
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
  if (observer_) observer_->begin_run();
  while (task_count_ > 0)
    turn();
  if (observer_) observer_->end_run();
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
  if (root_->done()) {
    if (observer_) observer_->note_root_done();
    cancel_guests();
  }
  if (task_count_ == 0) return;
  take_posted();
  poll();
  take_posted();
  fire_timers();
}

void Loop::poll() {
  if (!ready_.empty()) {
    if (driver_->in_flight() > 0) driver_->poll(TimePoint::min());
    return;
  }
  bool may_sleep = false;
  {
    const std::lock_guard lock(posted_mutex_);
    may_sleep = sleeping_ = !posted_.load(std::memory_order_relaxed);
  }
  driver_->poll(may_sleep ? sleep_deadline() : TimePoint::min());
  if (!may_sleep) return;
  const std::lock_guard lock(posted_mutex_);
  sleeping_ = false;
}

std::optional<TimePoint> Loop::sleep_deadline() noexcept {
  if (timers_.empty()) return std::nullopt;
  const TimePoint first = timers_.first();
  return first == TimePoint::max() ? std::nullopt : std::optional<TimePoint>(first);
}

void Loop::run_ready_batch() {
  for (std::size_t left = ready_.size(); left > 0 && !ready_.empty(); --left)
    step(pop_ready());
}

detail::Ready Loop::pop_ready() noexcept {
  if (shuffle_state_ != 0) {
    const std::size_t pick = next_random(shuffle_state_) % ready_.size();
    std::swap(ready_[pick], ready_[0]);
  }
  return ready_.pop_front();
}

void Loop::step(const detail::Ready& ready) {
  if (!ready.task()) {
    const auto callback = ready.take_callback();
    if (callback->posts.empty()) {
      run_callback(callback->call);
    } else {
      run_posts(std::move(callback->posts));
    }
    return;
  }
  detail::TaskBase& task = *ready.task();
  task.add_reference();
  current_task_ = &task;
  if (observer_) [[unlikely]]
    step_observed(task, ready.handle());
  else if (const auto handle = ready.handle() ? ready.handle() : task.run_first())
    resume_chain(task, handle);
  current_task_ = nullptr;
  task.drop_reference();
}

void Loop::step_observed(detail::TaskBase& task, std::coroutine_handle<> handle) {
  observer_->begin_step(&task);
  if (!handle) handle = task.run_first();
  if (handle) {
    while (handle) {
      observer_->resumes(handle);
      handle.resume();
      handle = task.take_next();
    }
    observer_->leave_frames();
    finish(task);
  }
  current_task_ = nullptr;
  observer_->end_step(&task);
}

void Loop::run_callback(const std::function<void()>& callback) noexcept {
  if (observer_) [[unlikely]]
    return run_callback_observed(callback);
  call(callback);
}

void Loop::run_callback_observed(const std::function<void()>& callback) noexcept {
  observer_->begin_step(nullptr);
  call(callback);
  observer_->end_step(nullptr);
}

// The first exception ends the run.
void Loop::call(const std::function<void()>& callback) noexcept {
  try {
    callback();
  } catch (...) {
    if (callback_error_) return;
    callback_error_ = std::current_exception();
    root_->request_cancel(&callback_error_);
  }
}

// The trampoline: awaiting and returning leave the next coroutine with the task, so the stack stays flat
// however many coroutines complete without suspending.
void Loop::resume_chain(detail::TaskBase& task, std::coroutine_handle<> handle) {
  while (handle) {
    handle.resume();
    handle = task.take_next();
  }
  finish(task);
}

// Unless the task has only suspended.
void Loop::finish(detail::TaskBase& task) {
  if (!task.is_root_finished()) return;
  std::exception_ptr error = task.harvest();
  TaskState state = TaskState::finished;
  if (error) {
    state = is_cancellation(error) ? TaskState::cancelled : TaskState::failed;
    if (state == TaskState::cancelled) error = {};
  }
  task.complete(state, std::move(error));
}

void Loop::check_thread(const char* call) const {
  if (thread_ == std::this_thread::get_id()) return;
  const std::string text = std::string(call) + " on a loop of another thread (see call_soon_threadsafe)";
  detail::report(text);
  if (DebugMode::is_on()) throw std::logic_error(text);
}

void Loop::schedule(std::coroutine_handle<> handle, detail::TaskBase* task) {
  if (observer_) [[unlikely]]
    return schedule_observed(handle, task);
  ready_.push_back(detail::Ready(*task, handle));
}

void Loop::schedule_observed(std::coroutine_handle<> handle, detail::TaskBase* task) {
  if (thread_ != std::this_thread::get_id()) {
    detail::report("task '" + task->name() + "' is made ready by a thread that is not its loop's");
    call_soon_threadsafe([this, handle, task] { schedule(handle, task); });
    return;
  }
  ready_.push_back(detail::Ready(*task, handle));
}

void Loop::call_soon(std::function<void()> callback) {
  if (observer_) check_thread("call_soon()");
  if (closed_) throw std::logic_error("the loop is closed");
  ready_.push_back(detail::Ready(std::make_unique<detail::Callback>(std::move(callback))));
}

Loop::Timer Loop::call_at(TimePoint when, std::function<void()> callback) {
  if (observer_) check_thread("call_at()");
  if (closed_) throw std::logic_error("the loop is closed");
  return timers_.add(when, std::move(callback));
}

Loop::Timer Loop::call_later(Duration delay, std::function<void()> callback) {
  return call_at(deadline_after(delay), std::move(callback));
}

TimePoint Loop::deadline_after(Duration delay) const noexcept {
  const TimePoint from = now();
  return delay > TimePoint::max() - from ? TimePoint::max() : from + delay;
}

void Loop::fire_timers() {
  if (!timers_.empty()) timers_.fire(*this, now());
}

bool Loop::call_soon_threadsafe(std::function<void()> callback) {
  const std::lock_guard lock(posted_mutex_);
  if (refuse_posts_) return false;
  posted_callbacks_.push_back(std::move(callback));
  note_post();
  return true;
}

void Loop::schedule_threadsafe(detail::Waiter& waiter) {
  const std::lock_guard lock(posted_mutex_);
  posted_waiters_.push_back(&waiter);
  note_post();
}

// Under the lock: once the loop can see the post it may end and be destroyed, with its driver.
void Loop::note_post() noexcept {
  posted_.store(true, std::memory_order_relaxed);
  if (std::exchange(sleeping_, false)) driver_->wake();
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
  if (!posted_.load(std::memory_order_relaxed)) return;  // the lock orders what a post brings
  std::vector<std::function<void()>> callbacks = std::move(spare_callbacks_);
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.store(false, std::memory_order_relaxed);
    callbacks.swap(posted_callbacks_);
    taken_waiters_.swap(posted_waiters_);
  }
  for (detail::Waiter* waiter : taken_waiters_)
    waiter->wake();
  taken_waiters_.clear();
  if (!callbacks.empty())
    ready_.push_back(detail::Ready(std::make_unique<detail::Callback>(std::move(callbacks))));
}

void Loop::run_posts(std::vector<std::function<void()>> posts) {
  for (std::function<void()>& post : posts) {
    const std::function<void()> callback = std::move(post);  // gone before the next one runs
    run_callback(callback);
  }
  posts.clear();
  if (posts.capacity() <= kKeptPosts) spare_callbacks_ = std::move(posts);
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

}  // namespace weir
