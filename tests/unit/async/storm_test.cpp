// Cancel storms: tasks that use every primitive inside timeouts, shields and nested groups, while others
// cancel them, on seeded schedules. Whatever happens: nobody is let in twice, nothing handed over is lost,
// every permit comes back, no limit is reported that did not expire, and all come to their ends.
#include "support/seeds.hpp"
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

struct World {
  explicit World(unsigned seed) : random(seed) {}
  support::Random random;
  Semaphore semaphore{2};
  Mutex mutex;
  Condition condition;
  Barrier barrier{3};
  Event event;
  Queue<int> queue{2};
  PriorityQueue<int> priority{1};
  int in_semaphore = 0;
  int in_mutex = 0;
  int put = 0;
  int got = 0;
  int timeouts = 0;
  int cancelled = 0;
  int failures = 0;
  std::vector<Task<void>> tasks;

  Duration pause() { return std::chrono::microseconds(500 * random.below(4)); }
};

class Inside {
 public:
  Inside(int& count, int limit) : count_(count) { EXPECT_LE(++count_, limit); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { --count_; }

 private:
  int& count_;
};

Coro<void> hold_permit(World* world) {
  auto permit = co_await world->semaphore.acquire();
  const Inside inside(world->in_semaphore, 2);
  co_await sleep(world->pause());
}

Coro<void> wait_for_notice(World* world) {
  auto lock = co_await world->mutex.lock();
  try {
    co_await world->condition.wait(lock);
  } catch (const Cancelled&) {
    EXPECT_TRUE(lock);
    throw;
  }
  EXPECT_TRUE(lock);
  const Inside inside(world->in_mutex, 1);
  co_await sleep(world->pause());
}

Coro<void> hold_mutex_and_notify(World* world) {
  auto lock = co_await world->mutex.lock();
  const Inside inside(world->in_mutex, 1);
  world->condition.notify(world->random.below(3));
  co_await sleep(world->pause());
  world->condition.notify();
}

template <class Q>
Coro<void> put_one(World* world, Q* queue) {
  co_await queue->put(static_cast<int>(world->random.below(100)));
  ++world->put;
}
template <class Q>
Coro<void> get_one(World* world, Q* queue) {
  const auto item = co_await queue->get();
  EXPECT_TRUE(item);
  ++world->got;
}

Coro<void> meet(World* world) {
  try {
    co_await world->barrier.wait();
  } catch (const BrokenBarrierError&) {
  }
}

Coro<void> wait_event(World* world) {
  co_await world->event.wait();
}
Coro<void> pulse(World* world) {
  co_await sleep(world->pause());
  world->event.set();
  world->event.clear();
  if (world->random.chance(20)) world->barrier.reset();
}

Coro<void> work(World* world, int steps, int depth);

Coro<void> fail_soon(World* world) {
  co_await sleep(world->pause());
  ++world->failures;
  throw std::runtime_error("storm");
}

Coro<void> look_after(World* world, TaskGroup* group, std::vector<Task<void>> tasks) {
  const unsigned way = world->random.below(5);
  if (way == 0) {
    const auto waited = co_await wait(tasks, WaitMode::first_completed, world->pause());
    EXPECT_EQ(waited.done.size() + waited.pending.size(), tasks.size());
    for (Task<void> task : waited.pending)
      task.cancel();
  } else if (way == 1) {
    AsCompleted<Task<void>> finished(tasks);
    for (unsigned left = 1 + world->random.below(3); left > 0; --left) {
      const auto task = co_await finished.next();
      EXPECT_TRUE(!task || task->done());
    }
  } else if (way == 2) {
    co_await wait(tasks, WaitMode::first_exception);
  } else if (way == 3) {
    co_await sleep(world->pause());
    group->cancel();
  }
}

Coro<void> spawn_children(TaskGroup& group, World* world, int depth) {
  std::vector<Task<void>> tasks;
  for (unsigned left = 1 + world->random.below(3); left > 0; --left)
    tasks.push_back(group.spawn(work(world, 2, depth - 1)));
  if (world->random.chance(15)) tasks.push_back(group.spawn(fail_soon(world)));
  co_await look_after(world, &group, std::move(tasks));
}

Coro<void> pick(World* world, int depth) {
  switch (world->random.below(depth > 0 ? 13 : 10)) {
    case 0:
      return hold_permit(world);
    case 1:
      return wait_for_notice(world);
    case 2:
      return hold_mutex_and_notify(world);
    case 3:
      return put_one(world, &world->queue);
    case 4:
      return get_one(world, &world->queue);
    case 5:
      return put_one(world, &world->priority);
    case 6:
      return get_one(world, &world->priority);
    case 7:
      return meet(world);
    case 8:
      return wait_event(world);
    case 9:
      return pulse(world);
    default:
      return with_group(spawn_children, world, depth);
  }
}

// One thing to do within a limit, perhaps shielded.
Coro<void> step(World* world, int depth) {
  Timeout limit(std::chrono::milliseconds(world->random.below(6)));
  Coro<void> limited = limit.run(pick(world, depth));
  if (world->random.chance(15)) limited = with_cancel_disabled(std::move(limited));
  try {
    co_await std::move(limited);
  } catch (const TimeoutError&) {
    EXPECT_TRUE(limit.expired());
    EXPECT_GE(Loop::current()->now(), limit.when().value());
    ++world->timeouts;
  } catch (const exception_group& errors) {
    for (const auto& child : errors.flatten())
      EXPECT_EQ(describe(child.error), "storm");
  }
}

Coro<void> work(World* world, int steps, int depth) {
  for (int i = 0; i < steps; ++i)
    co_await step(world, depth);
}

Coro<void> storm(TaskGroup& group, World* world) {
  for (int i = 0; i < 8; ++i)
    world->tasks.push_back(group.spawn(work(world, 6, 2)));
  for (int i = 0; i < 12; ++i) {
    co_await sleep(world->pause());
    Task<void>& task = world->tasks[world->random.below(8)];
    task.cancel();
    if (world->random.chance(30)) task.cancel();
  }
}

void check_calm(World& world) {
  for (const Task<void>& task : world.tasks) {
    EXPECT_TRUE(task.done());
    EXPECT_FALSE(task.error());
    world.cancelled += task.cancelled() ? 1 : 0;
  }
  EXPECT_EQ(world.in_semaphore, 0);
  EXPECT_EQ(world.in_mutex, 0);
  EXPECT_EQ(world.semaphore.available(), 2U);
  EXPECT_FALSE(world.mutex.is_locked());
  EXPECT_EQ(world.barrier.n_waiting(), 0U);
  EXPECT_EQ(static_cast<std::size_t>(world.put - world.got), world.queue.size() + world.priority.size());
  EXPECT_LE(world.queue.size(), 2U);
  EXPECT_LE(world.priority.size(), 1U);
}

TEST(CancelStorm, EverythingComesToItsEndAndNothingIsLost) {
  int timeouts = 0;
  int cancelled = 0;
  int failures = 0;
  int handed_over = 0;
  const bool counted = support::for_seeds(300, [&](unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const FrameCheck frames;
    World world(seed);
    const auto loop = simulated_loop();
    if (seed % 3 != 0) loop->shuffle_ready(seed);
    loop->run_until_complete(with_group(storm, &world));
    EXPECT_EQ(loop->task_count(), 0U);
    check_calm(world);
    timeouts += world.timeouts;
    cancelled += world.cancelled;
    failures += world.failures;
    handed_over += world.got;
    world.tasks.clear();
  });
  if (!counted) return;
  EXPECT_GT(timeouts, 300);
  EXPECT_GT(cancelled, 300);
  EXPECT_GT(failures, 30);
  EXPECT_GT(handed_over, 300);
}

// One primitive, many waiters, and a cancellation at every moment between wake-up and run: whoever was served
// keeps what it got, and whoever was not leaves it to the next.
struct Handover {
  Semaphore semaphore{0};
  int served = 0;
};
Coro<void> take_permit(Handover* handover) {
  auto permit = co_await handover->semaphore.acquire();
  ++handover->served;
  co_await yield();
}
Coro<void> release_and_cancel(TaskGroup& group, Handover* handover, support::Random* random) {
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 12; ++i)
    tasks.push_back(group.spawn(take_permit(handover)));
  co_await yield();
  for (int i = 0; i < 30; ++i) {
    const unsigned what = random->below(3);
    if (what == 0) handover->semaphore.release();
    if (what == 1) tasks[random->below(12)].cancel();
    if (what == 2) co_await yield();
  }
  group.cancel();
}

TEST(CancelStorm, AWakeUpThatRacesWithACancellationIsNeverLost) {
  support::for_seeds(300, [&](unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const FrameCheck frames;
    support::Random random(seed);
    Handover handover;
    const auto loop = simulated_loop();
    loop->shuffle_ready(seed);
    Coro<void> main = with_group(release_and_cancel, &handover, &random);
    loop->run_until_complete(std::move(main));
    support::Random again(seed);
    std::size_t released = 0;
    for (int i = 0; i < 30; ++i) {
      const unsigned what = again.below(3);
      if (what == 0) ++released;
      if (what == 1) again.below(12);
    }
    EXPECT_EQ(handover.semaphore.available(), released);
    EXPECT_LE(handover.served, 12);
  });
}

}  // namespace
}  // namespace weir::testing
