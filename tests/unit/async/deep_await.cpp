// A million awaits that complete without suspending, in a thread with a stack of 256 KiB, compiled without
// optimisation: if awaiting or returning cost any stack, this would crash. Exits with 0 when all went well.
#include <pthread.h>

#include <cstdio>
#include <exception>

#include "io/backend.hpp"
#include "weir/weir.hpp"

namespace {

constexpr long kAwaits = 1'000'000;
constexpr long kDepth = 2'000;  // frames above each other, on the heap

weir::Coro<long> one() {
  co_return 1;
}

weir::Coro<long> many() {
  long sum = 0;
  for (long i = 0; i < kAwaits; ++i)
    sum += co_await one();
  co_return sum;
}

weir::Coro<long> nested(long depth) {
  if (depth == 0) co_return 0;
  const long below = co_await nested(depth - 1);
  co_return below + 1;
}

// Ready at once, every time: nothing here may suspend or recurse either.
weir::Coro<long> ready_leaves() {
  weir::Queue<long> queue(1);
  long sum = 0;
  for (long i = 0; i < kAwaits; ++i) {
    co_await queue.put(1);
    const auto item = co_await queue.get();
    sum += *item;
  }
  co_return sum;
}

bool run_all() {
  auto backend = weir::io::make_threads_backend(1);
  weir::Loop loop(std::move(backend));
  return loop.run_until_complete(many()) == kAwaits && loop.run_until_complete(nested(kDepth)) == kDepth &&
         loop.run_until_complete(ready_leaves()) == kAwaits;
}

void* thread_main(void* ok) {
  try {
    *static_cast<bool*>(ok) = run_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "deep_await: %s\n", error.what());
  }
  return nullptr;
}

}  // namespace

int main() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, 256 * 1024) != 0) return 2;
  bool ok = false;
  pthread_t thread;
  if (pthread_create(&thread, &attributes, thread_main, &ok) != 0) return 2;
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return ok ? 0 : 1;
}
