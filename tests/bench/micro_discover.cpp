// Discovery: what a walk costs for each file, and how soon a huge directory gives its first name.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "input/entry_stack.hpp"
#include "input/glob.hpp"
#include "input/walk.hpp"
#include "support/temp_dir.hpp"

namespace {

using weir::input::Entry;
using weir::input::EntryStack;
using weir::input::Found;
using weir::input::Glob;
using weir::input::GlobSet;
using weir::input::Walker;
using weir::input::WalkOptions;

void fill(const std::string& directory, int files) {
  ::mkdir(directory.c_str(), 0755);
  const weir::base::UniqueFd at(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < files; ++i) {
    const std::string name = "app-2024-" + std::to_string(i) + ".log";
    const weir::base::UniqueFd file(::openat(at.get(), name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
  }
}

const std::string& small_directories() {
  static const weir::support::TempDir dir;
  static const bool filled = [] {
    for (int i = 0; i < 500; ++i)
      fill(dir / std::to_string(i), 100);
    return true;
  }();
  benchmark::DoNotOptimize(filled);
  return dir.path();
}

const std::string& huge_directory() {
  static const weir::support::TempDir dir;
  static const bool filled = (fill(dir.path(), 200000), true);
  benchmark::DoNotOptimize(filled);
  return dir.path();
}

void walk(benchmark::State& state, const std::string& root, const std::vector<std::string>& globs,
          std::size_t limit) {
  std::size_t files = 0;
  for (auto _ : state) {
    WalkOptions options;
    options.paths = {root};
    options.globs = GlobSet::parse(globs).value();
    Walker walker(options);
    files = 0;
    for (Found found; files < limit && walker.next(found); ++files)
      benchmark::DoNotOptimize(found.path.data());
  }
  state.counters["files"] = static_cast<double>(files);
}

void walk_50000_files(benchmark::State& state) {
  walk(state, small_directories(), {}, SIZE_MAX);
}
void walk_50000_files_with_globs(benchmark::State& state) {
  walk(state, small_directories(), {"*.log", "![5-6]*/*-{1,2}?.log"}, SIZE_MAX);
}
void walk_200000_in_one_first(benchmark::State& state) {
  walk(state, huge_directory(), {}, 1);
}
void walk_200000_in_one_all(benchmark::State& state) {
  walk(state, huge_directory(), {}, SIZE_MAX);
}

std::vector<std::string> shuffled_names(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i)
    names.push_back("app-2024-" + std::to_string(i) + ".log");
  std::shuffle(names.begin(), names.end(), std::mt19937(1));
  return names;
}

// Names taken of a million: the argument.
void sort_million(benchmark::State& state) {
  const std::vector<std::string> names = shuffled_names(1000000);
  for (auto _ : state) {
    state.PauseTiming();
    EntryStack stack;
    stack.open();
    for (const std::string& name : names)
      stack.add(name, 0);
    state.ResumeTiming();
    stack.seal();
    Entry entry{};
    for (std::int64_t left = state.range(0); left > 0 && stack.next(entry); --left) {
      benchmark::DoNotOptimize(entry.name.data());
    }
  }
}

// What sort_million has to beat.
void sort_million_std(benchmark::State& state) {
  const std::vector<std::string> names = shuffled_names(1000000);
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::string_view> sorted(names.begin(), names.end());
    state.ResumeTiming();
    std::sort(sorted.begin(), sorted.end());
    benchmark::DoNotOptimize(sorted.data());
  }
}

void glob_match(benchmark::State& state, const char* pattern) {
  const Glob glob = Glob::parse(pattern).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(glob.matches("nginx/2024/access-2024-01-01.log.gz", false));
}

BENCHMARK(walk_50000_files)->Unit(benchmark::kMillisecond);
BENCHMARK(walk_50000_files_with_globs)->Unit(benchmark::kMillisecond);
BENCHMARK(walk_200000_in_one_first)->Unit(benchmark::kMillisecond);
BENCHMARK(walk_200000_in_one_all)->Unit(benchmark::kMillisecond);
BENCHMARK(sort_million)->Arg(1)->Arg(1000)->Arg(1000000)->Unit(benchmark::kMillisecond);
BENCHMARK(sort_million_std)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(glob_match, suffix, "*.gz");
BENCHMARK_CAPTURE(glob_match, automaton, "nginx/**/access-*.{log,log.gz}");

}  // namespace

BENCHMARK_MAIN();
