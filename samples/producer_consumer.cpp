// producer_consumer FILE...: a task reads each file and puts batches of its lines into one bounded queue; two
// tasks take them and let threads do the heavy part. Everything together may take ten seconds.
//
// Prints the number of lines and a checksum that does not depend on who took which batch.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

constexpr std::size_t kBatchLines = 16;

struct Batch {
  Batch() = default;  // what is awaited or handed to a coroutine by value is no aggregate
  std::vector<std::string> lines;
  std::size_t bytes = 0;
};

struct Totals {
  std::uint64_t lines = 0;
  std::uint64_t checksum = 0;
};

using Batches = weir::Queue<Batch>;

// FNV-1a of each line, summed: stands for something that takes long.
std::uint64_t checksum_of(const std::vector<std::string>& lines) {
  std::uint64_t sum = 0;
  for (const std::string& line : lines) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char byte : line)
      hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    sum += hash;
  }
  return sum;
}

weir::Coro<void> produce(std::string path, Batches* batches) {
  weir::File file = co_await weir::File::open(std::move(path));
  weir::LineReader reader = file.lines();
  Batch batch;
  while (auto line = co_await reader.next()) {
    batch.lines.emplace_back(*line);
    batch.bytes += line->size();
    if (batch.lines.size() < kBatchLines) continue;
    const std::size_t bytes = batch.bytes;
    Batch full = std::exchange(batch, Batch());
    co_await batches->put(std::move(full), bytes);  // waits while the queue is full
  }
  const std::size_t bytes = batch.bytes;
  co_await batches->put(std::move(batch), bytes);
  co_await file.close();
}

weir::Coro<void> consume(Batches* batches, Totals* totals) {
  while (auto batch = co_await batches->get()) {
    totals->lines += batch->lines.size();
    auto work = [lines = std::move(batch->lines)] { return checksum_of(lines); };
    const std::uint64_t checksum = co_await weir::offload(std::move(work));
    totals->checksum += checksum;  // no lock: tasks of one loop run one at a time
  }
}

weir::Coro<void> produce_all(weir::TaskGroup& group, const std::vector<std::string>* paths,
                             Batches* batches) {
  for (const std::string& path : *paths)
    group.spawn(produce(path, batches), path);
  co_return;
}

weir::Coro<void> stages(weir::TaskGroup& group, const std::vector<std::string>* paths, Batches* batches,
                        Totals* totals) {
  group.spawn(consume(batches, totals), "consumer 1");
  group.spawn(consume(batches, totals), "consumer 2");
  co_await weir::with_group(produce_all, paths, batches);
  batches->close();  // the consumers drain it and end
}

weir::Coro<Totals> run_stages(std::vector<std::string> paths) {
  Batches batches(8, 64U << 10);
  Totals totals;
  weir::Coro<void> all = weir::with_group(stages, &paths, &batches, &totals);
  co_await weir::timeout(std::chrono::seconds(10), std::move(all));
  co_return totals;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Totals totals = weir::run(run_stages({argv + 1, argv + argc}));
    std::printf("lines: %llu\nchecksum: %016llx\n", static_cast<unsigned long long>(totals.lines),
                static_cast<unsigned long long>(totals.checksum));
  } catch (const std::exception&) {
    std::fprintf(stderr, "producer_consumer: %s\n", weir::describe(std::current_exception()).c_str());
    return 1;
  }
  return 0;
}
