// The guide's table of sync against async, with real work and injected delay: what blocks one call after
// another, against the same work as coroutines on one loop. Files wait as on a slow network before they are
// opened and before they are read; computing takes real processor time. Prints medians and ratios, and fails
// where a ratio is below its bar.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/temp_dir.hpp"
#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;
using weir::Coro;

constexpr int kJobs = 10;
constexpr int kRuns = 5;
constexpr milliseconds kDelay{20};  // each of a file's two waits
constexpr std::size_t kFileBytes = 64 * 1024;

// A few milliseconds of arithmetic.
std::uint64_t compute() {
  std::uint64_t hash = 14695981039346656037U;
  for (std::uint64_t i = 0; i < 4'000'000; ++i)
    hash = (hash ^ (i & 255)) * 1099511628211U;
  return hash & 1;
}

std::size_t read_blocking(const std::string& path) {
  std::this_thread::sleep_for(kDelay);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::this_thread::sleep_for(kDelay);
  std::string content(kFileBytes, '\0');
  const ssize_t got = ::read(fd, content.data(), content.size());
  ::close(fd);
  return static_cast<std::size_t>(got);
}

Coro<std::size_t> read_async(std::string path) {
  co_await weir::sleep(kDelay);
  weir::File file = co_await weir::File::open(std::move(path));
  co_await weir::sleep(kDelay);
  const std::string content = co_await file.read_all();
  co_await file.close();
  co_return content.size();
}

struct Work {
  const char* title;
  double bar;  // 0: none
  bool reads;
  bool computes;
};

std::size_t job_blocking(const Work& work, const std::string& path) {
  std::size_t result = 0;
  if (work.reads) result += read_blocking(path);
  if (work.computes) result += compute();
  return result;
}

Coro<std::size_t> job_async(const Work* work, std::string path) {
  std::size_t result = 0;
  if (work->reads) result += co_await read_async(std::move(path));
  if (work->computes) result += compute();
  co_return result;
}

using Ms = std::chrono::duration<double, std::milli>;

Coro<void> measure(const Work* work, std::string path, std::vector<double>* in_turn,
                   std::vector<double>* at_once) {
  std::size_t expected = 0;
  auto begin = weir::Clock::now();
  for (int i = 0; i < kJobs; ++i)
    expected += job_blocking(*work, path);
  in_turn->push_back(Ms(weir::Clock::now() - begin).count());

  begin = weir::Clock::now();
  std::vector<Coro<std::size_t>> jobs;
  for (int i = 0; i < kJobs; ++i)
    jobs.push_back(job_async(work, path));
  const std::vector<std::size_t> results = co_await weir::gather(std::move(jobs));
  at_once->push_back(Ms(weir::Clock::now() - begin).count());
  for (const std::size_t result : results)
    expected -= result;
  if (expected != 0) std::abort();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const Work table[] = {{"10 files", 5, true, false},
                        {"computing, 10 times", 0, false, true},
                        {"10 files and computing", 3, true, true}};
  const weir::support::TempDir folder;
  const std::string path = folder.write("file", std::string(kFileBytes, 'x'));
  bool all_met = true;
  std::puts("| work | one after another | at once | faster | bar |\n| --- | --- | --- | --- | --- |");
  for (const Work& work : table) {
    std::vector<double> in_turn;
    std::vector<double> at_once;
    for (int run = 0; run < kRuns; ++run)
      weir::run(measure(&work, path, &in_turn, &at_once));
    const double ratio = median(in_turn) / median(at_once);
    const std::string bar = work.bar > 0 ? std::to_string(static_cast<int>(work.bar)) + "x" : "";
    std::printf("| %s | %.0f ms | %.0f ms | %.1fx | %s |\n", work.title, median(in_turn), median(at_once),
                ratio, bar.c_str());
    all_met = all_met && ratio >= work.bar;
  }
  return all_met ? 0 : 1;
}
