// What a loop is to run next: tasks to resume and callbacks to call, in one FIFO. Not for direct use; loop
// thread only.
#pragma once

#include <coroutine>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "weir/frame_pool.hpp"

namespace weir::detail {

class TaskBase;

// One call, or those that other threads posted between two looks.
struct Callback : Pooled {
  explicit Callback(std::function<void()> call_) noexcept : call(std::move(call_)) {}
  explicit Callback(std::vector<std::function<void()>> posts_) noexcept : posts(std::move(posts_)) {}
  std::function<void()> call;
  std::vector<std::function<void()>> posts;  // if there are any, instead of the call
};

// One entry: a task, with the coroutine at which it goes on (null: it has not run yet), or a callback.
class Ready {
 public:
  Ready() noexcept = default;
  Ready(TaskBase& task, std::coroutine_handle<> handle) noexcept : task_(&task), what_(handle.address()) {}
  explicit Ready(std::unique_ptr<Callback> callback) noexcept : what_(callback.release()) {}

  TaskBase* task() const noexcept { return task_; }
  std::coroutine_handle<> handle() const noexcept { return std::coroutine_handle<>::from_address(what_); }
  // Of an entry without a task; the caller owns it from then on.
  std::unique_ptr<Callback> take_callback() const noexcept {
    return std::unique_ptr<Callback>(static_cast<Callback*>(what_));
  }

 private:
  TaskBase* task_ = nullptr;
  void* what_ = nullptr;
};

// A ring that doubles when it is full, and is given back when a large one has run empty.
class ReadyQueue {
 public:
  ReadyQueue() noexcept = default;
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;
  ~ReadyQueue() { clear(); }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  Ready& operator[](std::size_t i) noexcept { return ring_[(first_ + i) & (capacity_ - 1)]; }
  const Ready& operator[](std::size_t i) const noexcept { return ring_[(first_ + i) & (capacity_ - 1)]; }

  void push_back(const Ready& ready) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    ring_[(first_ + size_) & (capacity_ - 1)] = ready;
    ++size_;
  }
  Ready pop_front() noexcept {
    const Ready ready = ring_[first_];
    first_ = (first_ + 1) & (capacity_ - 1);
    if (--size_ == 0 && capacity_ > kKept) [[unlikely]]
      clear();
    return ready;
  }

  // Callbacks are dropped uncalled.
  void clear() noexcept;

 private:
  static constexpr std::size_t kLeast = 64;
  static constexpr std::size_t kKept = 16 * 1024;

  void grow();

  std::unique_ptr<Ready[]> ring_;
  std::size_t capacity_ = 0;  // 0 or a power of two
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::detail
