#include "input/file_map.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace weir::input {

namespace {

// Addresses that are congruent to offsets by this let the kernel map whole huge pages of its cache.
constexpr std::uint64_t kHugePage = 2U << 20;

std::uint64_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

const char* page_of(const char* at) noexcept {
  return at - reinterpret_cast<std::uintptr_t>(at) % page_bytes();
}

}  // namespace

FileMap::Reserved::~Reserved() {
  if (begin) ::munmap(begin, bytes);
}

std::shared_ptr<const FileMap> FileMap::make(const Source& source, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t page = page_bytes();
  const std::uint64_t first = begin / page * page;
  const std::uint64_t bytes = (end - first + page - 1) / page * page;
  const std::uint64_t reserved_bytes = kHugePage + bytes + page;  // the last one is the padding
  void* const got =
      ::mmap(nullptr, reserved_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got == MAP_FAILED) return nullptr;
  Reserved reserved(static_cast<char*>(got), reserved_bytes);
  char* const pages = reserved.begin + (first - reinterpret_cast<std::uintptr_t>(got)) % kHugePage;
  if (::mmap(pages, bytes, PROT_READ, MAP_SHARED | MAP_FIXED, source.fd, static_cast<off_t>(first)) ==
      MAP_FAILED)
    return nullptr;
  auto map =
      std::make_shared<const FileMap>(source.fd, std::move(reserved), pages + (begin - first), begin, end);
  return map->guard_ ? map : nullptr;
}

FileMap::FileMap(int fd, Reserved reserved, const char* data, std::uint64_t begin, std::uint64_t end) noexcept
    : fd_(fd),
      reserved_(std::move(reserved)),
      data_(data),
      begin_(begin),
      end_(end),
      guard_(page_of(data), data + (end - begin)) {}

// Pages that are gone were told to the guard; of the last one that is left, only the end reads as zeros.
bool FileMap::is_intact_up_to(const char* end) const noexcept {
  if (guard_.is_damaged()) return false;
  struct ::stat info = {};
  return ::fstat(fd_, &info) == 0 &&
         static_cast<std::uint64_t>(info.st_size) >= begin_ + static_cast<std::uint64_t>(end - data_);
}

bool is_at_hand(const Source& source, std::uint64_t offset) noexcept {
  char byte;
  const struct ::iovec into = {&byte, 1};
  return ::preadv2(source.fd, &into, 1, static_cast<off_t>(offset), RWF_NOWAIT) == 1;
}

std::size_t read_again(const Source& source, std::uint64_t offset, char* into, std::size_t size,
                       base::Diagnostics& diagnostics) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(source.fd, into + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      diagnostics.file_error(std::string(display_name(source)) + ": read at byte " +
                             std::to_string(offset + done) + ": " + base::errno_text(errno));
    }
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void report_truncation(Source& source, base::Diagnostics& diagnostics) {
  struct ::stat info = {};
  if (::fstat(source.fd, &info) != 0 || static_cast<std::uint64_t>(info.st_size) >= source.size) return;
  if (source.is_told_shorter.exchange(true)) return;
  diagnostics.file_error(std::string(display_name(source)) +
                         ": truncated while it was read: " + std::to_string(source.size) +
                         " bytes at first, now " + std::to_string(info.st_size));
}

}  // namespace weir::input
