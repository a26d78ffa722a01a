// The rows of the comparison of runtimes, by libweir.
#include <thread>
#include <vector>

#include "bench/runtime/rows.hpp"
#include "weir/weir.hpp"

namespace {

using namespace std::chrono_literals;
using weir::Coro;
using weir::bench::Measured;
using weir::bench::Stopwatch;

constexpr long kBatch = 1000;

Measured run(Coro<Measured> (*row)(long), long count) {
  weir::RunOptions options;
  options.handle_signals = false;
  return weir::run(row(count), options);
}

Coro<long> one() {
  co_return 1;
}
Coro<Measured> await_all(long count) {
  const Stopwatch watch;
  long sum = 0;
  for (long i = 0; i < count; ++i)
    sum += co_await one();
  if (sum != count) std::abort();
  co_return Measured{watch.seconds()};
}

Coro<void> nothing() {
  co_return;
}
Coro<void> spawn_batch(weir::TaskGroup& group, long count) {
  for (long i = 0; i < count; ++i)
    group.spawn(nothing());
  co_return;
}
Coro<Measured> spawn_in_batches(long count) {
  const Stopwatch watch;
  for (long done = 0; done < count; done += kBatch)
    co_await weir::with_group(spawn_batch, kBatch);
  co_return Measured{watch.seconds()};
}
Coro<Measured> spawn_at_once(long count) {
  const Stopwatch watch;
  co_await weir::with_group(spawn_batch, count);
  co_return Measured{watch.seconds()};
}

Coro<void> put_all(weir::Queue<long>* queue, long count) {
  for (long i = 0; i < count; ++i)
    co_await queue->put(i);
}
Coro<void> hand_over(weir::TaskGroup& group, std::size_t capacity, long count) {
  weir::Queue<long> queue(capacity);
  group.spawn(put_all(&queue, count));
  long sum = 0;
  for (long i = 0; i < count; ++i) {
    const std::optional<long> item = co_await queue.get();
    sum += *item;
  }
  if (sum != count * (count - 1) / 2) std::abort();
}
Coro<Measured> queue_of_1(long count) {
  const Stopwatch watch;
  co_await weir::with_group(hand_over, 1, count);
  co_return Measured{watch.seconds()};
}
Coro<Measured> queue_of_100(long count) {
  const Stopwatch watch;
  co_await weir::with_group(hand_over, 100, count);
  co_return Measured{watch.seconds()};
}

// Counts callbacks; the last one sets an event.
struct Countdown {
  explicit Countdown(long left_) : left(left_) {}
  void tick() {
    if (--left == 0) over.set();
  }
  long left;
  weir::Event over;
};

Coro<Measured> fire_timers(long count) {
  weir::Loop& loop = *weir::Loop::current();
  weir::bench::Delays delays;
  Countdown countdown(count);
  const Stopwatch watch;
  for (long i = 0; i < count; ++i)
    loop.call_later(delays.next(), [&countdown] { countdown.tick(); });
  co_await countdown.over.wait();
  co_return Measured{watch.seconds()};
}

// Timeouts that do not run out: a thousand are armed at any time.
Coro<Measured> cancel_timers(long count) {
  weir::Loop& loop = *weir::Loop::current();
  weir::bench::Delays delays;
  std::vector<weir::Loop::Timer> armed(kBatch);
  const Stopwatch watch;
  for (long i = 0; i < count; ++i) {
    weir::Loop::Timer& timer = armed[static_cast<std::size_t>(i % kBatch)];
    loop.cancel_timer(timer);
    timer = loop.call_later(1h + delays.next(), [] { std::abort(); });
  }
  for (const weir::Loop::Timer& timer : armed)
    loop.cancel_timer(timer);
  co_return Measured{watch.seconds()};
}

Coro<Measured> posts(long count) {
  weir::Loop& loop = *weir::Loop::current();
  Countdown countdown(count);
  const Stopwatch watch;
  std::thread poster([&loop, &countdown, count] {
    for (long i = 0; i < count; ++i)
      loop.call_soon_threadsafe([&countdown] { countdown.tick(); });
  });
  co_await countdown.over.wait();
  const double seconds = watch.seconds();
  poster.join();
  co_return Measured{seconds};
}

Coro<void> sleeper() {
  co_await weir::sleep(1h);
}
Coro<void> put_to_sleep(weir::TaskGroup& group, long count, double* bytes) {
  const double before = weir::bench::resident_bytes();
  for (long i = 0; i < count; ++i)
    group.spawn(sleeper());
  co_await weir::yield();
  co_await weir::yield();
  *bytes = weir::bench::resident_bytes() - before;
  group.cancel();
}
Coro<Measured> sleeping(long count) {
  const Stopwatch watch;
  double bytes = 0;
  co_await weir::with_group(put_to_sleep, count, &bytes);
  co_return Measured{watch.seconds(), bytes};
}

template <Coro<Measured> (*row)(long)>
Measured on_loop(long count) {
  return run(row, count);
}

constexpr weir::bench::Row kRows[] = {
    {"await", on_loop<await_all>},
    {"spawn", on_loop<spawn_in_batches>},
    {"spawn_at_once", on_loop<spawn_at_once>},
    {"queue_1", on_loop<queue_of_1>},
    {"queue_100", on_loop<queue_of_100>},
    {"timers", on_loop<fire_timers>},
    {"timers_cancelled", on_loop<cancel_timers>},
    {"posts", on_loop<posts>},
    {"sleeping", on_loop<sleeping>},
};

}  // namespace

int main(int argc, char** argv) {
  return weir::bench::run_row(kRows, argc, argv);
}
