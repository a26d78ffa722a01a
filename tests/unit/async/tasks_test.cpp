// Task handles and gather: names, done callbacks, cancel and uncancel; the cases of CPython's test_tasks.
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class TaskTests : public Case {};
class GatherTests : public Case {};

Coro<void> check_current(TaskGroup& group) {
  const AnyTask main = current_task();
  EXPECT_EQ(main.name(), "main");
  const auto child = [](std::uint64_t* id) -> Coro<void> {
    *id = current_task().id();
    co_return;
  };
  std::uint64_t seen = 0;
  Task<void> task = group.spawn(child(&seen));
  co_await task.wait();
  EXPECT_EQ(seen, task.id());
  EXPECT_EQ(current_task(), main);
}

TEST_F(TaskTests, current_task) {
  EXPECT_THROW(current_task(), std::logic_error);
  EXPECT_EQ(run(with_group(check_current)), "ok");
}

Coro<void> call_backs(TaskGroup& group, Log* log) {
  Task<int> task = group.spawn(value_after(1ms, 7), "t");
  const auto note = [log](const std::string& text) {
    return [log, text](Task<int> done) {
      EXPECT_TRUE(done.done());
      log->push_back(text + " " + done.name());
    };
  };
  task.add_done_callback(note("first"));
  const std::uint64_t second = task.add_done_callback(note("second"));
  task.add_done_callback(note("third"));
  EXPECT_TRUE(task.remove_done_callback(second));
  EXPECT_FALSE(task.remove_done_callback(second));
  EXPECT_FALSE(task.remove_done_callback(0));
  co_await task.wait();
  co_await run_briefly();
  const std::uint64_t late = task.add_done_callback(note("late"));
  EXPECT_EQ(log->size(), 2U);  // never in place
  EXPECT_FALSE(task.remove_done_callback(late));
  co_await run_briefly();
  EXPECT_EQ(task.result(), 7);
}

TEST_F(TaskTests, add_done_callback_and_remove_done_callback) {
  EXPECT_EQ(run(with_group(call_backs, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"first t", "third t", "late t"}));
}

Coro<void> ends_in_each_way(TaskGroup& group, Log* log) {
  const auto note = [log](Task<int> done) {
    log->push_back(done.cancelled() ? "cancelled" : describe(done.error()));
  };
  Task<int> cancelled = group.spawn(value_after(1h, 1));
  cancelled.add_done_callback(note);
  Task<int> never_ran = group.spawn(value_after(1h, 1));
  never_ran.add_done_callback(note);
  never_ran.cancel();
  co_await run_briefly();
  cancelled.cancel();
  co_await run_briefly();
  Task<int> failed = group.spawn(no_value_after(1ms, "bad"));
  failed.add_done_callback(note);
}

TEST_F(TaskTests, a_done_callback_comes_however_the_task_ended) {
  EXPECT_EQ(run(with_group(ends_in_each_way, &log_)), "1 task failed: task-4: bad");
  EXPECT_EQ(log_, (Log{"cancelled", "cancelled", "bad"}));
}

Coro<void> throwing_callback(TaskGroup& group) {
  Task<int> task = group.spawn(value_after(1ms, 1));
  task.add_done_callback([](Task<int>) { throw std::runtime_error("in a callback"); });
  co_await sleep(1h);
}

TEST_F(TaskTests, an_error_in_a_done_callback_ends_the_loop) {
  EXPECT_THROW(run_simulated(with_group(throwing_callback)), std::runtime_error);
}

Coro<void> ignore_one_cancel(Log* log) {
  for (int i = 0; i < 2; ++i) {
    try {
      co_await sleep(1s);
      log->push_back("slept");
    } catch (const Cancelled&) {
      log->push_back("refused");
    }
  }
}
Coro<void> cancel_ignoring(TaskGroup& group, bool uncancel, Log* log) {
  Task<void> task = group.spawn(ignore_one_cancel(log));
  co_await run_briefly();
  EXPECT_FALSE(task.uncancel());
  EXPECT_FALSE(task.is_cancelling());
  task.cancel();
  EXPECT_TRUE(task.is_cancelling());
  co_await run_briefly();
  if (uncancel) {
    EXPECT_TRUE(task.uncancel());
    EXPECT_FALSE(task.is_cancelling());
  }
  task.cancel();  // says nothing new, unless the first was forgotten
  co_await task.wait();
  EXPECT_FALSE(task.cancelled());
  EXPECT_FALSE(task.cancel());
}

TEST_F(TaskTests, cancel_task_ignoring_and_uncancel_basic) {
  EXPECT_EQ(run(with_group(cancel_ignoring, false, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"refused", "slept"}));
  log_.clear();
  EXPECT_EQ(run(with_group(cancel_ignoring, true, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"refused", "refused"}));
}

Coro<void> uncancel_undelivered(TaskGroup& group) {
  Task<void> before_start = group.spawn(nap(1ms));
  before_start.cancel();
  EXPECT_TRUE(before_start.uncancel());
  co_await before_start.wait();
  EXPECT_FALSE(before_start.cancelled());
}

TEST_F(TaskTests, uncancel_takes_back_what_was_not_delivered) {
  EXPECT_EQ(run(with_group(uncancel_undelivered)), "ok");
}

Coro<void> cancel_self() {
  current_task().cancel();
  co_await yield();
}
Coro<void> cancel_self_and_end(bool* ended) {
  current_task().cancel();
  *ended = true;
  co_return;
}
Coro<void> cancel_current(TaskGroup& group) {
  Task<void> waits = group.spawn(cancel_self());
  bool ended = false;
  Task<void> ends = group.spawn(cancel_self_and_end(&ended));
  co_await waits.wait();
  co_await ends.wait();
  EXPECT_TRUE(waits.cancelled());
  EXPECT_TRUE(ended);
  EXPECT_FALSE(ends.cancelled());  // it had no suspension point left
}

TEST_F(TaskTests, cancel_current_task_and_cancel_at_end) {
  EXPECT_EQ(run(with_group(cancel_current)), "ok");
}

Coro<void> await_task(Task<int> task) {
  co_await task.wait();
}
Coro<void> cancel_awaited(TaskGroup& group) {
  Task<int> inner = group.spawn(value_after(1h, 1));
  Task<void> outer = group.spawn(await_task(inner));
  co_await run_briefly();
  inner.cancel();
  co_await outer.wait();
  EXPECT_TRUE(inner.cancelled());
  EXPECT_FALSE(outer.cancelled());  // wait() waits for the end, whatever it is
}

TEST_F(TaskTests, cancel_awaited_task) {
  EXPECT_EQ(run(with_group(cancel_awaited)), "ok");
}

Coro<void> cancel_both(TaskGroup& group) {
  Task<int> inner = group.spawn(value_after(1h, 1));
  Task<void> outer = group.spawn(await_task(inner));
  co_await run_briefly();
  inner.cancel();
  outer.cancel();
  co_await outer.wait();
  co_await inner.wait();
  EXPECT_TRUE(inner.cancelled());
  EXPECT_TRUE(outer.cancelled());
}

TEST_F(TaskTests, cancel_both_task_and_inner_future) {
  EXPECT_EQ(run(with_group(cancel_both)), "ok");
}

TEST_F(TaskTests, an_empty_handle_may_be_copied_and_compared) {
  AnyTask none;
  const AnyTask copy = none;
  EXPECT_FALSE(copy);
  EXPECT_EQ(copy, none);
}

// --- gather

Coro<int> cancelled_inside() {
  co_await yield();
  throw Cancelled{};
}
std::vector<Coro<int>> list_of(Coro<int> a, Coro<int> b, Coro<int> c) {
  std::vector<Coro<int>> coros;
  coros.push_back(std::move(a));
  coros.push_back(std::move(b));
  coros.push_back(std::move(c));
  return coros;
}

Coro<void> return_exceptions() {
  auto results =
      co_await gather_results(list_of(value_after(3ms, 3), no_value_after(1ms, "zero"), cancelled_inside()));
  EXPECT_EQ(results.at(0).value(), 3);
  EXPECT_EQ(describe(results.at(1).error()), "zero");
  EXPECT_EQ(describe(results.at(2).error()), "cancelled");
}

TEST_F(GatherTests, return_exceptions) {
  EXPECT_EQ(run(return_exceptions()), "ok");
}

Coro<void> gathers_in_gather(Log* log) {
  const auto pair = [](int base, Log* notes) -> Coro<int> {
    const auto values = co_await gather(value_after(2ms, base), value_after(1ms, base + 1));
    notes->push_back(std::to_string(std::get<0>(values)));
    co_return std::get<0>(values) + std::get<1>(values);
  };
  const auto sums = co_await gather(pair(10, log), pair(20, log));
  EXPECT_EQ(std::get<0>(sums), 21);
  EXPECT_EQ(std::get<1>(sums), 41);
}

TEST_F(GatherTests, nested) {
  EXPECT_EQ(run(gathers_in_gather(&log_)), "ok");
  EXPECT_EQ(log_, (Log{"10", "20"}));
}

Coro<void> gather_limited() {
  co_await gather(value_after(1h, 1), value_after(2h, 2));
}

TEST_F(GatherTests, one_cancellation_reaches_all_children) {
  EXPECT_EQ(run(timeout(1ms, gather_limited())), "timed out");
  EXPECT_EQ(when_cancelled(gather_limited()), "cancelled");
}

}  // namespace
}  // namespace weir::testing
