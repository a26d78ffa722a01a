// Uses the installed library from outside: the runtime (tasks, a queue, a file) and a scan.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "weir/grep.hpp"
#include "weir/weir.hpp"

namespace {

struct Shared {
  Shared(std::string path_) : path(std::move(path_)), lines(4) {}
  std::string path;
  weir::Queue<std::string> lines;
  std::size_t bytes = 0;
};

weir::Coro<void> produce(Shared* shared) {
  weir::File file = co_await weir::File::open(shared->path);
  weir::LineReader reader = file.lines();
  while (auto line = co_await reader.next()) {
    std::string copy(*line);
    co_await shared->lines.put(std::move(copy));
  }
  shared->lines.close();
  co_await file.close();
}

weir::Coro<void> consume(Shared* shared) {
  while (auto line = co_await shared->lines.get())
    shared->bytes += line->size() + 1;
}

weir::Coro<void> both(weir::TaskGroup& group, Shared* shared) {
  group.spawn(produce(shared), "produce");
  group.spawn(consume(shared), "consume");
  co_return;
}

weir::Coro<std::size_t> count_bytes(Shared* shared) {
  co_await weir::with_group(both, shared);
  co_return shared->bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Shared shared(argv[1]);
  std::cout << "bytes: " << weir::run(count_bytes(&shared)) << std::endl;

  weir::GrepOptions options;
  options.patterns = {"timeout|refused", "[0-9]+ bytes left"};
  options.paths = {argv[1]};
  options.output = weir::GrepOutput::count;
  const auto summary = weir::grep(options);
  if (!summary) {
    std::cerr << summary.error().what << '\n';
    return 2;
  }
  std::cout << "selected: " << summary.value().selected_lines << std::endl;
  return 0;
}
