// RecordPlan: what all shards of a run of jq share: the program, who runs it, how records are read and
// outputs written. Immutable.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "parse/formats.hpp"
#include "record/json.hpp"
#include "transform/jq/libjq.hpp"
#include "transform/jq/program.hpp"
#include "weir/jq.hpp"

namespace weir::pipeline {

// Who runs a program.
enum class ProgramEngine : std::uint8_t {
  native,  // the machine, on the shard
  both,    // the machine for its first steps, libjq for the rest
  libjq
};

struct RecordPlan {
  JqOptions options;
  ProgramEngine engine = ProgramEngine::native;
  std::shared_ptr<const transform::jq::Program> native;  // all of it, or its first steps; null with libjq
  transform::jq::LibjqProgram whole;                     // for libjq: all of it,
  transform::jq::LibjqProgram rest;                      // ... and, with `both`, what comes behind `native`
  std::string reason;                                    // why not all is native
  record::JsonColors colors = record::JsonColors::usual();  // $JQ_COLORS
  record::JsonStyle style;                                  // refers to them
  parse::ParseOptions parse_options;
  bool may_run_long = false;  // its time is not bounded by the record's size

  // Lines without any of the bytes that the program asks for: see Program::required_bytes(). Null when there
  // are none. The second also selects lines with a backslash.
  std::shared_ptr<const filter::Plan> required;
  std::shared_ptr<const filter::Plan> required_or_escaped;
  std::vector<std::string> required_texts;

  // Outputs go through an output::RecordFormat, which is fed with a line of JSON each.
  bool reformats() const noexcept { return options.to != "json"; }
  // Nothing may be left unread: each malformed record is asked for.
  bool reads_all() const noexcept {
    return options.malformed != JqMalformed::skip || !options.reject_file.empty();
  }
  // The run needs the records one after the other, in one place.
  bool is_whole_run() const noexcept {
    return options.null_input || options.slurp || options.stream || reads_input;
  }
  bool reads_input = false;   // the program asks for `input` or `inputs`
  bool counts_lines = false;  // the program asks for input_line_number
  bool is_condition = false;  // of lines: each is read by itself, whatever the source holds
};

// bad_pattern with a caret when the program does not compile.
Result<std::shared_ptr<const RecordPlan>> make_record_plan(const JqOptions& options);

// A condition on lines that are read as `from` says: native, it has an output for the records that meet
// `where`. bad_pattern as above; bad_argument for what takes libjq.
Result<std::shared_ptr<const RecordPlan>> make_condition(const ScanOptions& options, const std::string& where,
                                                         const std::string& from);

std::vector<std::string> explain_condition(const RecordPlan& plan, const std::string& where);
std::vector<std::string> explain_records(const RecordPlan& plan);

}  // namespace weir::pipeline
