// Coroutines, tasks and futures: laziness, values, errors, and that each value is destroyed exactly once in
// the shapes that the headers recommend (g++ 12 destroys some temporaries twice in others).
#include "support/counted.hpp"
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

using support::Counted;

class Coroutines : public ::testing::Test {
 protected:
  Coroutines() { Counted::reset(); }
  ~Coroutines() override {
    EXPECT_EQ(Counted::totals.alive(), 0);
    EXPECT_EQ(Counted::faults, 0);
  }

 private:
  FrameCheck frames_;
};

Coro<int> set_and_return(bool* ran, int value) {
  *ran = true;
  co_return value;
}

TEST_F(Coroutines, RunNothingUntilAwaited) {
  bool ran = false;
  {
    Coro<int> dropped = set_and_return(&ran, 1);
    Coro<int> moved = std::move(dropped);
    EXPECT_FALSE(static_cast<bool>(dropped));
    EXPECT_TRUE(static_cast<bool>(moved));
    moved = set_and_return(&ran, 2);  // the first is destroyed unrun
  }
  EXPECT_FALSE(ran);
  EXPECT_EQ(run_simulated(set_and_return(&ran, 3)), 3);
  EXPECT_TRUE(ran);
}

Coro<void> throw_deep(int depth) {
  if (depth == 0) throw std::runtime_error("from the bottom");
  co_await throw_deep(depth - 1);
}

TEST_F(Coroutines, PassExceptionsUp) {
  EXPECT_THROW(run_simulated(throw_deep(50)), std::runtime_error);
}

Coro<Counted> make_counted(Counted value) {
  co_return value;
}
Coro<Counted> pass_on(Counted value) {
  Counted made = co_await make_counted(std::move(value));
  co_await yield();
  co_return made;
}
Coro<int> drop_result(int value) {
  co_await make_counted(Counted(value));
  Counted kept = co_await pass_on(Counted(value));
  co_return kept.value();
}

TEST_F(Coroutines, DestroyParametersAndResultsOnce) {
  EXPECT_EQ(run_simulated(drop_result(5)), 5);
  EXPECT_EQ(Counted::totals.copies, 0);
}

TEST_F(Coroutines, DestroyParametersOfACoroutineThatNeverRan) {
  { Coro<Counted> dropped = pass_on(Counted(1)); }
  EXPECT_GT(Counted::totals.made, 0);
}

Coro<Counted> throw_with(Counted value) {
  if (value.value() == 1) throw std::move(value);
  co_return value;
}
Coro<int> catch_counted() {
  int caught = 0;
  try {
    co_await throw_with(Counted(1));
  } catch (const Counted& value) {
    caught = value.value();
  }
  co_return caught;
}

TEST_F(Coroutines, DestroyThrownValuesOnce) {
  EXPECT_EQ(run_simulated(catch_counted()), 1);
}

Coro<void> fill_queue(Queue<Counted>* queue, int count) {
  for (int i = 0; i < count; ++i)
    co_await queue->put(Counted(i));
  queue->close();
}
Coro<void> drain_queue(Queue<Counted>* queue, int* sum) {
  while (auto item = co_await queue->get())
    *sum += item->value();
}
Coro<void> spawn_queue(TaskGroup& group, Queue<Counted>* queue, int* sum) {
  group.spawn(fill_queue(queue, 50));
  group.spawn(drain_queue(queue, sum));
  co_return;
}
// One that waits, with an item, when everything is cancelled.
Coro<void> cancel_full_queue(TaskGroup& group) {
  Queue<Counted> queue(1);
  group.spawn(fill_queue(&queue, 3));
  co_await sleep(1ms);
  group.cancel();
  try {
    co_await sleep(1h);  // the queue must outlive its waiter
  } catch (const Cancelled&) {
  }
  co_await sleep(1ms);
}

TEST_F(Coroutines, QueueItemsAreDestroyedOnce) {
  for (const std::size_t room : {1U, 3U, 100U}) {
    Queue<Counted> queue(room);
    int sum = 0;
    run_simulated(with_group(spawn_queue, &queue, &sum));
    EXPECT_EQ(sum, 49 * 50 / 2);
  }
  EXPECT_EQ(Counted::totals.copies, 0);
  run_simulated(with_group(cancel_full_queue));
}

Coro<int> offload_counted() {
  Counted value(11);
  auto job = [value = std::move(value)] { return Counted(value.value() + 1); };
  const Counted result = co_await offload(std::move(job));
  co_return result.value();
}
Coro<int> timeout_counted() {
  Coro<Counted> inner = pass_on(Counted(3));
  const Counted result = co_await timeout(1h, std::move(inner));
  const Counted shielded = co_await with_cancel_disabled(pass_on(Counted(4)));
  co_return result.value() + shielded.value();
}
Coro<int> gather_counted() {
  std::vector<Coro<Counted>> coros;
  for (int i = 0; i < 3; ++i)
    coros.push_back(pass_on(Counted(i)));
  const std::vector<Counted> values = co_await gather(std::move(coros));
  const auto pair = co_await gather(pass_on(Counted(10)), pass_on(Counted(20)));
  std::vector<Coro<Counted>> racers;
  racers.push_back(pass_on(Counted(100)));
  racers.push_back(pass_on(Counted(100)));
  const auto winner = co_await race(std::move(racers));
  const Counted extra(1000);
  const auto fn = [extra](int i) { return make_counted(Counted(extra.value() + i)); };
  std::vector<int> inputs(2, 1);
  const auto bounded = co_await gather_bounded(1, inputs, fn);
  co_return values[2].value() + std::get<1>(pair).value() + winner.outcome.value().value() +
      bounded[1].value();
}

TEST_F(Coroutines, TheRecommendedShapesDestroyOnce) {
  EXPECT_EQ(run_simulated(offload_counted()), 12);
  EXPECT_EQ(run_simulated(timeout_counted()), 7);
  EXPECT_EQ(run_simulated(gather_counted()), 2 + 20 + 100 + 1001);
}

Coro<void> yield_once() {
  co_await yield();
}

// A body with captures, named before the statement that awaits.
Coro<int> named_body() {
  Counted value(8);
  int sum = 0;
  int* out = &sum;
  const auto body = [value, out](TaskGroup&) {
    *out += value.value();
    return yield_once();
  };
  co_await with_group(body);
  co_return sum;
}

TEST_F(Coroutines, ANamedBodyWithCapturesIsKeptUntilTheGroupIsJoined) {
  EXPECT_EQ(run_simulated(named_body()), 8);
}

Coro<void> wait_copy(Future<Counted> future, int* sum) {
  const Counted value = co_await future.wait();
  *sum += value.value();
}
Coro<void> share_future(TaskGroup& group, int* sum) {
  Promise<Counted> promise;
  EXPECT_FALSE(promise.future().done());
  for (int i = 0; i < 3; ++i)
    group.spawn(wait_copy(promise.future(), sum));
  co_await yield();
  promise.set_value(Counted(7));
  EXPECT_EQ(*sum, 0);  // waiters never run in place
  EXPECT_THROW(promise.set_value(Counted(8)), std::logic_error);
  EXPECT_THROW(promise.cancel(), std::logic_error);
  group.spawn(wait_copy(promise.future(), sum));
}

TEST_F(Coroutines, AFutureGivesACopyToEachWaiter) {
  int sum = 0;
  run_simulated(with_group(share_future, &sum));
  EXPECT_EQ(sum, 4 * 7);
}

Coro<void> break_promise(TaskGroup& group) {
  auto promise = std::make_unique<Promise<void>>();
  const Future<void> future = promise->future();
  const auto wait = [](Future<void> awaited) -> Coro<void> { co_await awaited.wait(); };
  Task<void> task = group.spawn(wait(future), "waiter");
  co_await yield();
  promise.reset();
  co_await task.wait();
}

TEST_F(Coroutines, AFutureWhosePromiseIsGoneSaysSo) {
  try {
    run_simulated(with_group(break_promise));
    ADD_FAILURE() << "no error";
  } catch (const exception_group& errors) {
    EXPECT_THROW(std::rethrow_exception(errors.first()), BrokenPromise);
  }
}

Coro<Counted> wait_then(Event* event, Counted value) {
  co_await event->wait();
  co_return value;
}
Coro<void> task_life(TaskGroup& group) {
  Event event;
  Task<Counted> task = group.spawn(wait_then(&event, Counted(9)));
  const Task<Counted> copy = task;
  EXPECT_EQ(task.state_of(), TaskState::created);
  EXPECT_EQ(task.name(), "task-" + std::to_string(task.id()));
  EXPECT_THROW(task.result(), std::logic_error);
  co_await yield();
  EXPECT_EQ(task.state_of(), TaskState::running);
  event.set();
  co_await task.wait();
  co_await task.wait();
  EXPECT_EQ(copy.state_of(), TaskState::finished);
  EXPECT_EQ(task.result().value(), 9);
  EXPECT_FALSE(task.cancel());
  EXPECT_EQ(task.error(), nullptr);
}

TEST_F(Coroutines, TasksTellTheirState) {
  run_simulated(with_group(task_life));
}

// Not inlined: compilers may assume that nobody does this.
__attribute__((noinline)) void destroy(Counted* value) {
  value->~Counted();
}

TEST(CountedTest, NoticesASecondDestruction) {
  Counted::reset();
  alignas(Counted) unsigned char bytes[sizeof(Counted)];
  auto* value = new (bytes) Counted(1);
  destroy(value);
  destroy(value);
  EXPECT_EQ(Counted::faults, 1);
  EXPECT_EQ(Counted::totals.alive(), -1);
  Counted::reset();
}

}  // namespace
}  // namespace weir::testing
