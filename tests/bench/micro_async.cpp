// What the runtime costs: an await, a task, a hop through a queue, a semaphore, a yield, a read, an offload.
//
// Each benchmark runs its whole loop of iterations inside one coroutine, so that starting the event loop does
// not count.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "io/backend.hpp"
#include "weir/weir.hpp"

namespace {

using weir::Coro;

// Runs `body(state)` on a loop with the best backend.
void run_on_loop(benchmark::State& state, Coro<void> (*body)(benchmark::State*),
                 const char* backend = "auto") {
  const auto choice = weir::io::parse_backend_choice(backend);
  auto made = weir::io::make_backend(choice.value());
  if (!made) {
    state.SkipWithError(made.error().what.c_str());
    return;
  }
  weir::Loop loop(std::move(made).value());
  loop.run_until_complete(body(&state));
}

Coro<int> one() {
  co_return 1;
}

Coro<void> await_synchronously(benchmark::State* state) {
  int sum = 0;
  for (auto _ : *state)
    sum += co_await one();
  benchmark::DoNotOptimize(sum);
}
void sync_await(benchmark::State& state) {
  run_on_loop(state, await_synchronously);
}
BENCHMARK(sync_await);

Coro<void> yield_in_turn(benchmark::State* state) {
  for (auto _ : *state)
    co_await weir::yield();
}
void yield_turn(benchmark::State& state) {
  run_on_loop(state, yield_in_turn);
}
BENCHMARK(yield_turn);

Coro<void> nothing() {
  co_return;
}
Coro<void> spawn_hundred(weir::TaskGroup& group) {
  for (int i = 0; i < 100; ++i)
    group.spawn(nothing());
  co_return;
}
Coro<void> spawn_and_join(benchmark::State* state) {
  for (auto _ : *state)
    co_await weir::with_group(spawn_hundred);
  state->SetItemsProcessed(state->iterations() * 100);
}
void spawn_join_100(benchmark::State& state) {
  run_on_loop(state, spawn_and_join);
}
BENCHMARK(spawn_join_100);

// Both sides suspend for every item: the queue holds one.
Coro<void> put_for_ever(weir::Queue<int>* queue) {
  for (;;)
    co_await queue->put(1);
}
Coro<void> hop_in_group(weir::TaskGroup& group, benchmark::State* state) {
  weir::Queue<int> queue(1);
  group.spawn(put_for_ever(&queue));
  for (auto _ : *state) {
    auto item = co_await queue.get();
    benchmark::DoNotOptimize(item);
  }
  group.cancel();
  const auto settle = []() -> Coro<void> { co_await weir::yield(); };
  co_await weir::with_cancel_disabled(settle());  // the putter leaves before its queue goes
}
Coro<void> hop(benchmark::State* state) {
  co_await weir::with_group(hop_in_group, state);
}
void queue_hop(benchmark::State& state) {
  run_on_loop(state, hop);
}
BENCHMARK(queue_hop);

Coro<void> acquire_free(benchmark::State* state) {
  weir::Semaphore semaphore(1);
  for (auto _ : *state) {
    auto permit = co_await semaphore.acquire();
    benchmark::DoNotOptimize(permit);
  }
}
void semaphore_free(benchmark::State& state) {
  run_on_loop(state, acquire_free);
}
BENCHMARK(semaphore_free);

Coro<void> offload_in_turn(benchmark::State* state) {
  const auto job = [] { return 1; };
  for (auto _ : *state) {
    const int value = co_await weir::offload(job);
    benchmark::DoNotOptimize(value);
  }
}
void offload_round_trip(benchmark::State& state) {
  run_on_loop(state, offload_in_turn);
}
BENCHMARK(offload_round_trip)->UseRealTime();

// 256 KiB, in the page cache, over and over into one buffer.
constexpr std::uint32_t kReadBytes = 256 * 1024;

int warm_file() {
  std::string path = "/tmp/weir-bench-XXXXXX";
  const int fd = ::mkstemp(path.data());
  ::unlink(path.c_str());
  const std::string content(kReadBytes, 'x');
  if (::write(fd, content.data(), content.size()) != static_cast<ssize_t>(content.size())) std::abort();
  return fd;
}
Coro<void> read_in_turn(benchmark::State* state) {
  const weir::base::UniqueFd fd(warm_file());
  std::vector<char> buffer(kReadBytes);
  for (auto _ : *state) {
    weir::io::Operation read = weir::io::Operation::read(fd.get(), buffer.data(), kReadBytes, 0);
    const int got = co_await read;
    benchmark::DoNotOptimize(got);
  }
  state->SetBytesProcessed(state->iterations() * kReadBytes);
}
void read_warm(benchmark::State& state, const char* backend) {
  run_on_loop(state, read_in_turn, backend);
}
BENCHMARK_CAPTURE(read_warm, uring, "uring");
BENCHMARK_CAPTURE(read_warm, threads, "threads");

}  // namespace
