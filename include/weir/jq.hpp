// jq(): run a program of the jq language (version 1.6) over the records of files and streams; the whole of
// `weir jq` as a call.
//
//   weir::JqOptions options;
//   options.program = "select(.level == \"error\") | {ts, msg}";
//   options.paths = {"app.log"};
//   options.indent = 0;
//   const weir::Result<weir::JqSummary> summary = weir::jq(options);
//   if (!summary) std::fprintf(stderr, "%s\n", summary.error().what.c_str());
//
// Output goes to a file descriptor in the order of the input, byte for byte the same on every run, whatever
// the number of shards; messages go to a callback.
//
// Ownership: the options are only read, and must stay as they are until the call returns; so must the
// descriptor that it writes to, which stays open.
// Threads: blocks the calling thread, which becomes the first of `jobs` shards. One call a process at a time
// when signals are handled.
// Cancellation: SIGINT and SIGTERM end it, with what is finished written; JqSummary::signal tells.
// Errors: a Result; what goes wrong with single files or records is reported through `message` and the
// summary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/error.hpp"
#include "weir/scan_options.hpp"

namespace weir {

// What becomes of text that is no record. skip: it is counted; fail: the run ends there; pass: it goes out as
// it is. In all cases it is kept in `reject_file`, if there is one.
enum class JqMalformed { skip, fail, pass };

// $name is the value, a JSON text.
struct JqArgument {
  std::string name;
  std::string json;
};

struct JqOptions : ScanOptions {
  std::string program = ".";
  std::vector<JqArgument> arguments;         // also in $ARGS.named
  std::vector<std::string> positional_json;  // $ARGS.positional, JSON texts
  std::vector<std::string> library_paths;    // -L: where modules are looked for

  // What records are. "auto": decided for each file by its first lines; "json"; a format of text lines as
  // jq_input_formats() has them, with its argument behind a colon. An empty text is "auto".
  std::string from = "auto";
  bool array = false;       // the elements of an outer JSON array are the records
  bool null_input = false;  // -n: the program runs once, on null, and reads by `input`
  bool slurp = false;       // -s: it runs once, on an array of all records
  bool raw_input = false;   // -R: records are lines, as strings; with `slurp` all is one string
  bool stream = false;      // --stream: [path, leaf] events are the inputs
  bool seq = false;         // --seq: RS bytes stand between records, and before each output
  JqMalformed malformed = JqMalformed::skip;
  std::string reject_file;  // a line of JSON for each malformed record; "": none

  // How outputs are written. `to`: "json" or one of jq_output_formats().
  std::string to = "json";
  int indent = 2;            // 0: one line; at most 7
  bool tabs = false;         // in place of `indent`
  bool raw_output = false;   // -r: strings without quotes
  bool join_output = false;  // -j: the same, and no newline behind any output
  bool ascii = false;
  bool sort_keys = false;
  bool color = false;

  std::uint64_t timeout_ms = 0;  // that one record may take; 0: no limit
  bool raw_filter = true;        // look for bytes that a record needs before it is parsed
};

struct JqSummary {
  bool any_output = false;
  bool last_is_true = false;        // the last output was neither false nor null
  bool any_error = false;           // a file could not be read, and the like
  bool any_program_error = false;   // the program failed on some record
  bool ended_by_malformed = false;  // JqMalformed::fail
  std::optional<int> halt_status;   // of `halt` or `halt_error`
  int signal = 0;                   // the run was stopped by this signal
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;  // that were parsed
  std::uint64_t outputs = 0;
  std::uint64_t malformed = 0;
  std::uint64_t native_records = 0;  // that no part of was left to libjq
  std::uint64_t native_bytes = 0;
  std::uint64_t libjq_records = 0;
  std::uint64_t libjq_bytes = 0;
  std::uint64_t filtered_bytes = 0;  // that the raw filter left out
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;  // of the process
  std::uint64_t peak_budget_bytes = 0;  // of the budget
  std::uint64_t mapped_bytes = 0;       // read through mappings
  std::string engine;
  std::string io;
};

// Name and one line of help.
using JqFormat = std::pair<std::string, std::string>;
std::vector<JqFormat> jq_input_formats();
std::vector<JqFormat> jq_output_formats();

// How the run would be done, one "key: value" a line. bad_pattern: the program does not compile (the text has
// several lines, with a caret below the place); bad_argument on a bad option.
Result<std::string> explain_jq(const JqOptions& options);

// Errors as above. What goes wrong with single files and records is reported through `message`.
Result<JqSummary> jq(const JqOptions& options);

}  // namespace weir
