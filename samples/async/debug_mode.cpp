// debug_mode: what the runtime says of a program that misuses it, on standard error and with the lines to
// look at. Here it is switched on in the program; WEIR_ASYNC_DEBUG=1 in the environment does it for any.
#include <chrono>
#include <cstdio>
#include <thread>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

// Holds up every other task of the loop. Said while it happens, and with the time it took afterwards.
weir::Coro<void> slow_step() {
  co_await weir::sleep(milliseconds(1));
  std::this_thread::sleep_for(milliseconds(200));
  co_await weir::sleep(milliseconds(1));
  std::printf("slow_step: done\n");
}

weir::Coro<int> answer() {
  co_return 42;
}

// A coroutine that is made and dropped has done nothing.
weir::Coro<void> forgets_to_await() {
  co_await weir::yield();
  { [[maybe_unused]] const weir::Coro<int> forgotten = answer(); }
  std::printf("forgets_to_await: done\n");
}

// A callback has no name, but can be slow too.
weir::Coro<void> slow_callback() {
  weir::Event called;
  const auto callback = [&called] {
    std::this_thread::sleep_for(milliseconds(200));
    called.set();
  };
  weir::Loop::current()->call_soon(callback);
  co_await called.wait();
  std::printf("slow_callback: done\n");
}

weir::Coro<void> body(weir::TaskGroup& group) {
  const auto slow = group.spawn(slow_step(), "slow");
  co_await slow.wait();
  const auto forgetful = group.spawn(forgets_to_await(), "forgetful");
  co_await forgetful.wait();
  group.spawn(slow_callback(), "caller");
}

}  // namespace

int main() {
  weir::RunOptions options;
  options.debug = true;
  options.debug_options.slow_step = milliseconds(100);  // the default
  weir::run(weir::with_group(body), options);
}
