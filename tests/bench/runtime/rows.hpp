// What the programs that compare runtimes share: `PROGRAM ROW COUNT` does the row's work COUNT times and
// prints the seconds that it took and, where the row is about memory, the bytes that it came to. All of it
// happens inside the running loop: starting that does not count.
#pragma once

#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace weir::bench {

class Stopwatch {
 public:
  double seconds() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double begin_ = now();
};

// Resident memory of the process.
inline double resident_bytes() {
  long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file || std::fscanf(file, "%*s %ld", &pages) != 1) std::abort();
  std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Delays below a millisecond in an order that looks random, the same for every runtime.
class Delays {
 public:
  std::chrono::nanoseconds next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return std::chrono::nanoseconds((state_ >> 33) % 1'000'000);
  }

 private:
  std::uint64_t state_ = 1;
};

struct Measured {
  double seconds = 0;
  double bytes = 0;
};

struct Row {
  const char* name;
  Measured (*run)(long count);
};

template <std::size_t N>
int run_row(const Row (&rows)[N], int argc, char** argv) {
  for (const Row& row : rows) {
    if (argc != 3 || std::strcmp(argv[1], row.name) != 0) continue;
    const Measured measured = row.run(std::atol(argv[2]));
    std::printf("%.9f %.0f\n", measured.seconds, measured.bytes);
    return 0;
  }
  std::fprintf(stderr, "usage: %s ROW COUNT\n", argv[0]);
  return 2;
}

}  // namespace weir::bench
