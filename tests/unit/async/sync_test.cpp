// Queues, semaphores, events, conditions: order, bounds, ends.
#include "unit/async/loops.hpp"

namespace weir::testing {
namespace {

class Sync : public ::testing::Test {
 private:
  FrameCheck frames_;
};

Coro<void> put_all(Queue<int>* queue, int first, int last, std::string* log) {
  for (int i = first; i <= last; ++i) {
    co_await queue->put(i, 10);
    *log += "p" + std::to_string(i) + " ";
  }
}
Coro<void> get_some(Queue<int>* queue, int count, std::string* log) {
  for (int i = 0; i < count; ++i) {
    const auto item = co_await queue->get();
    *log += item ? "g" + std::to_string(*item) + " " : std::string("end ");
  }
}
Coro<void> full_queue(TaskGroup& group, std::string* log) {
  Queue<int> queue(2);
  Task<void> a = group.spawn(put_all(&queue, 1, 3, log));
  Task<void> b = group.spawn(put_all(&queue, 11, 12, log));
  co_await yield();
  co_await yield();
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.bytes(), 20U);
  co_await get_some(&queue, 5, log);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
  queue.close();
  co_await get_some(&queue, 1, log);
  co_await a.wait();
  co_await b.wait();
}

TEST_F(Sync, AFullQueueServesItsPuttersInOrder) {
  std::string log;
  run_simulated(with_group(full_queue, &log));
  // 3 waits before 11 does, so it gets in first.
  std::string got;
  for (std::size_t at = log.find('g'); at != std::string::npos; at = log.find('g', at + 1))
    got += log.substr(at, log.find(' ', at) - at) + " ";
  EXPECT_EQ(got, "g1 g2 g3 g11 g12 ");
  EXPECT_EQ(log.substr(log.size() - 4), "end ");
}

Coro<void> bounded_by_bytes(TaskGroup&) {
  Queue<std::string> queue(100, 50);
  std::string big(200, 'x');
  EXPECT_TRUE(queue.try_put(big, 200));  // into an empty queue, or it could never pass
  std::string small = "s";
  EXPECT_FALSE(queue.try_put(small, 1));
  EXPECT_EQ(small, "s");
  EXPECT_TRUE(queue.try_get());
  EXPECT_TRUE(queue.try_put(small, 30));
  std::string more = "m";
  EXPECT_FALSE(queue.try_put(more, 21));
  EXPECT_TRUE(queue.try_put(more, 20));
  EXPECT_EQ(queue.bytes(), 50U);
  co_return;
}

TEST_F(Sync, AQueueIsBoundedInBytes) {
  run_simulated(with_group(bounded_by_bytes));
}

// A big item at the head of the waiting putters, cancelled: the small ones behind it fit.
Coro<void> cancel_head_putter(TaskGroup& group) {
  Queue<int> queue(10, 100);
  int first = 0;
  EXPECT_TRUE(queue.try_put(first, 60));
  const auto put = [](Queue<int>* into, int item, std::size_t bytes) -> Coro<void> {
    co_await into->put(item, bytes);
  };
  Task<void> big = group.spawn(put(&queue, 1, 80));
  Task<void> small = group.spawn(put(&queue, 2, 40));
  co_await yield();
  EXPECT_EQ(queue.size(), 1U);
  big.cancel();
  co_await small.wait();
  EXPECT_EQ(queue.bytes(), 100U);
}

TEST_F(Sync, ACancelledPutterLetsThoseBehindItIn) {
  run_simulated(with_group(cancel_head_putter));
}

Coro<std::string> ending_of(Coro<void> coro) {
  std::string text = "ok";
  try {
    co_await std::move(coro);
  } catch (...) {
    text = describe(std::current_exception());
  }
  co_return text;
}
Coro<void> close_with_waiters(TaskGroup& group, std::vector<std::string>* endings) {
  Queue<int> full(1);
  Queue<int> empty(1);
  std::string log;
  int item = 0;
  EXPECT_TRUE(full.try_put(item));
  Task<std::string> putter = group.spawn(ending_of(put_all(&full, 1, 1, &log)));
  Task<std::string> getter = group.spawn(ending_of(get_some(&empty, 1, &log)));
  co_await yield();
  co_await yield();
  full.close();
  empty.fail(std::make_exception_ptr(std::runtime_error("source broke")));
  full.close();
  co_await putter.wait();
  co_await getter.wait();
  endings->push_back(putter.result());
  endings->push_back(getter.result());
  EXPECT_TRUE(full.closed());
  EXPECT_FALSE(full.try_put(item));
  EXPECT_EQ(full.try_get(), 0);
}

TEST_F(Sync, ClosingWakesBothSides) {
  std::vector<std::string> endings;
  run_simulated(with_group(close_with_waiters, &endings));
  EXPECT_EQ(endings, (std::vector<std::string>{"the queue is closed", "source broke"}));
}

Coro<void> join_queue(TaskGroup& group, bool* joined) {
  Queue<int> queue(5);
  for (int i = 0; i < 3; ++i)
    co_await queue.put(i);
  const auto join = [](Queue<int>* of, bool* done) -> Coro<void> {
    co_await of->join();
    *done = true;
  };
  Task<void> joiner = group.spawn(join(&queue, joined));
  for (int i = 0; i < 3; ++i) {
    co_await yield();
    EXPECT_FALSE(*joined);
    queue.try_get();
    queue.task_done();
  }
  EXPECT_THROW(queue.task_done(), std::logic_error);
  co_await joiner.wait();
}

TEST_F(Sync, JoinWaitsUntilEveryItemIsDone) {
  bool joined = false;
  run_simulated(with_group(join_queue, &joined));
  EXPECT_TRUE(joined);
}

struct Load {
  Semaphore* semaphore;
  int now = 0;
  int peak = 0;
  std::string order;
};
Coro<void> hold_permit(Load* load, int number) {
  auto permit = co_await load->semaphore->acquire();
  load->peak = std::max(load->peak, ++load->now);
  load->order += static_cast<char>('a' + number);
  co_await sleep(1ms);
  --load->now;
}
Coro<void> twenty_requests(TaskGroup& group, Load* load) {
  for (int i = 0; i < 20; ++i)
    group.spawn(hold_permit(load, i));
  co_return;
}

TEST_F(Sync, ASemaphoreLetsAtMostSoManyInAndInOrder) {
  Semaphore semaphore(5);
  Load load;
  load.semaphore = &semaphore;
  run_simulated(with_group(twenty_requests, &load));
  EXPECT_EQ(load.peak, 5);
  EXPECT_EQ(load.order, "abcdefghijklmnopqrst");
  EXPECT_EQ(semaphore.available(), 5U);
}

// The permit goes to the first waiter even if somebody else asks before it runs.
Coro<void> barge(TaskGroup& group) {
  Semaphore semaphore(0);
  Load load;
  load.semaphore = &semaphore;
  Task<void> first = group.spawn(hold_permit(&load, 0));
  co_await yield();
  semaphore.release();
  EXPECT_EQ(semaphore.available(), 0U);
  co_await hold_permit(&load, 1);
  EXPECT_EQ(load.order, "ab");
}

TEST_F(Sync, NobodyJumpsTheQueueOfASemaphore) {
  run_simulated(with_group(barge));
}

TEST_F(Sync, PermitsMoveAndAreGivenBackOnce) {
  Semaphore semaphore(0);
  Permit a(semaphore);
  Permit b = std::move(a);
  a.release();
  EXPECT_EQ(semaphore.available(), 0U);
  b = Permit(semaphore);
  EXPECT_EQ(semaphore.available(), 1U);
  b.release();
  b.release();
  EXPECT_EQ(semaphore.available(), 2U);
}

Coro<void> consume_when(Condition* condition, int* stock, int* served) {
  while (*stock == 0)
    co_await condition->wait();
  --*stock;
  ++*served;
}
Coro<void> restock(TaskGroup& group, int* served) {
  Condition condition;
  int stock = 0;
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 4; ++i)
    tasks.push_back(group.spawn(consume_when(&condition, &stock, served)));
  co_await yield();
  stock = 1;
  condition.notify_all();
  co_await sleep(1ms);
  EXPECT_EQ(*served, 1);
  stock = 3;
  for (int i = 0; i < 3; ++i)
    condition.notify_one();
  for (Task<void>& task : tasks)
    co_await task.wait();
}

TEST_F(Sync, AConditionWakesThoseWhoTestForThemselves) {
  int served = 0;
  run_simulated(with_group(restock, &served));
  EXPECT_EQ(served, 4);
}

Coro<void> pulse(TaskGroup& group, int* woken) {
  Event event;
  const auto wait = [](Event* on, int* count) -> Coro<void> {
    co_await on->wait();
    ++*count;
  };
  Task<void> a = group.spawn(wait(&event, woken));
  Task<void> b = group.spawn(wait(&event, woken));
  co_await yield();
  event.set();
  event.clear();  // those who waited are through all the same
  co_await a.wait();
  co_await b.wait();
  EXPECT_FALSE(event.is_set());
  event.set();
  co_await event.wait();
}

TEST_F(Sync, AnEventLetsThroughAllThatWaited) {
  int woken = 0;
  run_simulated(with_group(pulse, &woken));
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace weir::testing
