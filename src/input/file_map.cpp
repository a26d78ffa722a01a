#include "input/file_map.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace weir::input {

namespace {

std::uint64_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

// Of this thread.
long minor_faults() noexcept {
  struct ::rusage usage = {};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
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

// Pages that are gone are told to the guard, the last one at the latest when it is looked at here; of the
// last page that is left, only the end reads as zeros. Where the last byte is none, there is no need to ask
// for the file's size.
bool FileMap::is_intact_up_to(const char* end) const noexcept {
  const bool has_last = end > data_ && *static_cast<const volatile char*>(end - 1) != '\0';
  if (guard_.is_damaged()) return false;
  if (has_last) return true;
  struct ::stat info = {};
  return ::fstat(fd_, &info) == 0 &&
         static_cast<std::uint64_t>(info.st_size) >= begin_ + static_cast<std::uint64_t>(end - data_);
}

// Looks at both ends of the first one: only where it is not one, that makes two faults.
bool FileMap::is_of_huge_pages() const noexcept {
  if (!may_hold_huge_page(begin_, end_)) return false;
  const volatile char* const first = data_ + (next_huge_page(begin_) - begin_);
  const long before = minor_faults();
  static_cast<void>(first[0]);
  static_cast<void>(first[kHugePage - 1]);
  return minor_faults() - before < 2;
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
