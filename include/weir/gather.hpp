// Running several coroutines side by side and collecting what they give.
//
//   const auto [number, again] = co_await weir::gather(fetch(1), fetch(2));
//   std::vector<weir::Coro<int>> more;
//   for (int i = 0; i < 10; ++i) more.push_back(fetch(i));
//   const std::vector<weir::Settled<int>> outcomes = co_await weir::gather_results(std::move(more));
//   std::vector<int> pages = {1, 2, 3, 4, 5, 6, 7};
//   const std::vector<int> values = co_await weir::gather_bounded(3, std::move(pages), fetch);
//
// gather(): all values, or the first error. gather_results(): what became of each. gather_bounded(): no more
// than so many at once. race(): the first to end.
//
// Ownership: the coroutines are moved in. All of these join every child before they return.
// Threads: everything runs on the caller's loop.
// Cancellation: when the caller is cancelled, so are the children, and they are joined.
// Errors: gather(), gather_bounded() and race() throw what a child threw; the others are cancelled first.
#pragma once

#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "weir/group.hpp"

namespace weir {

// What became of one coroutine: a value or an error.
template <class T>
class Settled {
 public:
  using Stored = typename detail::Outcome<T>::Stored;

  bool ok() const noexcept { return value_.has_value(); }
  Stored& value() { return value_.value(); }
  const Stored& value() const { return value_.value(); }
  const std::exception_ptr& error() const noexcept { return error_; }

  void set_value(Stored value) { value_.emplace(std::move(value)); }
  void set_error(std::exception_ptr error) noexcept { error_ = std::move(error); }

  // Runtime only: the value of a coroutine that did not fail. It may still have ended Cancelled by itself,
  // which is then the outcome of the whole.
  Stored take() {
    if (!value_) throw Cancelled{};
    return std::move(*value_);
  }

 private:
  std::optional<Stored> value_;
  std::exception_ptr error_;
};

namespace detail {

template <class T>
Coro<void> store_value(Coro<T> coro, Settled<T>* place) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(coro);
    Unit unit;
    place->set_value(unit);
  } else {
    T value = co_await std::move(coro);
    place->set_value(std::move(value));
  }
}

template <class T>
Coro<void> store_settled(Coro<T> coro, Settled<T>* place) {
  std::exception_ptr error;
  try {
    Coro<void> run = store_value(std::move(coro), place);
    co_await std::move(run);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    error = std::current_exception();
  }
  if (error) place->set_error(std::move(error));
}

// Runs `body` in a group and throws the first error itself instead of a group of errors.
template <class Body, class... Args>
Coro<void> with_group_first_error(Body body, Args... args) {
  std::exception_ptr first;
  try {
    Coro<void> run = with_group(std::move(body), std::move(args)...);
    co_await std::move(run);
  } catch (const exception_group& errors) {
    first = errors.children().front().error;
  }
  if (first) std::rethrow_exception(first);
}

template <class T>
Coro<void> spawn_all(TaskGroup& group, std::vector<Coro<T>> coros, std::vector<Settled<T>>* places) {
  for (std::size_t i = 0; i < coros.size(); ++i) {
    group.spawn(store_value(std::move(coros[i]), &(*places)[i]), "gather " + std::to_string(i));
  }
  co_return;
}

template <class T>
Coro<void> spawn_all_settled(TaskGroup& group, std::vector<Coro<T>> coros, std::vector<Settled<T>>* places) {
  for (std::size_t i = 0; i < coros.size(); ++i) {
    group.spawn(store_settled(std::move(coros[i]), &(*places)[i]), "gather " + std::to_string(i));
  }
  co_return;
}

template <class... Ts>
Coro<void> spawn_tuple(TaskGroup& group, std::tuple<Settled<Ts>...>* places, Coro<Ts>... coros) {
  const auto spawn_each = [&group, &coros...](Settled<Ts>&... place) {
    (group.spawn(store_value(std::move(coros), &place)), ...);
  };
  std::apply(spawn_each, *places);
  co_return;
}

}  // namespace detail

// Values in the order of the arguments. The first failure cancels the rest, all are joined, and that error is
// thrown (the earliest argument's, when several failed).
template <class T>
requires(!std::is_void_v<T>) Coro<std::vector<T>> gather(std::vector<Coro<T>> coros) {
  std::vector<Settled<T>> places(coros.size());
  Coro<void> run = detail::with_group_first_error(detail::spawn_all<T>, std::move(coros), &places);
  co_await std::move(run);
  std::vector<T> values;
  values.reserve(places.size());
  for (Settled<T>& place : places)
    values.push_back(place.take());
  co_return values;
}

inline Coro<void> gather(std::vector<Coro<void>> coros) {
  std::vector<Settled<void>> places(coros.size());
  Coro<void> run = detail::with_group_first_error(detail::spawn_all<void>, std::move(coros), &places);
  co_await std::move(run);
  for (Settled<void>& place : places)
    place.take();
}

// A coroutine without a value has a place in the tuple all the same, of a type that holds nothing; when none
// has a value, nor has the whole.
template <class... Ts>
requires(sizeof...(Ts) > 0 &&
         !(std::is_void_v<Ts> &&
           ...)) Coro<std::tuple<typename Settled<Ts>::Stored...>> gather(Coro<Ts>... coros) {
  using Values = std::tuple<typename Settled<Ts>::Stored...>;
  std::tuple<Settled<Ts>...> places;
  Coro<void> run = detail::with_group_first_error(detail::spawn_tuple<Ts...>, &places, std::move(coros)...);
  co_await std::move(run);
  const auto take = [](Settled<Ts>&... place) { return Values{place.take()...}; };
  Values values = std::apply(take, places);
  co_return values;
}

template <class... Ts>
requires(sizeof...(Ts) > 0 && (std::is_void_v<Ts> && ...)) Coro<void> gather(Coro<Ts>... coros) {
  std::tuple<Settled<Ts>...> places;
  Coro<void> run = detail::with_group_first_error(detail::spawn_tuple<Ts...>, &places, std::move(coros)...);
  co_await std::move(run);
  const auto take = [](Settled<Ts>&... place) { (place.take(), ...); };
  std::apply(take, places);
}

// Every outcome, value or error, in order; a failure cancels nobody. The error of a coroutine that ended
// Cancelled by itself is Cancelled.
template <class T>
Coro<std::vector<Settled<T>>> gather_results(std::vector<Coro<T>> coros) {
  std::vector<Settled<T>> places(coros.size());
  Coro<void> run = with_group(detail::spawn_all_settled<T>, std::move(coros), &places);
  co_await std::move(run);
  for (Settled<T>& place : places) {
    if (!place.ok() && !place.error()) place.set_error(std::make_exception_ptr(Cancelled{}));
  }
  co_return places;
}

namespace detail {

// State of one gather_bounded(): workers take the next input until none is left.
template <class Input, class T, class Fn>
struct BoundedWork {
  BoundedWork(std::vector<Input> inputs_, Fn fn_)
      : inputs(std::move(inputs_)), fn(std::move(fn_)), places(inputs.size()) {}
  std::vector<Input> inputs;
  Fn fn;
  std::vector<Settled<T>> places;
  std::size_t next = 0;
};

template <class Work, class T>
Coro<void> bounded_worker(Work* work) {
  while (work->next < work->inputs.size()) {
    const std::size_t i = work->next++;
    Coro<T> one = work->fn(std::move(work->inputs[i]));
    Coro<void> store = store_value(std::move(one), &work->places[i]);
    co_await std::move(store);
  }
}

template <class Work, class T>
Coro<void> spawn_bounded(TaskGroup& group, std::size_t limit, Work* work) {
  for (std::size_t i = 0; i < limit && i < work->inputs.size(); ++i) {
    group.spawn(bounded_worker<Work, T>(work), "worker " + std::to_string(i));
  }
  co_return;
}

}  // namespace detail

// fn(input) for every input, at most `limit` at once; values in input order. Errors as gather().
template <class Input, class Fn>
auto gather_bounded(std::size_t limit, std::vector<Input> inputs, Fn fn)
    -> Coro<std::vector<typename std::invoke_result_t<Fn&, Input>::value_type>> {
  using T = typename std::invoke_result_t<Fn&, Input>::value_type;
  using Work = detail::BoundedWork<Input, T, Fn>;
  if (limit == 0) throw std::invalid_argument("gather_bounded with a limit of 0");
  Work work(std::move(inputs), std::move(fn));
  Coro<void> run = detail::with_group_first_error(detail::spawn_bounded<Work, T>, limit, &work);
  co_await std::move(run);
  std::vector<T> values;
  values.reserve(work.places.size());
  for (Settled<T>& place : work.places)
    values.push_back(place.take());
  co_return values;
}

// The first to finish: which one, and its value.
template <class T>
struct Winner {
  Winner(std::size_t index_, Settled<T> outcome_) : index(index_), outcome(std::move(outcome_)) {}
  std::size_t index;
  Settled<T> outcome;
};

namespace detail {

template <class T>
struct Race {
  std::optional<std::size_t> first;
  Settled<T> outcome;
};

template <class T>
Coro<void> run_racer(TaskGroup* group, Race<T>* race, std::size_t index, Coro<T> coro) {
  Settled<T> outcome;
  Coro<void> run = store_settled(std::move(coro), &outcome);
  co_await std::move(run);
  if (race->first) co_return;
  race->first = index;
  race->outcome = std::move(outcome);
  group->cancel();
}

template <class T>
Coro<void> spawn_racers(TaskGroup& group, std::vector<Coro<T>> coros, Race<T>* race) {
  for (std::size_t i = 0; i < coros.size(); ++i) {
    group.spawn(run_racer(&group, race, i, std::move(coros[i])), "racer " + std::to_string(i));
  }
  co_return;
}

}  // namespace detail

// Runs all until the first one ends, cancels and joins the losers, whose values and errors are dropped. If
// the winner failed, its error is thrown. A winner wins over a cancellation too, which is then delivered at
// the next suspension point. std::invalid_argument when there is nothing to run.
template <class T>
Coro<Winner<T>> race(std::vector<Coro<T>> coros) {
  if (coros.empty()) throw std::invalid_argument("race of nothing");
  detail::TaskBase& self = co_await detail::this_task();
  const std::uint64_t mark = self.deliveries();
  detail::Race<T> state;
  try {
    Coro<void> run = with_group(detail::spawn_racers<T>, std::move(coros), &state);
    co_await std::move(run);
  } catch (const Cancelled&) {
    if (!state.first) throw;
    self.redeliver_since(mark);
  }
  if (!state.first) throw Cancelled{};  // every racer ended Cancelled by itself
  if (state.outcome.error()) std::rethrow_exception(state.outcome.error());
  Winner<T> winner(*state.first, std::move(state.outcome));
  co_return winner;
}

}  // namespace weir
