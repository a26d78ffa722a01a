// threadsafe: a loop belongs to one thread. Each thread may have a loop of its own, and work is sent from one
// thread to the loop of another with run_threadsafe() and call_soon_threadsafe().
#include <chrono>
#include <cstdio>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "weir/weir.hpp"

namespace {

using namespace std::chrono_literals;

// Signals are handled for one loop of a process, the one that is run first by main().
weir::RunOptions in_a_thread() {
  weir::RunOptions options;
  options.handle_signals = false;
  return options;
}

weir::Coro<int> sum_to(int last) {
  int sum = 0;
  for (int i = 1; i <= last; ++i) {
    sum += i;
    co_await weir::yield();
  }
  co_return sum;
}

weir::Coro<void> never_end() {
  for (;;)
    co_await weir::yield();
}

// Three threads, three loops, nothing shared.
void own_loops() {
  std::vector<int> sums(3);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < sums.size(); ++i)
    threads.emplace_back(
        [&sums, i] { sums[i] = weir::run(sum_to(10 * static_cast<int>(i + 1)), in_a_thread()); });
  for (std::thread& thread : threads)
    thread.join();
  std::printf("three loops: %d %d %d\n", sums[0], sums[1], sums[2]);
}

// A loop that waits for work until it is told to stop.
struct Server {
  weir::Event stop;
  std::promise<weir::Loop*> loop;
};

weir::Coro<void> serve(Server* server) {
  server->loop.set_value(weir::Loop::current());
  co_await server->stop.wait();
}

weir::Coro<std::string> greet(std::string name) {
  co_await weir::sleep(5ms);
  if (name.empty()) throw std::invalid_argument("nobody to greet");
  co_return "hello " + name;
}

void send_work(weir::Loop& loop) {
  weir::ThreadFuture<std::string> greeting = weir::run_threadsafe(loop, greet("Ada"));
  std::printf("from the other loop: %s\n", greeting.result().c_str());

  try {
    weir::run_threadsafe(loop, greet("")).result();
  } catch (const std::invalid_argument& error) {
    std::printf("errors come over too: %s\n", error.what());
  }

  weir::ThreadFuture<void> endless = weir::run_threadsafe(loop, never_end());
  try {
    endless.result(10ms);
  } catch (const weir::TimeoutError&) {
    std::puts("not done in time: it is cancelled");
    endless.cancel();
  }
  endless.wait();
  std::printf("cancelled: %s\n", endless.cancelled() ? "yes" : "no");
}

void two_threads() {
  Server server;
  std::thread thread([&server] { weir::run(serve(&server), in_a_thread()); });
  weir::Loop* loop = server.loop.get_future().get();
  send_work(*loop);
  loop->call_soon_threadsafe(
      [&server] { server.stop.set(); });  // an Event is for its own loop's thread alone
  thread.join();
  std::puts("the other loop has ended");
}

}  // namespace

int main() {
  own_loops();
  two_threads();
}
