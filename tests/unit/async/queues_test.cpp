// The cases of CPython's test_queues, by their names there, so far as sync_test.cpp has not got them. close()
// is shutdown(), close_now() is shutdown(immediate=True).
#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

class QueueTests : public Case {};

template <class Q>
std::vector<int> order_of(Q& queue, std::vector<int> items) {
  for (int& item : items)
    EXPECT_TRUE(queue.try_put(item));
  std::vector<int> got;
  while (const auto item = queue.try_get())
    got.push_back(*item);
  return got;
}

TEST_F(QueueTests, empty_and_full) {
  Queue<int> queue(2);
  int item = 1;
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
  EXPECT_TRUE(queue.try_put(item));
  EXPECT_FALSE(queue.empty());
  EXPECT_TRUE(queue.try_put(item));
  EXPECT_TRUE(queue.full());
  EXPECT_EQ(queue.max_items(), 2U);
  EXPECT_FALSE(queue.try_put(item));  // nonblocking_put_exception
  Queue<int> unbounded;
  EXPECT_FALSE(unbounded.try_get());  // nonblocking_get_exception
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(unbounded.try_put(i));
  EXPECT_FALSE(unbounded.full());
}

TEST_F(QueueTests, order_of_each_kind) {
  Queue<int> fifo;
  LifoQueue<int> lifo;
  PriorityQueue<int> least;
  PriorityQueue<int, std::greater<int>> greatest;
  EXPECT_EQ(order_of(fifo, {1, 3, 2}), (std::vector<int>{1, 3, 2}));
  EXPECT_EQ(order_of(lifo, {1, 3, 2}), (std::vector<int>{2, 3, 1}));
  EXPECT_EQ(order_of(least, {1, 3, 2}), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(order_of(greatest, {1, 3, 2}), (std::vector<int>{3, 2, 1}));
}

struct Job {
  Job(int priority_, std::string name_) : priority(priority_), name(std::move(name_)) {}
  int priority;
  std::string name;
};
struct ByPriority {
  bool operator()(const Job& a, const Job& b) const { return a.priority < b.priority; }
};

TEST_F(QueueTests, equal_priorities_come_in_the_order_in_which_they_were_put) {
  PriorityQueue<Job, ByPriority> queue;
  for (int i = 0; i < 60; ++i) {
    Job job(i % 3, std::to_string(i));
    EXPECT_TRUE(queue.try_put(job, 5));
  }
  EXPECT_EQ(queue.bytes(), 300U);
  int last = -1;
  for (int i = 0; i < 60; ++i) {
    const auto job = queue.try_get();
    ASSERT_TRUE(job);
    const int number = std::stoi(job->name);
    if (i % 20 == 0) last = -1;
    EXPECT_EQ(job->priority, i / 20);
    EXPECT_GT(number, last);
    last = number;
  }
  EXPECT_EQ(queue.bytes(), 0U);
}

template <class Q>
Coro<void> put_range(Q* queue, int first, int last, Log* log) {
  for (int i = first; i <= last; ++i) {
    co_await queue->put(i);
    log->push_back("put " + std::to_string(i));
  }
}
template <class Q>
Coro<void> get_one(Q* queue, Log* log) {
  const auto item = co_await queue->get();
  log->push_back(item ? "got " + std::to_string(*item) : std::string("end"));
}

Coro<void> waiting_putters(TaskGroup& group, Log* log) {
  PriorityQueue<int> queue(2);
  Log puts;
  group.spawn(put_range(&queue, 5, 8, &puts));
  co_await run_briefly();
  EXPECT_EQ(puts.size(), 2U);  // maxsize
  for (int i = 0; i < 4; ++i) {
    co_await get_one(&queue, log);
    co_await run_briefly();
  }
}

TEST_F(QueueTests, maxsize_and_get_with_waiting_putters_of_a_priority_queue) {
  EXPECT_EQ(run(with_group(waiting_putters, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"got 5", "got 6", "got 7", "got 8"}));
}

Coro<void> get_race(TaskGroup& group, Log* log) {
  Queue<int> queue;
  Task<void> t1 = group.spawn(get_one(&queue, log));
  Task<void> t2 = group.spawn(get_one(&queue, log));
  co_await run_briefly();
  t1.cancel();
  co_await run_briefly();
  EXPECT_TRUE(t1.done());
  int item = 7;
  EXPECT_TRUE(queue.try_put(item));
  co_await run_briefly();
  EXPECT_TRUE(t2.done());
}

TEST_F(QueueTests, get_cancelled_race) {
  EXPECT_EQ(run(with_group(get_race, &log_)), "ok");
  EXPECT_EQ(log_, Log{"got 7"});
}

Coro<void> put_race(TaskGroup& group, Log* log) {
  Queue<int> queue(1);
  Task<void> a = group.spawn(put_range(&queue, 1, 1, log));
  Task<void> b = group.spawn(put_range(&queue, 2, 2, log));
  Task<void> c = group.spawn(put_range(&queue, 3, 3, log));
  co_await run_briefly();
  EXPECT_TRUE(a.done());
  EXPECT_FALSE(b.done());
  c.cancel();
  co_await run_briefly();
  EXPECT_TRUE(c.cancelled());
  EXPECT_EQ(queue.try_get(), 1);
  EXPECT_EQ(queue.try_get(), 2);
  EXPECT_FALSE(queue.try_get());
  co_await b.wait();
}

TEST_F(QueueTests, put_cancelled_race) {
  EXPECT_EQ(run(with_group(put_race, &log_)), "ok");
}

// gh: a putter that was woken and is cancelled before it runs has put its item; the next one waits on.
Coro<void> put_cancelled_when_woken(TaskGroup& group, Log* log) {
  Queue<int> queue(1);
  int first = 1;
  EXPECT_TRUE(queue.try_put(first));
  Task<void> b = group.spawn(put_range(&queue, 2, 2, log));
  Task<void> c = group.spawn(put_range(&queue, 3, 3, log));
  co_await run_briefly();
  EXPECT_EQ(queue.try_get(), 1);
  b.cancel();
  co_await run_briefly();
  EXPECT_FALSE(b.cancelled());  // it came to its end before the next suspension point
  EXPECT_FALSE(c.done());
  EXPECT_EQ(queue.try_get(), 2);
  EXPECT_EQ(queue.try_get(), 3);
  co_await c.wait();
}

TEST_F(QueueTests, why_are_putters_waiting) {
  EXPECT_EQ(run(with_group(put_cancelled_when_woken, &log_)), "ok");
}

TEST_F(QueueTests, task_done_underflow) {
  LifoQueue<int> queue;
  EXPECT_THROW(queue.task_done(), std::logic_error);
}

Coro<void> work(PriorityQueue<int>* queue, int* sum) {
  while (auto item = co_await queue->get()) {
    *sum += *item;
    co_await yield();
    queue->task_done();
  }
}
Coro<void> two_workers(TaskGroup& group, int* sum) {
  PriorityQueue<int> queue;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(queue.try_put(i));
  group.spawn(work(&queue, sum));
  Task<void> last = group.spawn(work(&queue, sum));
  co_await queue.join();
  EXPECT_EQ(*sum, 99 * 100 / 2);
  co_await queue.join();  // join_empty_queue
  queue.close();
  co_await last.wait();
}

TEST_F(QueueTests, task_done_and_join) {
  int sum = 0;
  EXPECT_EQ(run(with_group(two_workers, &sum)), "ok");
}

Coro<void> shut_down_with_waiters(TaskGroup& group, bool immediate, Log* log) {
  Queue<int> full(2);
  Queue<int> empty(2);
  int item = 1;
  EXPECT_TRUE(full.try_put(item));
  EXPECT_TRUE(full.try_put(item));
  Task<std::string> putter = group.spawn(outcome_of(put_range(&full, 9, 9, log)));
  Task<void> getter = group.spawn(get_one(&empty, log));
  const auto join = [](Queue<int>* queue, Log* notes) -> Coro<void> {
    co_await queue->join();
    notes->push_back("joined");
  };
  Task<void> joiner = group.spawn(join(&full, log));
  co_await run_briefly();
  if (immediate) {
    full.close_now();
    empty.close_now();
  } else {
    full.close();
    empty.close();
  }
  co_await run_briefly();
  EXPECT_TRUE(putter.done());
  EXPECT_EQ(putter.result(), "the queue is closed");
  EXPECT_TRUE(getter.done());
  EXPECT_EQ(joiner.done(), immediate);
  EXPECT_EQ(full.size(), immediate ? 0U : 2U);
  while (full.try_get())
    full.task_done();
  co_await get_one(&full, log);
  co_await joiner.wait();
}

TEST_F(QueueTests, shutdown_lets_consumers_drain) {
  EXPECT_EQ(run(with_group(shut_down_with_waiters, false, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"end", "end", "joined"}));
}

TEST_F(QueueTests, shutdown_immediate_drops_what_is_there) {
  EXPECT_EQ(run(with_group(shut_down_with_waiters, true, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"joined", "end", "end"}));
}

Coro<void> drop_in_progress(TaskGroup&) {
  Queue<int> queue;
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(queue.try_put(i));
  EXPECT_EQ(queue.try_get(), 0);
  queue.close_now();
  queue.task_done();  // the one that a consumer still had
  EXPECT_THROW(queue.task_done(), std::logic_error);
  co_await queue.join();
}

TEST_F(QueueTests, shutdown_immediate_leaves_what_consumers_have_taken_unfinished) {
  EXPECT_EQ(run(with_group(drop_in_progress)), "ok");
}

Coro<void> handed_over(TaskGroup& group, Log* log) {
  PriorityQueue<int> queue;
  group.spawn(get_one(&queue, log));
  co_await run_briefly();
  for (int item : {5, 1})
    EXPECT_TRUE(queue.try_put(item));
  co_await run_briefly();
}

TEST_F(QueueTests, put_with_waiting_getters_hands_over_at_once) {
  EXPECT_EQ(run(with_group(handed_over, &log_)), "ok");
  EXPECT_EQ(log_, Log{"got 5"});
}

TEST_F(QueueTests, items_may_be_of_a_type_that_only_moves) {
  LifoQueue<std::unique_ptr<int>> lifo;
  auto one = std::make_unique<int>(1);
  EXPECT_TRUE(lifo.try_put(one));
  EXPECT_EQ(**lifo.try_get(), 1);
  PriorityQueue<std::unique_ptr<int>> priority;
  for (int i = 0; i < 9; ++i) {
    auto item = std::make_unique<int>(i);
    EXPECT_TRUE(priority.try_put(item));
  }
  EXPECT_EQ(priority.size(), 9U);
}

}  // namespace
}  // namespace weir::testing
