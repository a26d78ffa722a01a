// Which rule says where the records of a source begin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "text/record_starts.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// How the records of a source look: known once a line with a time stamp, or none, has been seen in the first
// kRecordSampleBytes of it.
enum class RecordKind : std::uint8_t { unknown, stamped, plain };
inline constexpr std::uint64_t kRecordSampleBytes = 64 * 1024;

// The rules belong to one thread, and outlive those who use them. Both are the same when a pattern was given.
struct RecordRules {
  text::RecordStarts* stamped = nullptr;
  text::RecordStarts* plain = nullptr;

  explicit operator bool() const noexcept { return stamped != nullptr; }
  bool depend_on_source() const noexcept { return stamped != plain; }
  text::RecordStarts& of(RecordKind kind) const noexcept {
    return kind == RecordKind::stamped ? *stamped : *plain;
  }
};

// By the first kRecordSampleBytes of a source, or all of it: `stamped` if one of the whole lines bears a
// stamp, else `plain`. Followed by text::kPadding readable bytes.
RecordKind kind_of_records(std::string_view sample, bool is_all, text::RecordStarts& stamped);

struct Source;

// The first kRecordSampleBytes of a regular file, or all of it, with text::kPadding zero bytes of room behind
// them. What cannot be read is left out: the reader will meet the error too, and say so.
Coro<void> read_head(Source* source, std::string* head);

// Sets `source->records`, before the source, a regular file, is split.
Coro<void> look_for_stamps(Source* source, RecordRules rules);

}  // namespace weir::input
