// FileMap: a stretch of a regular file in memory, as the page cache has it, without a copy.
//
// For data that is in memory already: what is not there blocks the thread that looks at it. Immutable and
// shared; see text::Lender for what its readers have to mind.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/diagnostics.hpp"
#include "input/map_guard.hpp"
#include "input/source.hpp"
#include "text/chunk.hpp"

namespace weir::input {

// Addresses that are congruent to offsets by this let the kernel map whole huge pages of its cache.
inline constexpr std::uint64_t kHugePage = 2U << 20;

constexpr std::uint64_t next_huge_page(std::uint64_t offset) noexcept {
  return (offset + kHugePage - 1) / kHugePage * kHugePage;
}

// Whether there is room for a whole one between two offsets of a file.
constexpr bool may_hold_huge_page(std::uint64_t begin, std::uint64_t end) noexcept {
  return next_huge_page(begin) + kHugePage <= end;
}

class FileMap final : public text::Lender {
 public:
  // [begin, end) of an open source, begin < end; null where that cannot be mapped, or not be watched (see
  // MapGuard).
  static std::shared_ptr<const FileMap> make(const Source& source, std::uint64_t begin, std::uint64_t end);

  // The bytes, and behind them text::kPadding that can be read.
  const char* data() const noexcept { return data_; }
  std::uint64_t end() const noexcept { return end_; }

  bool is_intact_up_to(const char* end) const noexcept override;

  // Whether something of it was gone when it was looked at.
  bool is_damaged() const noexcept { return guard_.is_damaged(); }

  // Whether the page cache has it in huge pages, as far as the first one tells: looking at other memory costs
  // a fault for every few pages, more than a copy of them. To be asked before anything of it is looked at.
  bool is_of_huge_pages() const noexcept;

  // Addresses that are taken, and given back.
  struct Reserved {
    Reserved(char* begin_, std::size_t bytes_) noexcept : begin(begin_), bytes(bytes_) {}
    Reserved(Reserved&& other) noexcept : begin(std::exchange(other.begin, nullptr)), bytes(other.bytes) {}
    Reserved& operator=(Reserved&&) = delete;
    ~Reserved();

    char* begin;
    std::size_t bytes;
  };
  FileMap(int fd, Reserved reserved, const char* data, std::uint64_t begin, std::uint64_t end) noexcept;

 private:
  int fd_;
  Reserved reserved_;  // goes after the guard
  const char* data_;
  std::uint64_t begin_;
  std::uint64_t end_;
  MapGuard guard_;
};

// Whether the byte at `offset` of a source is there and can be read without waiting.
bool is_at_hand(const Source& source, std::uint64_t offset) noexcept;

// What is read of [offset, offset + size) without a mapping, up to the file's end; blocks. Errors are
// reported.
std::size_t read_again(const Source& source, std::uint64_t offset, char* into, std::size_t size,
                       base::Diagnostics& diagnostics);

// Says, once for each source, that it has become shorter, if so.
void report_truncation(Source& source, base::Diagnostics& diagnostics);

}  // namespace weir::input
