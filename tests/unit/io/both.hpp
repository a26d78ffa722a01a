// Two coroutines side by side, of which the second gives nothing.
#pragma once

#include <utility>

#include "weir/gather.hpp"

namespace weir::testing {

inline Coro<int> as_value(Coro<void> coro) {
  co_await std::move(coro);
  co_return 0;
}

template <class T>
Coro<T> both(Coro<T> first, Coro<void> second) {
  auto values = co_await gather(std::move(first), as_value(std::move(second)));
  co_return std::get<0>(std::move(values));
}

inline Coro<void> both(Coro<void> first, Coro<void> second) {
  co_await gather(as_value(std::move(first)), as_value(std::move(second)));
}

}  // namespace weir::testing
