#include "input/open_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "io/operation.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kSniffBytes = 64 * 1024;

std::string named(const Source& source, const std::string& what) {
  return (source.kind == Found::Kind::standard_input ? "standard input" : source.path) + ": " + what;
}

// Takes over what fstat says. False when the source is not to be read.
Opened examine(Source& source, const OpenOptions& options, base::Diagnostics& diagnostics) {
  struct ::stat info = {};
  if (::fstat(source.fd, &info) != 0) {
    diagnostics.file_error(named(source, "stat: " + base::errno_text(errno)));
    return Opened::failed;
  }
  if (S_ISDIR(info.st_mode)) {
    diagnostics.file_error(named(source, base::errno_text(EISDIR)));
    return Opened::failed;
  }
  const bool is_output = options.output.is_regular && info.st_dev == options.output.device &&
                         info.st_ino == options.output.inode;
  if (is_output) {
    diagnostics.file_error(named(source, "input file is also the output"));
    return Opened::failed;
  }
  source.is_stream = !S_ISREG(info.st_mode);
  if (source.is_stream) return source.in_directory ? Opened::skipped : Opened::ready;
  if (source.kind == Found::Kind::standard_input) {
    source.start = static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(source.fd, 0, SEEK_CUR)));
  }
  source.size = static_cast<std::uint64_t>(info.st_size);
  return Opened::ready;
}

Coro<int> open_path(std::shared_ptr<Source> source, bool* immediate) {
  // A FIFO without a writer would block the open, and a terminal must not become ours.
  int flags = O_RDONLY | O_NOCTTY;
  if (source->kind == Found::Kind::stream) flags |= O_NONBLOCK;
  io::Operation open = io::Operation::open(source->path.c_str(), flags);
  const int fd = co_await open;
  *immediate = open.was_immediate();
  if (fd != -ENAMETOOLONG) co_return fd;
  base::UniqueFd deep = open_any_length(source->path, flags);
  co_return deep ? deep.release() : -errno;
}

Coro<bool> looks_binary(std::shared_ptr<Source> source) {
  std::string head(kSniffBytes, '\0');
  io::Operation read = io::Operation::read(source->fd, head.data(), kSniffBytes, source->start);
  const int got = co_await read;
  co_return got > 0 && std::memchr(head.data(), 0, static_cast<std::size_t>(got)) != nullptr;
}

}  // namespace

Coro<Opened> open_source(std::shared_ptr<Source> source, OpenOptions options, base::Diagnostics* diagnostics,
                         bool* immediate) {
  *immediate = true;
  if (source->kind == Found::Kind::standard_input) {
    source->fd = STDIN_FILENO;
  } else {
    const int fd = co_await open_path(source, immediate);
    if (fd < 0) {
      diagnostics->file_error(named(*source, base::errno_text(-fd)));
      co_return Opened::failed;
    }
    source->owned_fd.reset(fd);
    source->fd = fd;
  }
  const Opened opened = examine(*source, options, *diagnostics);
  if (opened != Opened::ready || !options.skip_binary || source->is_stream) co_return opened;
  const bool binary = co_await looks_binary(source);
  co_return binary ? Opened::skipped : Opened::ready;
}

}  // namespace weir::input
