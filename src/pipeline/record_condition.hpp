// RecordCondition: --where of grep: of the lines that the patterns selected those whose record meets a
// condition in the jq language. A line is read as the records of its source are, by itself; what is no record
// does not meet any condition.
//
// The RecordPlan is shared by all shards and immutable; a RecordCondition belongs to one shard.
#pragma once

#include <atomic>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "input/source.hpp"
#include "pipeline/raw_filter.hpp"
#include "pipeline/record_plan.hpp"
#include "record/json_reader.hpp"
#include "text/chunk.hpp"
#include "transform/jq/machine.hpp"

namespace weir::pipeline {

class RecordCondition {
 public:
  // The plan and the flag, which ends the work on a record, outlive it.
  RecordCondition(const RecordPlan& plan, const std::atomic<bool>* interrupt);

  // Before the lines of a chunk: which source they are of. The chunks of a source's begin come in order.
  void begin(const text::Chunk& chunk, const input::Unit& unit);

  // Leaves of the lines of `text`, which begins `offset` bytes behind the begin of the source, the first
  // `limit` that meet the condition.
  void keep(std::string_view text, std::uint64_t offset, std::uint64_t limit,
            std::vector<filter::Line>& lines);

 private:
  using Lines = std::span<const filter::Line>;

  void begin_parser();
  void sieve(std::string_view text, std::vector<filter::Line>& lines);
  void keep_json(std::string_view text, Lines lines, std::uint64_t limit);
  void keep_json_run(std::string_view text, Lines lines, std::uint64_t limit);
  void keep_parsed(std::string_view text, Lines lines, std::uint64_t limit);
  bool meets_mended(std::string_view text);
  bool meets(const record::Value& root, std::span<const record::FieldSlot> slots);

  const RecordPlan& plan_;
  record::Value environment_;
  transform::jq::Context context_;
  transform::jq::Machine machine_;
  record::JsonReader reader_;
  record::JsonReader mended_reader_;
  parse::ParserPtr parser_;
  std::string parser_format_;
  RawFilter raw_filter_;
  std::shared_ptr<input::Source> source_;  // whose lines are asked about
  bool begins_source_ = false;             // its first line may be among them
  bool header_is_bad_ = false;
  bool is_interrupted_ = false;
  record::Record record_;
  record::Value fields_;  // the record of the line before, to be filled anew
  std::string mended_;    // a record whose bytes were not all UTF-8
  std::vector<filter::Line> kept_;
};

}  // namespace weir::pipeline
