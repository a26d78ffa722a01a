#include "async/observer.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "async/debug_report.hpp"

namespace weir {

namespace detail {

namespace {

std::atomic<int> observations{0};

struct Register {
  std::mutex mutex;
  std::vector<LoopObserver*> observers;
  int last_number = 0;
};

// Never destroyed: threads may still look while the process exits.
Register& all() {
  static Register& instance = *new Register;
  return instance;
}

}  // namespace

bool is_observing() noexcept {
  return observations.load(std::memory_order_relaxed) > 0;
}

Observation::Observation() noexcept {
  ++observations;
}

Observation::~Observation() {
  --observations;
}

void visit_observers(const std::function<void(LoopObserver&)>& visit) {
  const std::lock_guard lock(all().mutex);
  for (LoopObserver* observer : all().observers)
    visit(*observer);
}

LoopObserver::LoopObserver(Loop& loop) : loop_(loop), thread_(::gettid()) {
  const std::lock_guard lock(all().mutex);
  number_ = ++all().last_number;
  all().observers.push_back(this);
}

LoopObserver::~LoopObserver() {
  const std::lock_guard lock(all().mutex);
  std::erase(all().observers, this);
}

void LoopObserver::begin_run() noexcept {
  const std::lock_guard lock(mutex_);
  is_running_ = true;
}

void LoopObserver::end_run() noexcept {
  const std::lock_guard lock(mutex_);
  is_running_ = false;
  is_root_done_ = false;
}

void LoopObserver::note_root_done() {
  if (std::exchange(is_root_done_, true)) return;
  report_pending(loop_, "is not done as its loop ends");
}

void LoopObserver::begin_step(const TaskBase* task) {
  const TimePoint now = Clock::now();
  const std::lock_guard lock(mutex_);
  is_in_step_ = true;
  task_id_ = task ? task->id() : 0;
  task_name_ = task ? task->name() : std::string();
  frame_ = nullptr;
  ++step_;
  since_ = now;
}

void LoopObserver::resumes(std::coroutine_handle<> frame) noexcept {
  const std::lock_guard lock(mutex_);
  frame_ = &PromiseBase::of(frame);
}

void LoopObserver::leave_frames() noexcept {
  const std::lock_guard lock(mutex_);
  if (frame_) left_at_ = frame_->place();
  frame_ = nullptr;
}

void LoopObserver::end_step(const TaskBase* task) {
  View ended = view();
  {
    const std::lock_guard lock(mutex_);
    is_in_step_ = false;
  }
  report_step(*this, ended, task);
}

LoopObserver::View LoopObserver::view() const {
  View view;
  const std::lock_guard lock(mutex_);
  view.is_running = is_running_;
  view.is_in_step = is_in_step_;
  view.step = step_;
  view.since = since_;
  view.thread = thread_;
  view.task_id = task_id_;
  view.task = task_name_;
  view.is_in_coroutine = frame_ != nullptr;
  view.place = frame_ ? frame_->place() : left_at_;
  return view;
}

std::string LoopObserver::actor(const View& view) const {
  if (view.task_id == 0) return "a callback";
  return "task " + std::to_string(number_) + "." + std::to_string(view.task_id) + " '" + view.task + "'";
}

}  // namespace detail

Gauge::Gauge(std::string name, std::function<std::uint64_t()> read, std::uint64_t limit)
    : name_(std::move(name)), read_(std::move(read)), limit_(limit), observer_(nullptr) {
  if (Loop* loop = Loop::current()) observer_ = loop->observer();
  if (observer_) observer_->gauges().push_back(this);
}

Gauge::~Gauge() {
  if (observer_) std::erase(observer_->gauges(), this);
}

}  // namespace weir
