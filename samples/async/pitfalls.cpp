// pitfalls: three ways to get asynchronous code wrong, what debug mode says of each, and how it is done.
//
// 1. Work that blocks belongs beside the loop: offload().
// 2. A coroutine that is not awaited does nothing. The compiler warns of one that is dropped where it is
// made;
//    debug mode sees those that it cannot.
// 3. A thread lock held across a co_await stops the loop as soon as another task wants it. Tasks of one loop
//    exclude each other with weir::Mutex; threads are excluded with a lock that is given back before.
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

int slow_sum() {
  std::this_thread::sleep_for(milliseconds(150));
  return 42;
}

weir::Coro<void> blocks_the_loop() {
  co_await weir::yield();
  std::printf("blocking: %d\n", slow_sum());
}
weir::Coro<void> offloads() {
  const int sum = co_await weir::offload(slow_sum);
  std::printf("offloaded: %d\n", sum);
}

weir::Coro<void> save(int* saved) {
  ++*saved;
  co_return;
}
weir::Coro<void> forgets() {
  int saved = 0;
  co_await weir::yield();
  { const auto forgotten = save(&saved); }
  std::printf("forgotten: saved %d times\n", saved);
  co_await save(&saved);
  std::printf("awaited: saved %d times\n", saved);
}

weir::Coro<void> keeps_thread_lock(std::mutex* mutex) {
  const weir::CheckedLock lock(*mutex);
  co_await weir::sleep(milliseconds(1));
}
weir::Coro<void> keeps_async_lock(weir::Mutex* mutex) {
  const auto lock = co_await mutex->lock();
  co_await weir::sleep(milliseconds(1));
}
weir::Coro<void> locks() {
  std::mutex thread_lock;
  co_await keeps_thread_lock(&thread_lock);
  weir::Mutex async_lock;
  co_await keeps_async_lock(&async_lock);
  std::printf("locked: twice\n");
}

weir::Coro<void> main_task() {
  co_await blocks_the_loop();
  co_await offloads();
  co_await forgets();
  co_await locks();
}

}  // namespace

int main() {
  weir::RunOptions options;
  options.debug = true;
  weir::run(main_task(), options);
}
