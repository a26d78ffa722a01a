// Task groups: children that never outlive a scope.
//
//   weir::Coro<void> body(weir::TaskGroup& group) {
//     group.spawn(fetch(1), "first");
//     group.spawn(fetch(2), "second");
//     co_return;
//   }
//   weir::Coro<void> fetch_both() {
//     co_await weir::with_group(body);   // both are done here
//   }
//
// Ownership: a group owns its children and waits for every one of them; handles to them may be dropped. What
// is passed to with_group() lives until then.
// Threads: a group and its children belong to one loop's thread.
// Cancellation: if the task that runs the group is cancelled from outside, the children are cancelled and
// joined and Cancelled goes on outwards; with errors beside it, the errors are thrown and the cancellation is
// delivered at the next suspension point. If body and children came to their ends all the same, the group
// ends normally, and the next suspension point delivers it.
// Errors: the first child, or the body, that fails cancels the rest; afterwards one exception_group carries
// all errors, each with the name of its task.
#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "weir/loop.hpp"

namespace weir {

// The errors of a group's children in the order of their creation, the body's first; never empty.
class exception_group : public std::exception {
 public:
  struct Child {
    Child(std::string task_, std::exception_ptr error_) : task(std::move(task_)), error(std::move(error_)) {}
    std::string task;  // name of the task that failed
    std::exception_ptr error;
  };

  explicit exception_group(std::vector<Child> children);

  const std::vector<Child>& children() const noexcept { return children_; }
  // The error that happened first in the list; nested groups are opened.
  std::exception_ptr first() const;
  // All errors, nested groups opened, task names joined with " > ".
  std::vector<Child> flatten() const;
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::vector<Child> children_;
  std::string what_;
};

// The message of any exception.
std::string describe(const std::exception_ptr& error);

class TaskGroup {
 public:
  explicit TaskGroup(detail::TaskBase& owner) noexcept
      : owner_(owner), mark_(owner.deliveries()), shields_(owner.shield_depth()) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `coro` as a child; it runs for the first time in a later step. std::logic_error once the group
  // is aborting or finished (the coroutine is dropped unrun).
  template <class T>
  Task<T> spawn(Coro<T> coro, std::string name = {},
                std::source_location where = std::source_location::current()) {
    check_open();
    Task<T> task = detail::make_task(owner_.loop(), std::move(coro), std::move(name), this, &owner_, where);
    adopt(*task.state());
    return task;
  }

  // Cancels the body and all children; the group then ends without an error of its own.
  void cancel();

  // Whether spawn() is still possible.
  bool is_open() const noexcept { return !aborting_ && (!closed_ || active_ > 0); }

  std::size_t active() const noexcept { return active_; }

  // Runtime only.
  class Join;
  void on_child_done(detail::TaskBase& child) noexcept;
  void on_body_done(std::exception_ptr error, bool cancelled);
  void finish();
  void abort();
  Join join() noexcept;

 private:
  friend class Join;
  void abort_from_outside();
  void check_open() const;
  void adopt(detail::TaskBase& child);
  void drop_finished_children();
  std::vector<exception_group::Child> take_errors();

  struct Failure {
    Failure(std::uint64_t id_, exception_group::Child child_) : id(id_), child(std::move(child_)) {}
    std::uint64_t id;
    exception_group::Child child;
  };

  detail::TaskBase& owner_;
  std::uint64_t mark_;  // the owner's deliveries and shields at the start
  int shields_;
  std::vector<detail::TaskBase*> children_;  // one reference each, dropped when the child is done
  std::size_t active_ = 0;
  bool aborting_ = false;
  bool closed_ = false;
  bool body_cancelled_ = false;
  bool cancelled_from_outside_ = false;  // children were asked to stop because the owner was
  bool child_cancelled_ = false;         // and one of them did
  std::vector<Failure> failures_;
  detail::Waiter* joiner_ = nullptr;
};

// Waits until no child is left. Cannot be abandoned: a cancellation is passed on to the children.
class TaskGroup::Join final : public detail::Waiter {
 public:
  explicit Join(TaskGroup& group) noexcept : Waiter("children"), group_(group) {}
  bool await_ready() {
    if (task()->is_delivery_due()) group_.abort_from_outside();
    return group_.active_ == 0;
  }
  void await_suspend(std::coroutine_handle<> handle) noexcept {
    suspend_at(handle);
    group_.joiner_ = this;
  }
  void await_resume() const noexcept {}
  bool abandon() noexcept override {
    group_.abort_from_outside();
    return false;
  }

 private:
  TaskGroup& group_;
};

inline TaskGroup::Join TaskGroup::join() noexcept {
  return Join(*this);
}

// Runs `body(group, args...)`, a coroutine, and joins every child it spawned. `body` is kept until then, so
// it may be a lambda with captures, provided it was named before the statement that awaits.
template <class Body, class... Args>
Coro<void> with_group(Body body, Args... args) {
  detail::TaskBase& self = co_await detail::this_task();
  TaskGroup group(self);
  std::exception_ptr error;
  bool cancelled = false;
  try {
    Coro<void> run = std::invoke(body, group, std::move(args)...);
    co_await std::move(run);
  } catch (const Cancelled&) {
    cancelled = true;
  } catch (...) {
    error = std::current_exception();
  }
  group.on_body_done(std::move(error), cancelled);
  co_await group.join();
  group.finish();
}

}  // namespace weir
