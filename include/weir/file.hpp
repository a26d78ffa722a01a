// Files, asynchronously.
//
//   weir::Coro<void> copy_errors() {
//     weir::File log = co_await weir::File::open("app.log");
//     weir::File errors = co_await weir::File::open("errors.log", weir::OpenMode::write);
//     weir::LineReader lines = log.lines();
//     while (auto line = co_await lines.next()) {
//       if (line->find("ERROR") == std::string_view::npos) continue;
//       const std::string whole = std::string(*line) + "\n";
//       co_await errors.write(whole);
//     }
//     co_await errors.sync();
//     co_await errors.close();
//   }
//   co_await weir::write_file_atomically("settings.json", text);
//   const std::string settings = co_await weir::read_file("settings.json");
//
// Purpose: reading and writing without holding up the loop, whichever backend carries it out.
// Ownership: a File owns its descriptor, which is closed in every child process. Several tasks may read and
// write at given offsets at once; nobody may await on a file that is closed, moved or destroyed meanwhile.
// What is written must stay alive until the write has returned.
// Threads: a file belongs to the loop that opened it; waiting suspends the task, never the thread.
// Cancellation: what the kernel has begun is awaited, for it may be using the buffer; if it succeeded, the
// cancellation is delivered at the next suspension point. A close is never cut short.
// Errors: std::system_error, with the path in the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "weir/lines.hpp"
#include "weir/loop.hpp"

namespace weir {

enum class OpenMode {
  read,        // must exist
  write,       // created, or emptied
  append,      // created if missing; every write goes to the end
  read_write,  // must exist
  update,      // read and write; created if missing, its content is kept
  create_new   // read and write; must not exist (EEXIST)
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
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  File() noexcept = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();  // closes without waiting, if close() was not awaited

  // `permissions` are those of a file that is created, less the process's umask.
  static Coro<File> open(std::string path, OpenMode mode = OpenMode::read, unsigned permissions = 0666);

  bool is_open() const noexcept { return fd_ >= 0; }
  const std::string& path() const noexcept { return path_; }

  // The next bytes after those that read() gave before; 0 at the end. Not for files in append mode, nor while
  // another read() is under way.
  Coro<std::size_t> read(std::span<char> buffer);
  // Up to buffer.size() bytes from `offset`; fewer than asked for only at the end of the file, 0 there.
  Coro<std::size_t> read_at(std::span<char> buffer, std::uint64_t offset);
  // The whole content. std::length_error when it is more than `max_bytes`.
  Coro<std::string> read_all(std::size_t max_bytes = kUnlimited);

  // All of `data`, at the end of what write() wrote before (or of the file, for append).
  Coro<void> write(std::string_view data);
  Coro<void> write_at(std::string_view data, std::uint64_t offset);
  // Makes `data` the whole content. write() goes on behind it.
  Coro<void> write_all(std::string_view data);
  // Cuts the file, or fills it up with zeroes.
  Coro<void> resize(std::uint64_t size);

  // Until what was written is on the device (fsync); sync_data() leaves out the times (fdatasync).
  Coro<void> sync();
  Coro<void> sync_data();

  Coro<FileStat> stat();

  // Idempotent. Says whether the file system could take what was written.
  Coro<void> close();

  // Reads line by line from the start; the file must outlive the reader.
  LineReader lines(const LineOptions& options = {});

 private:
  File(int fd, std::string path) noexcept : fd_(fd), path_(std::move(path)) {}
  Coro<void> sync_as(bool data_only);

  int fd_ = -1;
  std::string path_;
  std::uint64_t read_offset_ = 0;
  std::uint64_t write_offset_ = 0;
};

// The whole content of a file, as File::read_all().
Coro<std::string> read_file(std::string path, std::size_t max_bytes = File::kUnlimited);

// Creates the file, or replaces its content in place: who reads it meanwhile sees a part.
Coro<void> write_file(std::string path, std::string data);

struct AtomicWriteOptions {
  bool durable = true;          // on the device when it returns; otherwise atomic for readers only
  unsigned permissions = 0666;  // of a new file, less the umask; an existing one keeps its own
};

// Replaces the file at once: who opens it sees the old content or the new, also after a crash of the machine.
//
// A temporary file is written in the same directory, synced and renamed, and the directory is synced. On
// errors and cancellation the temporary file is removed, and the old one is as it was. Once the new one is in
// its place a cancellation waits for the end; if syncing the directory fails, the error is thrown although
// the file is there. The owner is the process's; a symbolic link is replaced, not followed.
Coro<void> write_file_atomically(std::string path, std::string data);
Coro<void> write_file_atomically(std::string path, std::string data, AtomicWriteOptions options);

// Removes a file, not a directory.
Coro<void> remove_file(std::string path);
// Over an existing `to`, at once.
Coro<void> rename_file(std::string from, std::string to);

}  // namespace weir
