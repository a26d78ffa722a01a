// files: writing JSON and reading it back, a large log line by line, a file that is replaced at once, and
// what a directory holds. Waiting for the disk suspends the task that asked, nobody else.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "weir/weir.hpp"

namespace {

namespace fs = std::filesystem;

weir::Coro<void> write_and_read_back(std::string path) {
  const std::string json = R"({"name": "weir", "rows": [1, 2, 3]})";
  weir::File out = co_await weir::File::open(path, weir::OpenMode::write);
  co_await out.write(json);
  co_await out.close();

  weir::File in = co_await weir::File::open(path);
  const weir::FileStat stat = co_await in.stat();
  const std::string content = co_await in.read_all();
  co_await in.close();
  std::printf("%d bytes: %s\n", static_cast<int>(stat.size), content.c_str());
}

// Many small writes, but one request to the system for each 64 KiB.
weir::Coro<void> write_log(std::string path, int count) {
  weir::File log = co_await weir::File::open(path, weir::OpenMode::append);
  std::string lines;
  for (int i = 1; i <= count; ++i) {
    const char* level = i % 40'000 == 0 ? "ERROR disk is full" : "INFO all is well";
    lines += std::to_string(i) + " " + level + "\n";
    if (lines.size() < 64 * 1024 && i < count) continue;
    co_await log.write(lines);
    lines.clear();
  }
  co_await log.sync();
  co_await log.close();
}

// `async for line in file`: in bounded memory, however large the log is.
weir::Coro<void> print_errors(std::string path) {
  weir::File log = co_await weir::File::open(path);
  weir::LineReader lines = log.lines();
  int count = 0;
  while (auto line = co_await lines.next()) {
    ++count;
    if (line->find("ERROR") == std::string_view::npos) continue;
    std::printf("%.*s\n", static_cast<int>(line->size()), line->data());
  }
  std::printf("%d lines\n", count);
  co_await log.close();
}

// Who reads the settings sees the old ones or the new ones, whatever happens in between.
weir::Coro<void> replace_settings(std::string path) {
  co_await weir::write_file_atomically(path, "level = info\n");
  co_await weir::write_file_atomically(path, "level = debug\n");
  const std::string settings = co_await weir::read_file(path);
  std::printf("%s", settings.c_str());
}

weir::Coro<void> list(std::string root) {
  weir::DirectoryWalker walker(root);
  while (auto entry = co_await walker.next())
    std::printf("%s\n", entry->path.c_str() + root.size() + 1);
}

weir::Coro<void> main_task(std::string directory) {
  co_await write_and_read_back(directory + "/data.json");
  co_await write_log(directory + "/logs/app.log", 200'000);
  co_await print_errors(directory + "/logs/app.log");
  co_await replace_settings(directory + "/settings.conf");
  co_await list(directory);
  try {
    co_await weir::read_file("no/such/file");
  } catch (const std::system_error& error) {
    std::printf("%s\n", error.what());
  }
}

}  // namespace

int main() {
  std::string directory = fs::temp_directory_path() / "weir-files-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return 1;
  fs::create_directory(directory + "/logs");
  weir::run(main_task(directory));
  fs::remove_all(directory);
}
