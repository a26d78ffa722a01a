// The rows of the comparison of runtimes, by Boost.Asio's coroutines: concurrency hint 1, and the executor's
// own type instead of any_io_executor, which costs.
#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <exception>
#include <optional>
#include <thread>
#include <vector>

#include "bench/runtime/rows.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;
using weir::bench::Measured;
using weir::bench::Stopwatch;

using Executor = asio::io_context::executor_type;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

constexpr long kBatch = 1000;

// Something that a coroutine waits for and a callback sets.
class Event {
 public:
  explicit Event(Executor executor) : timer_(executor, Clock::time_point::max()) {}
  void set() {
    set_ = true;
    timer_.cancel();
  }
  Awaitable<void> wait() {
    if (set_) co_return;
    error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(kAwait, ignored));
  }

 private:
  bool set_ = false;
  Timer timer_;
};

struct Countdown {
  Countdown(Executor executor, long left_) : left(left_), over(executor) {}
  void tick() {
    if (--left == 0) over.set();
  }
  long left;
  Event over;
};

Awaitable<long> one() {
  co_return 1;
}
Awaitable<Measured> await_all(Executor, long count) {
  const Stopwatch watch;
  long sum = 0;
  for (long i = 0; i < count; ++i)
    sum += co_await one();
  if (sum != count) std::abort();
  co_return Measured{watch.seconds()};
}

Awaitable<void> nothing() {
  co_return;
}
Awaitable<void> spawn_batch(Executor executor, long count) {
  Countdown countdown(executor, count);
  for (long i = 0; i < count; ++i)
    asio::co_spawn(executor, nothing(), [&countdown](const std::exception_ptr&) { countdown.tick(); });
  co_await countdown.over.wait();
}
Awaitable<Measured> spawn_in_batches(Executor executor, long count) {
  const Stopwatch watch;
  for (long done = 0; done < count; done += kBatch)
    co_await spawn_batch(executor, kBatch);
  co_return Measured{watch.seconds()};
}
Awaitable<Measured> spawn_at_once(Executor executor, long count) {
  const Stopwatch watch;
  co_await spawn_batch(executor, count);
  co_return Measured{watch.seconds()};
}

using Channel =
    asio::experimental::basic_channel<Executor, asio::experimental::channel_traits<>, void(error_code, long)>;

Awaitable<void> put_all(Channel* channel, long count) {
  for (long i = 0; i < count; ++i)
    co_await channel->async_send(error_code(), i, kAwait);
}
Awaitable<Measured> hand_over(Executor executor, std::size_t capacity, long count) {
  const Stopwatch watch;
  Channel channel(executor, capacity);
  asio::co_spawn(executor, put_all(&channel, count), asio::detached);
  long sum = 0;
  for (long i = 0; i < count; ++i)
    sum += co_await channel.async_receive(kAwait);
  if (sum != count * (count - 1) / 2) std::abort();
  co_return Measured{watch.seconds()};
}
Awaitable<Measured> queue_of_1(Executor executor, long count) {
  return hand_over(executor, 1, count);
}
Awaitable<Measured> queue_of_100(Executor executor, long count) {
  return hand_over(executor, 100, count);
}

Awaitable<Measured> fire_timers(Executor executor, long count) {
  weir::bench::Delays delays;
  Countdown countdown(executor, count);
  std::vector<Timer> timers;
  const Stopwatch watch;
  timers.reserve(static_cast<std::size_t>(count));
  for (long i = 0; i < count; ++i) {
    timers.emplace_back(executor, delays.next());
    timers.back().async_wait([&countdown](const error_code&) { countdown.tick(); });
  }
  co_await countdown.over.wait();
  co_return Measured{watch.seconds()};
}

Awaitable<Measured> cancel_timers(Executor executor, long count) {
  weir::bench::Delays delays;
  Countdown countdown(executor, count);
  std::vector<Timer> timers;
  for (long i = 0; i < kBatch; ++i)
    timers.emplace_back(executor);
  const Stopwatch watch;
  for (long i = 0; i < count; ++i) {
    Timer& timer = timers[static_cast<std::size_t>(i % kBatch)];
    timer.expires_after(1h + delays.next());  // cancels what was armed
    timer.async_wait([&countdown](const error_code&) { countdown.tick(); });
  }
  for (Timer& timer : timers)
    timer.cancel();
  co_await countdown.over.wait();
  co_return Measured{watch.seconds()};
}

Awaitable<Measured> posts(Executor executor, long count) {
  Countdown countdown(executor, count);
  const Stopwatch watch;
  std::thread poster([executor, &countdown, count] {
    for (long i = 0; i < count; ++i)
      asio::post(executor, [&countdown] { countdown.tick(); });
  });
  co_await countdown.over.wait();
  const double seconds = watch.seconds();
  poster.join();
  co_return Measured{seconds};
}

Awaitable<void> sleeper(Executor executor, std::vector<Timer*>* timers) {
  Timer timer(executor, 1h);
  timers->push_back(&timer);
  co_await timer.async_wait(kAwait);  // its end is an exception, as in the other runtimes
}
Awaitable<Measured> sleeping(Executor executor, long count) {
  std::vector<Timer*> timers(static_cast<std::size_t>(count));
  timers.clear();
  const Stopwatch watch;
  Countdown countdown(executor, count);
  const double before = weir::bench::resident_bytes();
  for (long i = 0; i < count; ++i)
    asio::co_spawn(executor, sleeper(executor, &timers),
                   [&countdown](const std::exception_ptr&) { countdown.tick(); });
  while (timers.size() < static_cast<std::size_t>(count))
    co_await asio::post(executor, kAwait);
  const double bytes = weir::bench::resident_bytes() - before;
  for (Timer* timer : timers)
    timer->cancel();
  co_await countdown.over.wait();
  co_return Measured{watch.seconds(), bytes};
}

template <Awaitable<Measured> (*row)(Executor, long)>
Measured on_loop(long count) {
  asio::io_context context(1);
  std::optional<Measured> measured;
  asio::co_spawn(context.get_executor(), row(context.get_executor(), count),
                 [&measured](const std::exception_ptr& error, Measured value) {
                   if (error) std::rethrow_exception(error);
                   measured = value;
                 });
  context.run();
  return measured.value();
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
