// ScanOptions: what grep() and jq() have in common: which files, which window of time, how the work is done.
//
//   weir::GrepOptions options;
//   options.paths = {"/var/log"};
//   options.globs = {"*.log", "!debug.log"};
//   options.since = "1h";
//   options.message = [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); };
//
// Ownership: plain values; the callbacks are copied with them.
// Threads: `message` and `progress` are called on the thread of the call, or on a shard's, one at a time.
// Cancellation: `handle_signals` decides whether signals end the run.
// Errors: a value that does not fit is ErrorCode::bad_argument of the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The order in which files are scanned.
enum class GrepSort { path, modified, accessed, created };
// When output is written. automatic: as soon as nothing more is ready to be printed, or 128 KiB are; lines:
// each line at once, by a write of its own; blocks: only 128 KiB at a time, and what is left at the end.
enum class GrepBuffering { automatic, lines, blocks };
enum class GrepBinary { text, skip };  // skip: leave out files with a NUL in their first 64 KiB
// Whether files are read through a mapping, which saves a copy of what is in memory already. automatic: large
// ones, as far as they are in memory; always: all that can be (for tests). Either installs a handler of
// SIGBUS for the process, which hands on those that a file cut short under a mapping has not caused.
enum class Mapping { never, automatic, always };

struct ScanOptions {
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  // Where. No path and no list: the current directory, or standard input if that is a file, pipe or socket.
  std::vector<std::string> paths;
  std::string files_from;        // a file with one path a line, "-" for standard input
  bool files_from_null = false;  // ... or NUL-terminated paths
  // Choose among what is in directories; what is named itself is always scanned.
  std::vector<std::string> globs;             // include, or exclude with '!'
  std::vector<std::string> iglobs;            // ... in any case of the letters; they come behind `globs`
  std::vector<std::string> types;             // files of any of these, if there are some; "all" is any type
  std::vector<std::string> types_not;         // ... and of none of these
  std::vector<std::string> type_definitions;  // add to the known types: "name:glob", "name:include:other"
  bool ignore_files = false;                  // leave out what .gitignore and .ignore files say
  bool hidden = true;                         // names that begin with a dot
  bool follow_links = false;                  // symbolic links
  bool one_file_system = false;               // only directories on the file system of the one named
  std::uint64_t max_depth = kNoLimit;         // 1: only what is right in a directory named; 0: nothing
  std::uint64_t max_file_bytes = kNoLimit;    // larger files are left out
  // The order of the files: as named and by name in directories, or oldest first. All but the plain order by
  // path collect the names of all files before the first is scanned.
  GrepSort sort = GrepSort::path;
  bool sort_reversed = false;
  GrepBinary binary = GrepBinary::text;
  // What text is in: "auto" (UTF-8, or what a byte order mark says), "none" (bytes, whatever they are), or a
  // name such as "utf-16le" or those of iconv(3). It is scanned and printed as UTF-8.
  std::string encoding = "auto";
  bool decompress = true;  // scan what is in compressed files and archives, known by their first bytes

  // When: only lines with a time stamp t, since <= t < until, and the lines without one that follow them.
  // Both as `weir grep --help` has it; what they leave out might as well not be in the files.
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> time_format;  // as strptime; otherwise the usual notations are known
  std::string time_zone;  // of times without one: a name, "UTC", "+02:00"; "" or "local": the system's
  // Files of this size and more, if their lines turn out to be in order of time, are read only where the
  // window can be; kNoLimit: all of each file is read.
  std::uint64_t time_search_bytes = 4U << 20;

  int output_fd = 1;
  GrepBuffering buffering = GrepBuffering::automatic;

  // How.
  int jobs = 0;                              // shards; 0 = one a core
  std::uint64_t memory_bytes = 64U << 20;    // budget for data read and not yet written
  std::uint64_t max_line_bytes = 64U << 20;  // longer lines are reported and skipped
  std::string io;                            // as RunOptions::io
  std::uint32_t chunk_bytes = 256U << 10;    // bytes a read; small ones serve tests
  Mapping mapping = Mapping::never;
  bool silent_file_errors = false;  // -s
  bool handle_signals = true;
  std::function<void(std::string_view)> message;   // finished lines for stderr; may be empty
  std::function<void(std::string_view)> progress;  // a line for a terminal, "" to clear it; may be empty
};

}  // namespace weir
