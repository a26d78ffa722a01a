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

template <class T>
Coro<void> fulfil(Coro<T> coro, std::shared_ptr<std::promise<T>> promise) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(coro);
      promise->set_value();
    } else {
      T value = co_await std::move(coro);
      promise->set_value(std::move(value));
    }
  } catch (...) {
    promise->set_exception(std::current_exception());
  }
}

}  // namespace detail

// A place on a running loop where other threads may start work: joined, like every group, by with_group().
// The group must stay open (its body suspended) for as long as work may arrive. std::runtime_error in the
// future when the loop or the group is already closed.
template <class T>
std::future<T> run_threadsafe(Loop& loop, TaskGroup& group, Coro<T> coro) {
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> result = promise->get_future();
  auto shared = std::make_shared<Coro<T>>(std::move(coro));
  const bool posted = loop.call_soon_threadsafe([&group, shared, promise] {
    try {
      group.spawn(detail::fulfil(std::move(*shared), promise), "from another thread");
    } catch (const std::logic_error& error) {
      promise->set_exception(std::make_exception_ptr(std::runtime_error(error.what())));
    }
  });
  if (!posted) promise->set_exception(std::make_exception_ptr(std::runtime_error("the loop is closed")));
  return result;
}

}  // namespace weir
