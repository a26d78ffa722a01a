// Source: one input, from discovery to its last line. Unit: the part of a source that one shard scans.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "input/codec.hpp"
#include "input/encoding.hpp"
#include "input/walk.hpp"

namespace weir::input {

// Shared by the shards that work on it; what is not atomic is set before a second shard can see it.
struct Source {
  Source(std::uint64_t index_, Found found) noexcept
      : index(index_), path(std::move(found.path)), kind(found.kind), in_directory(found.in_directory) {}

  std::uint64_t index;  // place in the output order
  std::string path;     // "-" for standard input
  Found::Kind kind;
  bool in_directory;

  bool has_path() const noexcept { return kind != Found::Kind::standard_input; }

  // Known once it is open.
  base::UniqueFd owned_fd;
  int fd = -1;
  bool is_regular = false;             // read at offsets
  bool is_stream = false;              // scanned to its end, wherever that is: no file, or one to be decoded
  bool may_be_compressed = false;      // its first bytes are to be looked at
  bool null_lines = false;             // lines end with NUL: see text/null_lines.hpp
  const Encoding* encoding = nullptr;  // its text is in it, or may be; null: it is taken as it is
  std::uint32_t mark_bytes = 0;        // a byte order mark in front of it that is no part of the first line
  const Codec* codec = nullptr;        // compressed; offsets then count what comes out
  std::uint64_t start = 0;             // offset of the first byte to scan
  std::uint64_t size = 0;              // offset behind the last byte stored, when it was opened; 0 if unknown
  bool is_split = false;               // scanned by ranges
  bool is_repeat = false;              // standard input named once more: the first naming has read it all
  bool is_read = false;                // it could be opened

  // Nobody wants more of it: -l has its line, -m its count.
  std::atomic<bool> satisfied{false};
};

// Its first bytes are those of `codec`.
inline void set_compressed(Source& source, const Codec& codec) noexcept {
  source.codec = &codec;
  source.is_stream = true;
}

// The name that goes with its lines.
inline std::string_view display_name(const Source& source) noexcept {
  return source.kind == Found::Kind::standard_input ? std::string_view("(standard input)") : source.path;
}

// A unit owns the lines whose preceding '\n' lies in [begin, end), and the first unit also the first line. So
// reads start where the range starts, and a line belongs to exactly one unit wherever the cut falls.
struct Unit {
  static constexpr std::uint64_t kToEnd = std::numeric_limits<std::uint64_t>::max();

  std::shared_ptr<Source> source;
  std::uint32_t part = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = kToEnd;
  bool is_last = true;  // no later part follows

  bool is_first() const noexcept { return part == 0; }
};

}  // namespace weir::input
