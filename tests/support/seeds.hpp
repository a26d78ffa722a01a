// Random tests: numbers from a seed, and the seeds to go through. WEIR_SEED repeats one; WEIR_SOAK=seconds
// goes on from a seed that nobody has tried.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "base/sanitizers.hpp"

namespace weir::support {

struct Random {
  explicit Random(unsigned seed) : engine(seed) {}
  unsigned below(unsigned limit) { return static_cast<unsigned>(engine() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::mt19937 engine;
};

// A sanitized program is several times slower and looks for other things: it gets a part of the seeds.
constexpr unsigned kSeedsPart = WEIR_ASAN || WEIR_TSAN ? 4 : 1;

// Calls `check` with `cases` seeds or more, up to the first failure, and says which. False when there was
// only the one of WEIR_SEED, or a part: counts mean nothing then.
template <typename Check>
bool for_seeds(unsigned cases, const Check& check) {
  if (const char* seed = std::getenv("WEIR_SEED")) {
    check(static_cast<unsigned>(std::atoi(seed)));
    return false;
  }
  const char* soak = std::getenv("WEIR_SOAK");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(soak ? std::atoi(soak) : 0);
  const unsigned first = soak ? static_cast<unsigned>(std::time(nullptr)) : 1;
  cases = (cases + kSeedsPart - 1) / kSeedsPart;
  unsigned seed = first;
  for (; seed < first + cases || std::chrono::steady_clock::now() < end; ++seed) {
    check(seed);
    if (testing::Test::HasFailure()) break;
  }
  std::printf("seeds %u to %u\n", first, seed - 1);
  return kSeedsPart == 1;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace weir::support
