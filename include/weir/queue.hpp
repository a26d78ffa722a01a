// Queue<T>: a bounded FIFO between tasks of one loop; the back-pressure of a pipeline. LifoQueue<T> gives the
// newest item first, PriorityQueue<T> the least.
//
//   weir::Queue<Batch> batches(8);
//   co_await batches.put(std::move(batch));                  // a producer: waits while the queue is full
//   while (auto next = co_await batches.get()) use(*next);   // a consumer: to the end, after close()
//
// Bounded in items and in bytes; put() waits while full, get() while empty. Waiters are served in FIFO order.
// close() lets consumers drain what is there and then see the end.
//
// Ownership: a queue owns what is in it, and must outlive its waiters, who cost no allocation.
// Threads: it belongs to one loop's thread.
// Cancellation: a cancelled get() takes nothing: an item is handed over only to a getter that can no longer
// be cancelled. A cancelled put() drops its item.
// Errors: producers get QueueClosed once it is closed; after fail() consumers get that error behind the last
// item.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "weir/loop.hpp"

namespace weir {

class QueueClosed : public std::runtime_error {
 public:
  QueueClosed() : std::runtime_error("the queue is closed") {}
};

namespace detail {

template <class T>
struct QueueEntry {
  QueueEntry(T value_, std::size_t bytes_) : value(std::move(value_)), bytes(bytes_) {}
  T value;
  std::size_t bytes;
};

// What a queue keeps its items in: decides which comes out next.
template <class T>
class FifoItems {
 public:
  std::size_t size() const noexcept { return entries_.size(); }
  void push(T value, std::size_t bytes) { entries_.emplace_back(std::move(value), bytes); }
  QueueEntry<T> pop() {
    QueueEntry<T> entry = std::move(entries_.front());
    entries_.pop_front();
    return entry;
  }
  void clear() noexcept { entries_.clear(); }

 private:
  std::deque<QueueEntry<T>> entries_;
};

template <class T>
class LifoItems {
 public:
  std::size_t size() const noexcept { return entries_.size(); }
  void push(T value, std::size_t bytes) { entries_.emplace_back(std::move(value), bytes); }
  QueueEntry<T> pop() {
    QueueEntry<T> entry = std::move(entries_.back());
    entries_.pop_back();
    return entry;
  }
  void clear() noexcept { entries_.clear(); }

 private:
  std::vector<QueueEntry<T>> entries_;
};

// The least first; of equal ones that which was put first. `Less` must not throw.
template <class T, class Less>
class PriorityItems {
 public:
  std::size_t size() const noexcept { return entries_.size(); }
  void push(T value, std::size_t bytes) {
    entries_.emplace_back(std::move(value), bytes, ++last_number_);
    std::push_heap(entries_.begin(), entries_.end(), is_later);
  }
  QueueEntry<T> pop() {
    std::pop_heap(entries_.begin(), entries_.end(), is_later);
    QueueEntry<T> entry = std::move(entries_.back());
    entries_.pop_back();
    return entry;
  }
  void clear() noexcept { entries_.clear(); }

 private:
  struct Numbered : QueueEntry<T> {
    Numbered(T value_, std::size_t bytes_, std::uint64_t number_)
        : QueueEntry<T>(std::move(value_), bytes_), number(number_) {}
    std::uint64_t number;
  };
  static bool is_later(const Numbered& a, const Numbered& b) {
    const Less less{};
    if (less(b.value, a.value)) return true;
    return !less(a.value, b.value) && a.number > b.number;
  }

  std::vector<Numbered> entries_;
  std::uint64_t last_number_ = 0;
};

}  // namespace detail

// `Items` decides the order in which items come out; use Queue, LifoQueue or PriorityQueue.
template <class T, class Items>
class BasicQueue {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  // One item, and one larger than `max_bytes`, is let in when the queue is empty, so that nothing can get
  // stuck.
  explicit BasicQueue(std::size_t max_items = kUnbounded, std::size_t max_bytes = kUnbounded) noexcept
      : max_items_(max_items), max_bytes_(max_bytes) {}
  BasicQueue(const BasicQueue&) = delete;
  BasicQueue& operator=(const BasicQueue&) = delete;

  class Put final : public detail::Leaf<Put> {
   public:
    Put(BasicQueue& queue, T item, std::size_t bytes)
        : detail::Leaf<Put>("queue put"), queue_(queue), item_(std::move(item)), bytes_(bytes) {}
    bool ready() {
      if (queue_.closed_) return true;
      if (!queue_.putters_.empty() || !queue_.fits(bytes_)) return false;
      queue_.accept(std::move(item_), bytes_);
      accepted_ = true;
      return true;
    }
    void suspend() noexcept { queue_.putters_.push_back(*this); }
    void result() const {
      if (!accepted_) throw QueueClosed();
    }
    bool abandon() noexcept override {
      queue_.putters_.remove(*this);
      queue_.admit_putters();
      return true;
    }

   private:
    friend class BasicQueue;
    BasicQueue& queue_;
    T item_;
    std::size_t bytes_;
    bool accepted_ = false;
  };

  class Get final : public detail::Leaf<Get> {
   public:
    explicit Get(BasicQueue& queue) noexcept : detail::Leaf<Get>("queue get"), queue_(queue) {}
    bool ready() {
      if (queue_.empty()) return queue_.closed_;
      item_ = queue_.take();
      return true;
    }
    void suspend() noexcept { queue_.getters_.push_back(*this); }
    std::optional<T> result() {
      if (!item_ && queue_.error_) std::rethrow_exception(queue_.error_);
      return std::move(item_);
    }
    bool abandon() noexcept override {
      queue_.getters_.remove(*this);
      return true;
    }

   private:
    friend class BasicQueue;
    BasicQueue& queue_;
    std::optional<T> item_;
  };

  // Waits for room. QueueClosed when the queue is or becomes closed first; the item is then dropped.
  Put put(T item, std::size_t bytes = 0) { return Put(*this, std::move(item), bytes); }

  // The next item; nothing once the queue is closed and drained (the error, after fail()).
  Get get() noexcept { return Get(*this); }

  // Without waiting: false when full or closed (the item stays with the caller).
  bool try_put(T& item, std::size_t bytes = 0) {
    if (closed_ || !putters_.empty() || !fits(bytes)) return false;
    accept(std::move(item), bytes);
    return true;
  }
  std::optional<T> try_get() {
    if (empty()) return std::nullopt;
    return take();
  }

  // No more puts. Idempotent.
  void close() noexcept {
    closed_ = true;
    while (detail::Waiter* waiter = putters_.pop_front())
      waiter->wake();
    if (empty()) {
      while (detail::Waiter* waiter = getters_.pop_front())
        waiter->wake();
    }
    wake_joiners_if_done();
  }

  // As close(), and drops what is there: consumers see the end at once. Dropped items count as done.
  void close_now() noexcept {
    unfinished_ -= items_.size();
    items_.clear();
    bytes_ = 0;
    close();
  }

  // As close(), and consumers get `error` after the last item.
  void fail(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    close();
  }

  // Consumers call this once for every item they have finished; join() waits until all that were put are.
  void task_done() {
    if (unfinished_ == 0) throw std::logic_error("task_done() more often than items were put");
    --unfinished_;
    wake_joiners_if_done();
  }

  class Join final : public detail::Leaf<Join> {
   public:
    explicit Join(BasicQueue& queue) noexcept : detail::Leaf<Join>("queue join"), queue_(queue) {}
    bool ready() const noexcept { return queue_.unfinished_ == 0; }
    void suspend() noexcept { queue_.joiners_.push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      queue_.joiners_.remove(*this);
      return true;
    }

   private:
    BasicQueue& queue_;
  };
  Join join() noexcept { return Join(*this); }

  std::size_t size() const noexcept { return items_.size(); }
  std::size_t max_items() const noexcept { return max_items_; }
  std::size_t bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return items_.size() == 0; }
  // Whether no item at all would fit.
  bool full() const noexcept { return !fits(0); }
  bool closed() const noexcept { return closed_; }

 private:
  bool fits(std::size_t bytes) const noexcept {
    if (empty()) return true;
    return items_.size() < max_items_ && bytes_ + bytes <= max_bytes_;
  }

  void accept(T item, std::size_t bytes) {
    ++unfinished_;
    if (detail::Waiter* waiter = getters_.pop_front()) {
      auto& getter = static_cast<Get&>(*waiter);
      getter.item_.emplace(std::move(item));
      getter.wake();
      return;
    }
    items_.push(std::move(item), bytes);
    bytes_ += bytes;
  }

  T take() {
    detail::QueueEntry<T> entry = items_.pop();
    bytes_ -= entry.bytes;
    admit_putters();
    return std::move(entry.value);
  }

  void admit_putters() {
    while (detail::Waiter* waiter = putters_.front()) {
      auto& putter = static_cast<Put&>(*waiter);
      if (!fits(putter.bytes_)) return;
      putters_.remove(*waiter);
      accept(std::move(putter.item_), putter.bytes_);
      putter.accepted_ = true;
      putter.wake();
    }
  }

  void wake_joiners_if_done() noexcept {
    if (unfinished_ != 0) return;
    while (detail::Waiter* waiter = joiners_.pop_front())
      waiter->wake();
  }

  std::size_t max_items_;
  std::size_t max_bytes_;
  Items items_;
  std::size_t bytes_ = 0;
  std::size_t unfinished_ = 0;
  bool closed_ = false;
  std::exception_ptr error_;
  detail::WaitList getters_;
  detail::WaitList putters_;
  detail::WaitList joiners_;
};

template <class T>
using Queue = BasicQueue<T, detail::FifoItems<T>>;

template <class T>
using LifoQueue = BasicQueue<T, detail::LifoItems<T>>;

// The least item by `Less` comes first; among those that are there when somebody takes one. An item that is
// put while a consumer waits goes straight to it.
template <class T, class Less = std::less<T>>
using PriorityQueue = BasicQueue<T, detail::PriorityItems<T, Less>>;

}  // namespace weir
