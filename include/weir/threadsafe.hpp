// run_threadsafe(): from any thread, starts a coroutine on a loop that runs elsewhere, and gives a
// std::future for its result. asyncio's run_coroutine_threadsafe.
#pragma once

#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "weir/group.hpp"

namespace weir {

namespace detail {

// The sending end of a std::future; work dropped before it could run is reported as Cancelled.
template <class T>
class Reply {
 public:
  Reply() = default;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    if (!sent_) promise_.set_exception(std::make_exception_ptr(Cancelled{}));
  }
  std::future<T> future() { return promise_.get_future(); }
  template <class... V>
  void send(V&&... value) {
    sent_ = true;
    promise_.set_value(std::forward<V>(value)...);
  }
  void send_error(std::exception_ptr error) {
    sent_ = true;
    promise_.set_exception(std::move(error));
  }

 private:
  std::promise<T> promise_;
  bool sent_ = false;
};

template <class T>
Coro<void> fulfil(Coro<T> coro, std::shared_ptr<Reply<T>> reply) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
      reply->send();
    } else {
      T value = co_await std::move(coro);
      reply->send(std::move(value));
    }
  } catch (...) {
    reply->send_error(std::current_exception());
  }
}

}  // namespace detail

// A place on a running loop where other threads may start work: joined, like every group, by with_group().
// The group must stay open (its body suspended) for as long as work may arrive. std::runtime_error in the
// future when the loop or the group is already closed; Cancelled when the work was cancelled, or dropped
// because the loop ended first.
template <class T>
std::future<T> run_threadsafe(Loop& loop, TaskGroup& group, Coro<T> coro) {
  auto reply = std::make_shared<detail::Reply<T>>();
  std::future<T> result = reply->future();
  auto shared = std::make_shared<Coro<T>>(std::move(coro));
  const bool posted = loop.call_soon_threadsafe([&group, shared, reply] {
    try {
      group.spawn(detail::fulfil(std::move(*shared), reply), "from another thread");
    } catch (const std::logic_error& error) {
      reply->send_error(std::make_exception_ptr(std::runtime_error(error.what())));
    }
  });
  if (!posted) reply->send_error(std::make_exception_ptr(std::runtime_error("the loop is closed")));
  return result;
}

}  // namespace weir
