// Source: one input, from discovery to its last line. Unit: the part of a source that one shard scans.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "input/codec.hpp"
#include "input/encoding.hpp"
#include "input/record_rules.hpp"
#include "input/stamp_trail.hpp"
#include "input/walk.hpp"

namespace weir::input {

// What is to be said about the parts of a compressed source, each in its turn: a part behind damage does not
// count, and nothing is said about it. Thread-safe.
class PartNotes {
 public:
  struct Note {
    std::string text;
    bool is_file_error = false;  // as base::Diagnostics has it
  };

  void add(std::uint32_t part, Note note) {
    const std::lock_guard lock(mutex_);
    notes_[part].push_back(std::move(note));
  }
  std::vector<Note> take(std::uint32_t part) {
    const std::lock_guard lock(mutex_);
    const auto found = notes_.find(part);
    return found == notes_.end() ? std::vector<Note>() : std::move(notes_.extract(found).mapped());
  }

 private:
  std::mutex mutex_;
  std::map<std::uint32_t, std::vector<Note>> notes_;
};

struct Source;

// The members of an archive, in order; each has the number of the part that it is. Thread-safe.
class MemberList {
 public:
  void add(std::uint32_t part, std::shared_ptr<Source> member) {
    const std::lock_guard lock(mutex_);
    members_.emplace(part, std::move(member));
  }
  // Null if there is none: the part that ends the archive.
  std::shared_ptr<Source> take(std::uint32_t part) {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(part);
    return found == members_.end() ? nullptr : std::move(members_.extract(found).mapped());
  }

 private:
  std::mutex mutex_;
  std::map<std::uint32_t, std::shared_ptr<Source>> members_;
};

class ArchiveReader;

// Shared by the shards that work on it; what is not atomic is set before a second shard can see it.
struct Source {
  Source(std::uint64_t index_, Found found) noexcept
      : index(index_),
        path(std::move(found.path)),
        member_pattern(std::move(found.member)),
        kind(found.kind),
        in_directory(found.in_directory) {}

  std::uint64_t index;         // place in the output order
  std::string path;            // "-" for standard input; of a member of an archive "archive!name"
  std::string member_pattern;  // of an archive, the members that the argument names; empty: all
  Found::Kind kind;
  bool in_directory;

  bool has_path() const noexcept { return kind != Found::Kind::standard_input; }

  // Known once it is open.
  base::UniqueFd owned_fd;
  int fd = -1;
  bool is_regular = false;             // read at offsets
  bool is_stream = false;              // scanned to its end, wherever that is: no file, or one to be decoded
  bool may_be_compressed = false;      // its first bytes are to be looked at
  bool may_be_archive = false;         // and so is the text that they give
  bool null_lines = false;             // lines end with NUL: see text/null_lines.hpp
  const Encoding* encoding = nullptr;  // its text is in it, or may be; null: it is taken as it is
  std::uint32_t mark_bytes = 0;        // a byte order mark in front of it that is no part of the first line
  const Codec* codec = nullptr;        // compressed; offsets then count what comes out
  std::uint64_t start = 0;             // offset of the first byte to scan
  std::uint64_t size = 0;              // offset behind the last byte stored, when it was opened; 0 if unknown
  std::int64_t modified_ns = 0;  // when it was last written, since 1970; of a stream, when it was opened
  bool is_split = false;         // scanned by ranges
  RecordKind records = RecordKind::unknown;
  // Of records that are parsed: the format's name, "" until it is known, and what all readers of a part of it
  // have to know: its first line, where that names the fields; records may go over several lines.
  std::string record_format;
  std::string record_header;
  bool joins_lines = false;
  bool is_repeat = false;  // standard input named once more: the first naming has read it all
  bool is_read = false;    // it could be opened

  // Of a window of time, where it was searched for: lines in front of the first are only counted, and the
  // last unit ends at the second (see Unit::end).
  std::uint64_t window_begin = 0;
  std::uint64_t last_unit_end = std::numeric_limits<std::uint64_t>::max();
  StampTrail stamps;

  // What is in front of it is read rather than mapped: some of it was not in memory, or in small pages.
  std::atomic<std::uint64_t> mapped_from{0};
  std::atomic<bool> is_told_shorter{false};  // it was said that it was cut short

  // Nobody wants more of it: -l has its line, -m its count.
  std::atomic<bool> satisfied{false};

  // Of compressed data in parts: the last part that counts. What is behind damage was never there.
  std::atomic<std::uint32_t> last_valid_part{std::numeric_limits<std::uint32_t>::max()};
  PartNotes part_notes;
  MemberList members;                              // of an archive,
  std::atomic<bool> is_archive{false};             // which it turned out to be
  ArchiveReader* archive = nullptr;                // of a member: what gives its bytes, while it is read
  std::uint64_t decoder_limit = kMaxDecoderBytes;  // bytes that one decoder may take
  std::uint64_t decoder_bytes = 0;                 // that one takes, as far as the first bytes tell
  Cut first_cut = {0, 0, 0};                       // where the first of them begins
};

// Its first bytes, `head`, are those of `codec`.
inline void set_compressed(Source& source, const Codec& codec, std::string_view head) {
  source.codec = &codec;
  source.decoder_bytes = std::min(codec.memory(head), source.decoder_limit);
  source.is_stream = true;
}

// Parts behind `part` do not count.
inline void end_with_part(Source& source, std::uint32_t part) noexcept {
  std::uint32_t last = source.last_valid_part.load(std::memory_order_relaxed);
  while (part < last && !source.last_valid_part.compare_exchange_weak(last, part)) {
  }
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

  bool is_member = false;  // of an archive: a whole source, although not the first part

  // Of compressed data in parts: where decoding begins, and where the next part does. The text ends where the
  // decoder gets there; `end` is not known before.
  Cut from = {0, 0, 0};
  std::uint64_t stored_end = kToEnd;

  bool is_first() const noexcept { return part == 0 || is_member; }
};

}  // namespace weir::input
