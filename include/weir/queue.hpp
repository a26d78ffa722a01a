// Queue<T>: a bounded FIFO between tasks of one loop; the back-pressure of a pipeline.
//
// Bounded in items and in bytes; put() waits while full, get() while empty. Waiters are served in FIFO order.
// An item is handed over only to a getter that can no longer be cancelled. close() lets consumers drain what
// is there and then see the end; producers get QueueClosed.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "weir/loop.hpp"

namespace weir {

class QueueClosed : public std::runtime_error {
 public:
  QueueClosed() : std::runtime_error("the queue is closed") {}
};

template <class T>
class Queue {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  // An item larger than `max_bytes` is let in when the queue is empty, so that nothing can get stuck.
  explicit Queue(std::size_t max_items, std::size_t max_bytes = kUnbounded) noexcept
      : max_items_(max_items), max_bytes_(max_bytes) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  class Put final : public detail::Leaf<Put> {
   public:
    Put(Queue& queue, T item, std::size_t bytes)
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
    friend class Queue;
    Queue& queue_;
    T item_;
    std::size_t bytes_;
    bool accepted_ = false;
  };

  class Get final : public detail::Leaf<Get> {
   public:
    explicit Get(Queue& queue) noexcept : detail::Leaf<Get>("queue get"), queue_(queue) {}
    bool ready() {
      if (queue_.items_.empty()) return queue_.closed_;
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
    friend class Queue;
    Queue& queue_;
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
    if (items_.empty()) return std::nullopt;
    return take();
  }

  // No more puts. Idempotent.
  void close() noexcept {
    closed_ = true;
    while (detail::Waiter* waiter = putters_.pop_front())
      waiter->wake();
    if (items_.empty()) {
      while (detail::Waiter* waiter = getters_.pop_front())
        waiter->wake();
    }
    wake_joiners_if_done();
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
    explicit Join(Queue& queue) noexcept : detail::Leaf<Join>("queue join"), queue_(queue) {}
    bool ready() const noexcept { return queue_.unfinished_ == 0; }
    void suspend() noexcept { queue_.joiners_.push_back(*this); }
    void result() const noexcept {}
    bool abandon() noexcept override {
      queue_.joiners_.remove(*this);
      return true;
    }

   private:
    Queue& queue_;
  };
  Join join() noexcept { return Join(*this); }

  std::size_t size() const noexcept { return items_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return items_.empty(); }
  bool closed() const noexcept { return closed_; }

 private:
  struct Entry {
    Entry(T value_, std::size_t bytes_) : value(std::move(value_)), bytes(bytes_) {}
    T value;
    std::size_t bytes;
  };

  bool fits(std::size_t bytes) const noexcept {
    if (items_.empty()) return true;
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
    items_.emplace_back(std::move(item), bytes);
    bytes_ += bytes;
  }

  T take() {
    Entry& entry = items_.front();
    T item = std::move(entry.value);
    bytes_ -= entry.bytes;
    items_.pop_front();
    admit_putters();
    return item;
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
  std::deque<Entry> items_;
  std::size_t bytes_ = 0;
  std::size_t unfinished_ = 0;
  bool closed_ = false;
  std::exception_ptr error_;
  detail::WaitList getters_;
  detail::WaitList putters_;
  detail::WaitList joiners_;
};

}  // namespace weir
