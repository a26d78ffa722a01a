// speedup_table: how much faster several kinds of work are when their waits overlap. What only computes is
// not: there is one processor here, which one job has at a time (real ones: weir::offload).
//
// Every operation on a file takes as long as it does on a slow disk or network, and computing takes a fixed
// time too, so that the table is about the waits and not about the machine.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDelay{20};  // of each operation on a file
constexpr milliseconds kWork{10};

// Ten small files, removed at the end.
class Files {
 public:
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-speedup-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary directory");
    directory_ = name;
    for (int i = 0; i < 10; ++i) {
      paths_.push_back((directory_ / (std::to_string(i) + ".log")).string());
      std::ofstream(paths_.back()) << std::string(1000, 'x');
    }
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() { std::filesystem::remove_all(directory_); }
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  std::filesystem::path directory_;
  std::vector<std::string> paths_;
};

weir::Coro<std::size_t> read_slowly(std::string path) {
  co_await weir::sleep(kDelay);
  weir::File file = co_await weir::File::open(std::move(path));
  co_await weir::sleep(kDelay);
  const std::string content = co_await file.read_all();
  co_await file.close();
  co_return content.size();
}

weir::Coro<std::size_t> compute(weir::Mutex* processor) {
  auto turn = co_await processor->lock();
  co_await weir::sleep(kWork);
  co_return 1;
}

weir::Coro<std::size_t> read_and_compute(std::string path, weir::Mutex* processor) {
  const std::size_t bytes = co_await read_slowly(std::move(path));
  const std::size_t computed = co_await compute(processor);
  co_return bytes + computed;
}

enum class Kind { files, computing, mixed };

std::vector<weir::Coro<std::size_t>> jobs_of(Kind kind, const Files& files, weir::Mutex& processor) {
  std::vector<weir::Coro<std::size_t>> jobs;
  for (const std::string& path : files.paths()) {
    if (kind == Kind::files) jobs.push_back(read_slowly(path));
    if (kind == Kind::computing) jobs.push_back(compute(&processor));
    if (kind == Kind::mixed) jobs.push_back(read_and_compute(path, &processor));
  }
  return jobs;
}

double milliseconds_since(weir::TimePoint begin) {
  return std::chrono::duration<double, std::milli>(weir::Loop::current()->now() - begin).count();
}

weir::Coro<void> compare(const char* title, Kind kind, const Files* files) {
  weir::Mutex processor;
  std::size_t sum = 0;
  weir::TimePoint begin = weir::Loop::current()->now();
  std::vector<weir::Coro<std::size_t>> jobs = jobs_of(kind, *files, processor);
  for (weir::Coro<std::size_t>& job : jobs)
    sum += co_await std::move(job);
  const double in_turn = milliseconds_since(begin);

  begin = weir::Loop::current()->now();
  jobs = jobs_of(kind, *files, processor);
  const std::vector<std::size_t> values = co_await weir::gather(std::move(jobs));
  const double at_once = milliseconds_since(begin);
  for (const std::size_t value : values)
    sum -= value;
  if (sum != 0) throw std::logic_error("both ways must give the same");
  std::printf("%-24s %6.0f ms %6.0f ms %6.1fx\n", title, in_turn, at_once, in_turn / at_once);
}

weir::Coro<void> main_task() {
  const Files files;
  std::printf("%-24s %9s %9s %7s\n", "", "in turn", "at once", "faster");
  co_await compare("10 files", Kind::files, &files);
  co_await compare("computing", Kind::computing, &files);
  co_await compare("files and computing", Kind::mixed, &files);
}

}  // namespace

int main() {
  weir::run(main_task());
}
