#include "input/open_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "input/archive_library.hpp"
#include "input/text_decoder.hpp"
#include "io/operation.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kBinaryBytes = 64 * 1024;

std::string named(const Source& source, const std::string& what) {
  return (source.kind == Found::Kind::standard_input ? "standard input" : source.path) + ": " + what;
}

// A file system may say any year; those from 1678 to 2261 fit.
std::int64_t nanoseconds(const ::timespec& time) noexcept {
  constexpr std::int64_t kMost = 9'214'646'399;
  return std::clamp<std::int64_t>(time.tv_sec, -kMost, kMost) * 1'000'000'000 + time.tv_nsec;
}

std::int64_t now() noexcept {
  ::timespec time = {};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds(time);
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
  source.modified_ns = source.is_regular ? nanoseconds(info.st_mtim) : now();
  source.is_stream = !source.is_regular;
  source.decoder_limit = options.decoder_bytes;
  source.may_be_compressed = source.may_be_archive = options.decompress;
  source.null_lines = options.null_lines;
  source.encoding = options.encoding;
  if (source.is_stream) return source.in_directory ? Opened::skipped : Opened::ready;
  if (source.kind == Found::Kind::standard_input) {
    source.start = static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(source.fd, 0, SEEK_CUR)));
  }
  source.size = static_cast<std::uint64_t>(info.st_size);
  source.is_stream = is_decoded(source);
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

void note_head(Source& source, std::string_view head) {
  if (has_unknown_start(source)) note_first_bytes(source, look_at(source, head, true), head);
}

// What the text of a file to be decoded begins with.
std::string decoded_head(std::unique_ptr<Decoder> decoder, std::string_view head) {
  std::string text(kBinaryBytes, '\0');
  text.resize(decoder->decode(head, false, text.data(), text.size()).produced);
  return text;
}

// An archive is not binary: its members may be, or not.
bool is_binary_text(std::string_view text) noexcept {
  return has_nul(text) && match_archive(text) != Match::yes;
}

Coro<bool> is_binary(std::shared_ptr<Source> source) {
  std::string head(kBinaryBytes, '\0');
  io::Operation read = io::Operation::read(source->fd, head.data(), kBinaryBytes, source->start);
  const int got = co_await read;
  if (got <= 0) co_return false;
  head.resize(static_cast<std::size_t>(got));
  note_head(*source, head);
  if (is_decoded(*source)) head = decoded_head(make_text_decoder(*source), head);
  co_return is_binary_text(head);
}

}  // namespace

bool looks_binary(std::string_view head, std::string_view path) {
  const Codec* codec = sniff(head, path, true).codec;
  return is_binary_text(codec ? decoded_head(codec->make(), head) : std::string(head));
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
  if (opened != Opened::ready || !options.skip_binary || !source->is_regular) co_return opened;
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
  note_head(*source, {head, filled});
  if (is_decoded(*source) || !source->may_be_archive) co_return;
  source->may_be_archive = false;
  source->is_archive = match_archive({head, filled}) == Match::yes;
}

}  // namespace weir::input
