// Opening a source: from a path to a descriptor that is known to be worth reading.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string_view>

#include "base/diagnostics.hpp"
#include "input/source.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// The file that output goes to, if it is a regular file: scanning it would feed it to itself.
struct OutputFile {
  dev_t device = 0;
  ino_t inode = 0;
  bool is_regular = false;
};

struct OpenOptions {
  OutputFile output;
  bool skip_binary = false;  // leave out files with a NUL in their first 64 KiB, decoded if compressed
  bool null_lines = false;   // lines end with NUL
  std::uint64_t decoder_bytes = kMaxDecoderBytes;  // that one decoder may take
  bool decompress = false;                         // recognise compressed files and archives
  const Encoding* encoding = nullptr;  // of all sources; outlives them; null: they are taken as they are
};

// What opening gave.
enum class Opened {
  ready,   // fd, size and is_stream are set
  failed,  // reported
  skipped  // not wanted, not an error
};

// `immediate` tells whether the kernel had the name at hand.
Coro<Opened> open_source(std::shared_ptr<Source> source, OpenOptions options, base::Diagnostics* diagnostics,
                         bool* immediate);

// Whether the first bytes of a file are not those of text: in them, or in what they decode to, is a NUL.
// Archives are no text and yet wanted.
bool looks_binary(std::string_view head, std::string_view path);

// Looks at the first bytes of a regular file, for those who must know before they read it.
Coro<void> sniff_source(std::shared_ptr<Source> source);

}  // namespace weir::input
