// run_threadsafe(): from any thread, starts a coroutine on a loop that runs elsewhere. asyncio's
// run_coroutine_threadsafe. (For plain callbacks: Loop::call_soon_threadsafe.)
//
//   int ask(weir::Loop& loop) {   // on a thread without a loop
//     weir::ThreadFuture<int> answer = weir::run_threadsafe(loop, compute(7));
//     return answer.result(2s);   // blocks this thread
//   }
//
// The coroutine becomes a task of the loop, in a copy of the caller's context.
//
// Ownership: the loop must outlive the call. When its main task is done, tasks from other threads are
// cancelled and joined before run() returns; work that comes later is refused.
// Threads: any; one ThreadFuture belongs to one thread at a time, and must not be waited for on the loop's
// own.
// Cancellation: ThreadFuture::cancel() asks the task to stop; dropping it changes nothing.
// Errors: those of the coroutine go to the ThreadFuture and to nobody else; Cancelled when it was cancelled
// or never ran, std::runtime_error when the loop was closed.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "weir/group.hpp"
#include "weir/time.hpp"

namespace weir {

namespace detail {

// What a ThreadFuture and the task that it stands for share. Thread-safe, except where it says otherwise.
class ThreadReply {
 public:
  explicit ThreadReply(Loop& loop) noexcept : loop_(&loop) {}
  ThreadReply(const ThreadReply&) = delete;
  ThreadReply& operator=(const ThreadReply&) = delete;

  bool is_done() const;
  bool is_cancelled() const;
  // False when `limit` passes first.
  bool wait(std::optional<Duration> limit) const;
  bool cancel(std::shared_ptr<ThreadReply> self);

  // Loop's thread: the task that will answer.
  void set_task(TaskBase* task) noexcept { task_ = task; }

 protected:
  ~ThreadReply() = default;

  // Called with the outcome in place; `store` puts it there. The first outcome stays.
  template <class Store>
  void finish(Store store, bool cancelled) {
    const std::lock_guard lock(mutex_);
    if (done_) return;
    store();
    done_ = true;
    cancelled_ = cancelled;
    loop_ = nullptr;
    task_ = nullptr;
    changed_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Loop* loop_;                // null once done: the loop may be gone then
  TaskBase* task_ = nullptr;  // loop's thread only
  bool done_ = false;
  bool cancelled_ = false;
};

template <class T>
class TypedReply final : public ThreadReply {
 public:
  using ThreadReply::ThreadReply;

  void send(Outcome<T> outcome, bool cancelled) {
    finish([&] { hand_over(std::move(outcome)); }, cancelled);
  }
  void send_error(std::exception_ptr error, bool cancelled = false) {
    Outcome<T> outcome;
    outcome.set_error(std::move(error));
    send(std::move(outcome), cancelled);
  }
  // Where the outcome will be. Only to be asked for before the work is sent to the loop.
  std::shared_ptr<Outcome<T>> outcome() const noexcept { return outcome_; }

 private:
  // Once it may be looked at, the outcome is the receiver's alone. It must not be destroyed by whichever
  // thread happens to be last: the thread sanitizer does not see the reference counts of exceptions, which
  // are inside the standard library.
  void hand_over(Outcome<T> outcome) {
    *outcome_ = std::move(outcome);
    outcome_.reset();
  }

  std::shared_ptr<Outcome<T>> outcome_ = std::make_shared<Outcome<T>>();
};

// The sending end; work dropped before it could run is reported as Cancelled.
template <class T>
class ReplyEnd {
 public:
  explicit ReplyEnd(std::shared_ptr<TypedReply<T>> reply) noexcept : reply_(std::move(reply)) {}
  ReplyEnd(ReplyEnd&&) noexcept = default;
  ReplyEnd& operator=(ReplyEnd&&) = delete;
  ~ReplyEnd() {
    if (reply_) reply_->send_error(std::make_exception_ptr(Cancelled{}), true);
  }
  TypedReply<T>* operator->() const noexcept { return reply_.get(); }

 private:
  std::shared_ptr<TypedReply<T>> reply_;
};

template <class T>
Coro<void> fulfil(Coro<T> coro, ReplyEnd<T> reply) {
  Outcome<T> outcome;
  bool cancelled = false;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
      outcome.set_value(Unit());
    } else {
      T value = co_await std::move(coro);
      outcome.set_value(std::move(value));
    }
  } catch (const Cancelled&) {
    cancelled = true;
    outcome.set_error(std::current_exception());
  } catch (...) {
    outcome.set_error(std::current_exception());
  }
  // Its frame may hold the exception too, see TypedReply::hand_over().
  coro = {};
  reply->send(std::move(outcome), cancelled);
  if (cancelled) throw Cancelled{};
}

// Work on its way to a loop.
template <class T>
struct Parcel {
  Parcel(Coro<T> coro_, ReplyEnd<T> reply_, Context context_)
      : coro(std::move(coro_)), reply(std::move(reply_)), context(std::move(context_)) {}
  Coro<T> coro;
  ReplyEnd<T> reply;
  Context context;
};

}  // namespace detail

// The result of work that runs on a loop elsewhere. Thread-safe; none of the waiting calls may be made on the
// loop's own thread. May be dropped: the work goes on.
template <class T>
class ThreadFuture {
 public:
  // Stands for no work; only to be assigned to.
  ThreadFuture() noexcept = default;
  explicit ThreadFuture(std::shared_ptr<detail::TypedReply<T>> reply) noexcept
      : outcome_(reply->outcome()), reply_(std::move(reply)) {}

  // Blocks until the work is done. Gives its value (moved out: once) or throws its exception; Cancelled when
  // it was cancelled or never ran; std::runtime_error when the loop or the group was closed already.
  T result() {
    reply_->wait(std::nullopt);
    return outcome_->take();
  }
  // TimeoutError when `limit` passes first; the work goes on.
  T result(Duration limit) {
    if (!reply_->wait(limit)) throw TimeoutError();
    return outcome_->take();
  }
  // The exception that result() would throw; null for a value.
  std::exception_ptr error(std::optional<Duration> limit = std::nullopt) const {
    if (!reply_->wait(limit)) throw TimeoutError();
    return outcome_->error();
  }

  // Waits without taking the result; false when `limit` passes first.
  bool wait(std::optional<Duration> limit = std::nullopt) const { return reply_->wait(limit); }

  // Asks the task to stop, as Task::cancel(). It is over when done() says so, and may still give a value.
  // False when it is done already.
  bool cancel() { return reply_->cancel(reply_); }

  bool done() const { return reply_->is_done(); }
  bool cancelled() const { return reply_->is_cancelled(); }

 private:
  std::shared_ptr<detail::Outcome<T>> outcome_;
  std::shared_ptr<detail::TypedReply<T>> reply_;
};

namespace detail {

template <class T, class Start>
ThreadFuture<T> send_to_loop(Loop& loop, Coro<T> coro, Start start) {
  auto reply = std::make_shared<TypedReply<T>>(loop);
  ThreadFuture<T> future(reply);
  auto parcel = std::make_shared<Parcel<T>>(std::move(coro), ReplyEnd<T>(reply), copy_context());
  const bool posted =
      loop.call_soon_threadsafe([parcel, start] { parcel->context.run([&] { start(*parcel); }); });
  if (!posted) reply->send_error(std::make_exception_ptr(std::runtime_error("the loop is closed")));
  return future;
}

}  // namespace detail

// Starts `coro` as a task of its own. The loop must be alive, running or yet to run.
template <class T>
ThreadFuture<T> run_threadsafe(Loop& loop, Coro<T> coro) {
  return detail::send_to_loop<T>(loop, std::move(coro), [&loop](detail::Parcel<T>& parcel) {
    detail::TypedReply<T>* reply = parcel.reply.operator->();
    Coro<void> work = detail::fulfil(std::move(parcel.coro), std::move(parcel.reply));
    reply->set_task(
        detail::make_task(loop, std::move(work), "from another thread", nullptr, nullptr).state());
  });
}

// Starts `coro` as a child of `group`, which must be open (its body suspended) for as long as work may
// arrive.
template <class T>
ThreadFuture<T> run_threadsafe(Loop& loop, TaskGroup& group, Coro<T> coro) {
  return detail::send_to_loop<T>(loop, std::move(coro), [&group](detail::Parcel<T>& parcel) {
    detail::TypedReply<T>* reply = parcel.reply.operator->();
    if (!group.is_open()) {
      reply->send_error(std::make_exception_ptr(std::runtime_error("the task group is closed")));
      return;
    }
    Coro<void> work = detail::fulfil(std::move(parcel.coro), std::move(parcel.reply));
    reply->set_task(group.spawn(std::move(work), "from another thread").state());
  });
}

}  // namespace weir
