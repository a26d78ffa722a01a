// Files, asynchronously: every call suspends the task, not the thread.
//
//   weir::Coro<void> copy_errors() {
//     weir::File log = co_await weir::File::open("app.log");
//     weir::File out = co_await weir::File::open("errors.log", weir::OpenMode::write);
//     weir::LineReader lines = log.lines();
//     while (auto line = co_await lines.next()) {   // bound in the condition: that is fine
//       if (line->find("ERROR") == std::string_view::npos) continue;
//       const std::string copy = std::string(*line) + "\n";
//       co_await out.write(copy);
//     }
//     co_await out.close();
//     co_await log.close();
//   }
//
// Ownership: a File owns its descriptor. Buffers and texts that are given to a call must live until it is
// done; nobody may await on a file that is closed, moved or destroyed meanwhile.
// Threads: a file belongs to the loop that opened it.
// Cancellation: what the kernel has begun is waited for, so that no buffer changes later. A cancelled write
// may have written a part.
// Errors: std::system_error with the path in the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>

#include "weir/lines.hpp"
#include "weir/loop.hpp"

namespace weir {

enum class OpenMode {
  read,       // must exist
  write,      // created, or emptied
  append,     // created if missing; every write goes to the end
  read_write  // must exist
};

struct FileStat {
  std::uint64_t size = 0;  // bytes
  std::uint32_t mode = 0;  // type and permissions, as st_mode
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::time_t modified = 0;  // seconds since the epoch
};

class File {
 public:
  File() noexcept = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();  // closes without waiting, if close() was not awaited

  static Coro<File> open(std::string path, OpenMode mode = OpenMode::read);

  bool is_open() const noexcept { return fd_ >= 0; }
  const std::string& path() const noexcept { return path_; }

  // Up to buffer.size() bytes from `offset`; fewer than asked for only at the end of the file, 0 there.
  Coro<std::size_t> read_at(std::span<char> buffer, std::uint64_t offset);
  Coro<std::string> read_all();
  // All of `data`, at the end of what was written before (or of the file, for append).
  Coro<void> write(std::string_view data);
  Coro<void> write_at(std::string_view data, std::uint64_t offset);
  Coro<FileStat> stat();
  Coro<void> close();

  // Reads line by line from the start; the file must outlive the reader.
  LineReader lines(const LineOptions& options = {});

 private:
  File(int fd, std::string path) noexcept : fd_(fd), path_(std::move(path)) {}

  int fd_ = -1;
  std::string path_;
  std::uint64_t write_offset_ = 0;
};

}  // namespace weir
