// offload: what would hold up the loop. A function runs on a pool of threads, asyncio's to_thread() and
// run_in_executor(); a command runs in a process of its own, fed and read over pipes, and a pool bounds how
// many do at once.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

// A function that computes, and one that blocks its thread.
std::uint64_t count_primes(std::uint64_t below) {
  std::uint64_t count = 0;
  for (std::uint64_t n = 2; n < below; ++n) {
    bool prime = true;
    for (std::uint64_t d = 2; prime && d * d <= n; ++d)
      prime = n % d != 0;
    count += prime ? 1 : 0;
  }
  return count;
}
std::string read_slow_device() {
  std::this_thread::sleep_for(milliseconds(50));
  return "42 degrees";
}

weir::Coro<std::uint64_t> primes_below(weir::OffloadPool* pool, std::uint64_t limit) {
  const auto work = [limit] { return count_primes(limit); };  // named first, and only then awaited
  const std::uint64_t count = co_await weir::offload_to(*pool, work);
  co_return count;
}

// The loop goes on meanwhile.
weir::Coro<void> tick(int* ticks) {
  for (;;) {
    co_await weir::sleep(milliseconds(1));
    ++*ticks;
  }
}
weir::Coro<void> in_threads(weir::TaskGroup& group) {
  int ticks = 0;
  group.spawn(tick(&ticks), "tick");

  const std::string value = co_await weir::offload(read_slow_device);
  std::printf("device: %s\n", value.c_str());

  weir::OffloadPool pool(3);
  std::vector<weir::Coro<std::uint64_t>> parts;
  for (const std::uint64_t limit : {100'000U, 200'000U, 300'000U})
    parts.push_back(primes_below(&pool, limit));
  const std::vector<std::uint64_t> counts = co_await weir::gather(std::move(parts));
  for (const std::uint64_t count : counts)
    std::printf("primes: %d\n", static_cast<int>(count));
  std::printf("the loop %s meanwhile\n", ticks > 5 ? "ran" : "stood still");
  group.cancel();
}

weir::Coro<std::string> sorted(weir::ProcessPool* pool, std::string words) {
  weir::Command sort({"sort", "-r"});
  sort.input = std::move(words);
  sort.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  const weir::CommandResult result = co_await pool->run(std::move(sort));
  co_return result.output;
}

weir::Coro<void> in_processes() {
  weir::ProcessPool pool(2);  // the third waits for one of the others
  std::vector<weir::Coro<std::string>> parts;
  for (const char* words : {"b\nc\na\n", "2\n1\n", "z\n"})
    parts.push_back(sorted(&pool, words));
  const std::vector<std::string> outputs = co_await weir::gather(std::move(parts));
  for (const std::string& output : outputs)
    std::printf("%s--\n", output.c_str());

  const weir::CommandResult failed = co_await pool.run(weir::Command::shell("echo oops >&2; exit 3"));
  std::printf("%s: %s", failed.status.describe().c_str(), failed.errors.c_str());
}

// Killed when its time is up, with all that it has started, and never left as a zombie.
weir::Coro<void> too_slow() {
  weir::Command slow({"sleep", "1000"});
  slow.timeout = milliseconds(20);
  try {
    co_await weir::run_command(std::move(slow));
  } catch (const weir::TimeoutError& error) {
    std::printf("sleep: %s\n", error.what());
  }
}

// A conversation: what the command answers to one question may decide the next one.
weir::Coro<void> conversation() {
  weir::Command calculator({"sh", "-c", "while read a b; do echo $((a * b)); done"});
  weir::Process process = co_await weir::Process::spawn(std::move(calculator));
  weir::LineReader answers = process.standard_output().lines();
  std::string product = "1";
  for (int factor = 2; factor <= 10; ++factor) {
    const std::string question = product + " " + std::to_string(factor) + "\n";
    co_await process.standard_input().write_all(question);
    auto answer = co_await answers.next();
    product = std::string(*answer);
  }
  co_await process.standard_input().close();
  const weir::ExitStatus status = co_await process.wait();
  std::printf("10! = %s, %s\n", product.c_str(), status.describe().c_str());
}

weir::Coro<void> main_task() {
  co_await weir::with_group(in_threads);
  co_await in_processes();
  co_await too_slow();
  co_await conversation();
}

}  // namespace

int main() {
  weir::run(main_task());
}
