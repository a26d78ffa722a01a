// One kind of await, cancelled at every moment of its life, against what weir/cancel.hpp promises.
#pragma once

#include <functional>
#include <vector>

#include "unit/async/loops.hpp"

namespace weir::testing {

// A kind of await under test, and how to bring it to its end.
class Awaited {
 public:
  Awaited() = default;
  Awaited(const Awaited&) = delete;
  Awaited& operator=(const Awaited&) = delete;
  virtual ~Awaited() = default;

  // Helpers that it needs beside it.
  virtual void set_up(TaskGroup&) {}
  // The await itself.
  virtual Coro<void> wait() = 0;
  // Makes the await ready, then calls `then` before the waiting task runs again.
  virtual void make_ready(std::function<void()> then) = 0;
  // Whether a cancelled wait ends at once; if not, it gives its value in spite of the cancellation.
  virtual bool is_interruptible() const { return true; }
  // Whether it refuses a task that is to be cancelled already.
  virtual bool is_refused_when_due() const { return true; }
  // Ends the helpers, once the waiting task is done.
  virtual void tear_down() {}
  // Nothing that was to be handed over may be missing; `values` waits got their value.
  virtual void check_nothing_lost(int values) = 0;
};

enum class Moment { never, before_start, before_await, suspended, twice, ready };
inline constexpr Moment kMoments[] = {Moment::never,     Moment::before_start, Moment::before_await,
                                      Moment::suspended, Moment::twice,        Moment::ready};
inline const char* to_text(Moment moment) {
  static constexpr const char* kTexts[] = {"never",     "before start", "before the await",
                                           "suspended", "twice",        "ready, not resumed"};
  return kTexts[static_cast<int>(moment)];
}

struct Seen {
  bool started = false;
  bool value = false;           // the await gave its value
  bool cancelled = false;       // the await threw Cancelled
  bool cleaned_up = false;      // clean-up that awaits ran to its end
  bool cancelled_next = false;  // the next suspension point threw Cancelled
};

inline Coro<void> waiting_task(Awaited* awaited, Moment moment, Seen* seen) {
  seen->started = true;
  detail::TaskBase& self = co_await detail::this_task();
  if (moment == Moment::before_await) self.request_cancel(&self);
  try {
    co_await awaited->wait();
    seen->value = true;
  } catch (const Cancelled&) {
    seen->cancelled = true;
  }
  if (seen->cancelled) {
    co_await sleep(1ms);
    co_await yield();
    seen->cleaned_up = true;
    throw Cancelled{};
  }
  try {
    co_await yield();
  } catch (const Cancelled&) {
    seen->cancelled_next = true;
    throw;
  }
}

inline Coro<void> cancel_at(TaskGroup& group, Awaited* awaited, Moment moment, int rounds, Seen* seen) {
  awaited->set_up(group);
  Task<void> task = group.spawn(waiting_task(awaited, moment, seen), "waiting");
  const auto cancel = [&task] { EXPECT_TRUE(task.cancel()); };
  const auto nothing = [] {};
  if (moment == Moment::before_start) cancel();
  for (int i = 0; i < rounds; ++i)
    co_await yield();
  if (moment == Moment::ready) awaited->make_ready(cancel);
  if (moment == Moment::never) awaited->make_ready(nothing);
  if (moment == Moment::suspended || moment == Moment::twice) cancel();
  if (moment == Moment::twice) {
    co_await yield();
    if (awaited->is_interruptible()) cancel();
  }
  const bool goes_on =
      (moment == Moment::suspended || moment == Moment::twice) && !awaited->is_interruptible();
  const bool let_in = moment == Moment::before_await && !awaited->is_refused_when_due();
  if (goes_on || let_in) awaited->make_ready(nothing);
  co_await task.wait();
  EXPECT_EQ(task.state_of(), moment == Moment::never ? TaskState::finished : TaskState::cancelled);
  awaited->tear_down();
}

inline void check(const Seen& seen, const Awaited& awaited, Moment moment) {
  const bool is_cut_short =
      (moment == Moment::before_await && awaited.is_refused_when_due()) ||
      ((moment == Moment::suspended || moment == Moment::twice) && awaited.is_interruptible());
  EXPECT_EQ(seen.started, moment != Moment::before_start);
  EXPECT_EQ(seen.cancelled, is_cut_short);
  EXPECT_EQ(seen.cleaned_up, is_cut_short);
  EXPECT_EQ(seen.value, seen.started && !is_cut_short);
  EXPECT_EQ(seen.cancelled_next, seen.value && moment != Moment::never);
}

// Every moment; `make` gives a fresh Awaited for each. `rounds`: how many steps the waiting task is given to
// get to its await.
template <class Make>
void cancel_at_every_moment(const std::string& what, Loop& loop, Make make, int rounds = 1) {
  for (const Moment moment : kMoments) {
    SCOPED_TRACE(what + " cancelled: " + to_text(moment));
    const FrameCheck frames;
    Seen seen;
    const auto awaited = make();
    Coro<void> main = with_group(cancel_at, static_cast<Awaited*>(awaited.get()), moment, rounds, &seen);
    loop.run_until_complete(std::move(main));
    check(seen, *awaited, moment);
    awaited->check_nothing_lost(seen.value ? 1 : 0);
    EXPECT_EQ(loop.driver().in_flight(), 0U);
    EXPECT_EQ(loop.task_count(), 0U);
  }
}

// Those that hand nothing over.
class HandsNothingOver : public Awaited {
 public:
  void check_nothing_lost(int) override {}
};

class CancelEverywhere : public OnEachBackend {
 protected:
  template <class A, class... Args>
  void try_all(const char* what, int rounds, Args... args) {
    const auto make = [args...] { return std::make_unique<A>(args...); };
    cancel_at_every_moment(what, loop(), make, rounds);
  }
};
}  // namespace weir::testing
