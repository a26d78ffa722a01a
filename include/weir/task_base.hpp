// The bones of tasks and suspension; not for direct use.
//
// TaskBase is the state of one task: identity, cancellation requests, what it waits for. Waiter is one
// suspended leaf of a coroutine chain: a queue wait, a timer, a read. Both belong to one loop and are only
// touched on its thread.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "weir/cancel.hpp"
#include "weir/context.hpp"
#include "weir/frame_pool.hpp"

namespace weir {

class Loop;
class TaskGroup;

enum class TaskState { created, running, finished, failed, cancelled };

namespace detail {

class LoopObserver;
class Waiter;

// Doubly linked list node, so that a wait can be abandoned in O(1).
struct ListNode {
  ListNode* previous = nullptr;
  ListNode* next = nullptr;
};

// FIFO of nodes; does not own them.
template <class Node>
class NodeList {
 public:
  bool empty() const noexcept { return head_ == nullptr; }
  void push_back(Node& node) noexcept;
  Node* front() const noexcept;
  Node* pop_front() noexcept;
  void remove(Node& node) noexcept;

 private:
  ListNode* head_ = nullptr;
  ListNode* tail_ = nullptr;
};

using WaitList = NodeList<Waiter>;

// Told once when a task is done; linked into the task, not owned by it.
class DoneHook : public ListNode {
 public:
  DoneHook() noexcept = default;
  DoneHook(const DoneHook&) = delete;
  DoneHook& operator=(const DoneHook&) = delete;
  // In the last step of the task, with this hook unlinked already.
  virtual void on_done(TaskBase& task) noexcept = 0;
  // The number of a callback that owns itself; 0 for others.
  virtual std::uint64_t callback_id() const noexcept { return 0; }
  virtual void discard() noexcept {}

 protected:
  ~DoneHook() = default;
};

class TaskBase : public ListNode, public Pooled {
 public:
  TaskBase(Loop& loop, std::string name, const TaskBase* parent, std::source_location where);
  TaskBase(const TaskBase&) = delete;
  TaskBase& operator=(const TaskBase&) = delete;
  virtual ~TaskBase() = default;

  Loop& loop() const noexcept { return loop_; }
  std::uint64_t id() const noexcept { return id_; }
  std::uint64_t parent_id() const noexcept { return parent_id_; }
  // "task-ID" where none was given.
  const std::string& name() const;
  void set_name(std::string name) { name_ = std::move(name); }
  Context& context() noexcept { return context_; }
  std::source_location where() const noexcept { return where_; }
  TaskState state() const noexcept { return state_; }
  bool done() const noexcept { return state_ >= TaskState::finished; }
  const std::exception_ptr& error() const noexcept { return error_; }
  const Waiter* waiting_on() const noexcept { return waiting_on_; }
  // When it was spawned, if its loop is observed; the clock's epoch otherwise.
  std::chrono::steady_clock::time_point born() const noexcept { return born_; }

  // Asks the task to stop on behalf of `owner`; the same owner asking again changes nothing.
  // False when the task is already done. `shields` is shield_depth() where the owner's scope was entered:
  // shields put up since then do not hold the request back.
  bool request_cancel(const void* owner, int shields = 0);

  // Takes back `owner`'s request, delivered or not.
  void withdraw_cancel(const void* owner) noexcept;
  bool is_cancel_requested_by(const void* owner) const noexcept;
  bool is_cancelling() const noexcept { return !requests_.empty(); }

  // Whether a request waits that no shield holds back.
  bool is_delivery_due() const noexcept { return !requests_.empty() && is_any_due(); }
  // True when one was due; it counts as delivered, and the caller must throw Cancelled.
  bool take_delivery() noexcept {
    if (!is_delivery_due()) return false;
    deliver();
    return true;
  }

  // The interrupted wait throws now; requests that come from here on are another matter.
  void note_interruption_seen() noexcept { interrupted_ = false; }

  // Deliveries are counted; a scope remembers the count at its start to know later what concerns it.
  std::uint64_t deliveries() const noexcept { return deliveries_; }
  bool is_delivered_since(std::uint64_t mark) const noexcept;
  // Makes requests delivered since `mark` wait for the next suspension point again.
  void redeliver_since(std::uint64_t mark) noexcept;

  int shield_depth() const noexcept { return shields_; }
  void raise_shield() noexcept { ++shields_; }
  void lower_shield() noexcept { --shields_; }

  void add_reference() noexcept { ++references_; }
  void drop_reference() noexcept {
    if (--references_ == 0) delete this;
  }

  // Runtime only.
  void start();
  void on_root_finished() noexcept { root_finished_ = true; }
  // Makes `handle` the next coroutine that is resumed within the task's step.
  void continue_with(std::coroutine_handle<> handle) noexcept { next_ = handle; }
  // Resumes `child`, which `parent` awaits, here and now unless such calls are nested too deep. True when it
  // has come to its end; otherwise `parent` must suspend.
  bool run_nested(std::coroutine_handle<> child, std::coroutine_handle<> parent) noexcept {
    if (nested_ >= kMaxNested) {
      next_ = child;
      return false;
    }
    ++nested_;
    child.resume();
    --nested_;
    if (next_ != parent) return false;
    next_ = {};
    return true;
  }
  std::coroutine_handle<> take_next() noexcept { return std::exchange(next_, {}); }
  bool is_root_finished() const noexcept { return root_finished_; }
  void add_joiner(Waiter& waiter) noexcept { joiners_.push_back(waiter); }
  void remove_joiner(Waiter& waiter) noexcept { joiners_.remove(waiter); }
  void add_done_hook(DoneHook& hook) noexcept { done_hooks_.push_back(hook); }
  void remove_done_hook(DoneHook& hook) noexcept { done_hooks_.remove(hook); }
  // Takes the callback with that number away; false when there is none.
  bool remove_done_callback(std::uint64_t id) noexcept;
  void set_waiting_on(Waiter* waiter) noexcept { waiting_on_ = waiter; }
  void set_group(TaskGroup* group) noexcept { group_ = group; }

 protected:
  friend class weir::Loop;

  virtual std::coroutine_handle<> root() noexcept = 0;
  // Moves the outcome out of the finished frame and destroys the frame. Returns the error, if any.
  virtual std::exception_ptr harvest() noexcept = 0;
  // Destroys a frame that never ran.
  virtual void discard() noexcept = 0;

  // The first coroutine to resume; none when the task was cancelled before it ran.
  std::coroutine_handle<> run_first();
  void complete(TaskState state, std::exception_ptr error) noexcept;

 private:
  struct CancelRequest {
    const void* owner;
    int shields;
    std::uint64_t delivery;  // which delivery carried it; 0 = still waiting
  };
  static constexpr int kMaxNested = 16;

  [[gnu::cold]] void start_observed(const LoopObserver& observer);
  [[gnu::cold]] void check_canceller(const LoopObserver& observer) const;
  bool is_any_due() const noexcept;
  void deliver() noexcept;
  bool is_due(const CancelRequest& request) const noexcept {
    return request.delivery == 0 && request.shields >= shields_;
  }

  Loop& loop_;
  std::uint64_t id_;
  std::uint64_t parent_id_;
  mutable std::string name_;  // made when it is asked for
  Context context_;
  std::source_location where_;
  std::chrono::steady_clock::time_point born_{};
  TaskState state_ = TaskState::created;
  bool root_finished_ = false;
  bool interrupted_ = false;  // a wait was given up, and the task has not run since
  int shields_ = 0;
  int nested_ = 0;  // see run_nested()
  std::uint64_t deliveries_ = 0;
  long references_ = 0;
  std::coroutine_handle<> next_;
  Waiter* waiting_on_ = nullptr;
  TaskGroup* group_ = nullptr;
  std::vector<CancelRequest> requests_;
  std::exception_ptr error_;
  WaitList joiners_;
  NodeList<DoneHook> done_hooks_;
};

// A suspended leaf. Lives in the awaiting coroutine's frame from the suspension to the resumption.
class Waiter : public ListNode {
 public:
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // What the task waits for, in one or two words, for task listings.
  const char* reason() const noexcept { return reason_; }
  TaskBase* task() const noexcept { return task_; }
  void bind(TaskBase* task) noexcept { task_ = task; }

  // Makes the wait over: the task runs again in a later step of its loop. Loop thread only, once.
  void wake() noexcept;

  // Called when the task is asked to stop while suspended here. True: the wait has been given up (unlinked)
  // and co_await is to throw Cancelled. False: the operation cannot be abandoned; it completes as it can.
  virtual bool abandon() noexcept = 0;

  std::coroutine_handle<> handle() const noexcept { return handle_; }
  void set_interrupted() noexcept { interrupted_ = true; }

 protected:
  explicit Waiter(const char* reason) noexcept : reason_(reason) {}
  ~Waiter() = default;

  void suspend_at(std::coroutine_handle<> handle) noexcept {
    handle_ = handle;
    task_->set_waiting_on(this);
  }
  bool interrupted() const noexcept { return interrupted_; }
  Loop& loop() const noexcept { return task_->loop(); }

 private:
  const char* reason_;
  TaskBase* task_ = nullptr;
  std::coroutine_handle<> handle_;
  bool interrupted_ = false;
};

// A cancellable leaf awaitable. Derived has: bool ready(); void suspend() noexcept (registers the wait);
// T result(); and Waiter::abandon().
template <class Derived>
class Leaf : public Waiter {
 public:
  bool await_ready() {
    if (task()->take_delivery()) {
      set_interrupted();
      return true;
    }
    return derived().ready();
  }
  void await_suspend(std::coroutine_handle<> handle) noexcept {
    suspend_at(handle);
    derived().suspend();
  }
  decltype(auto) await_resume() {
    if (interrupted()) {
      task()->note_interruption_seen();
      throw Cancelled{};
    }
    return derived().result();
  }

 protected:
  using Waiter::Waiter;
  ~Leaf() = default;

 private:
  Derived& derived() noexcept { return static_cast<Derived&>(*this); }
};

template <class Node>
void NodeList<Node>::push_back(Node& node) noexcept {
  node.previous = tail_;
  node.next = nullptr;
  (tail_ ? tail_->next : head_) = &node;
  tail_ = &node;
}

template <class Node>
Node* NodeList<Node>::front() const noexcept {
  return static_cast<Node*>(head_);
}

template <class Node>
void NodeList<Node>::remove(Node& node) noexcept {
  (node.previous ? node.previous->next : head_) = node.next;
  (node.next ? node.next->previous : tail_) = node.previous;
  node.previous = node.next = nullptr;
}

template <class Node>
Node* NodeList<Node>::pop_front() noexcept {
  Node* first = front();
  if (first) remove(*first);
  return first;
}

}  // namespace detail
}  // namespace weir
