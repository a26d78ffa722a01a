#include "input/open_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "input/archive_library.hpp"
#include "io/operation.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kBinaryBytes = 64 * 1024;

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
  source.is_regular = S_ISREG(info.st_mode);
  source.is_stream = !source.is_regular;
  source.decoder_limit = options.decoder_bytes;
  source.may_be_compressed = source.may_be_archive = options.decompress;
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

bool has_nul(std::string_view text) noexcept {
  return text.find('\0') != std::string_view::npos;
}

// `head` is all that there is of the source, if `is_all`.
void note_codec(Source& source, std::string_view head, bool is_all) {
  if (!std::exchange(source.may_be_compressed, false)) return;
  const Sniffed found = sniff(head, source.path, is_all);
  if (found.codec) set_compressed(source, *found.codec, head);
}

// What a compressed file begins with.
std::string decoded_head(const Codec& codec, std::string_view head) {
  std::string text(kBinaryBytes, '\0');
  const Decoded decoded = codec.make()->decode(head, false, text.data(), text.size());
  text.resize(decoded.produced);
  return text;
}

Coro<bool> is_binary(std::shared_ptr<Source> source) {
  std::string head(kBinaryBytes, '\0');
  io::Operation read = io::Operation::read(source->fd, head.data(), kBinaryBytes, source->start);
  const int got = co_await read;
  if (got <= 0) co_return false;
  head.resize(static_cast<std::size_t>(got));
  if (!source->may_be_compressed) co_return has_nul(head);
  note_codec(*source, head, true);
  co_return looks_binary(head, source->path);
}

}  // namespace

bool looks_binary(std::string_view head, std::string_view path) {
  const Codec* codec = sniff(head, path, true).codec;
  const std::string decoded = codec ? decoded_head(*codec, head) : std::string();
  const std::string_view text = codec ? std::string_view(decoded) : head;
  return has_nul(text) && match_archive(text) != Match::yes;
}

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
  const bool binary = co_await is_binary(source);
  co_return binary ? Opened::skipped : Opened::ready;
}

Coro<void> sniff_source(std::shared_ptr<Source> source) {
  static_assert(kSniffBytes <= kArchiveHead);
  char head[kArchiveHead];
  std::uint32_t filled = 0;
  for (int got = 1; got > 0 && filled < kArchiveHead;) {
    io::Operation read = io::Operation::read(
        source->fd, head + filled, static_cast<std::uint32_t>(kArchiveHead - filled), source->start + filled);
    got = co_await read;
    filled += static_cast<std::uint32_t>(std::max(0, got));
  }
  if (filled == 0) co_return;
  note_codec(*source, {head, filled}, true);
  if (source->codec || !source->may_be_archive) co_return;
  source->may_be_archive = false;
  source->is_archive = match_archive({head, filled}) == Match::yes;
}

}  // namespace weir::input
