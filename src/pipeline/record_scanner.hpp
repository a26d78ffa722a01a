// RecordScanner: chunk in, block out, as LineScanner, for runs of jq: finds the records of a chunk and runs
// the program on each. On one shard, or on a thread that works for it alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "pipeline/line_scanner.hpp"
#include "pipeline/program_runner.hpp"
#include "pipeline/raw_filter.hpp"
#include "record/json_reader.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

class RecordScanner {
 public:
  RecordScanner(const RecordPlan& plan, RunControl& control);

  void scan(const text::Chunk& chunk, UnitState& state, output::Block& block);

  // Of a chunk that is lent, before it is scanned: takes copies of the lines that the program can say
  // anything about, so that nothing else of its text is looked at but to count lines. False where it cannot
  // be told which, or the text was changed meanwhile: then it must not be scanned as it is.
  bool take_lines(const text::Chunk& chunk, const input::Source& source);

  RecordCounts take_counts() { return std::exchange(runner_.counts(), {}); }

 private:
  void begin_source(const UnitState& state);
  void scan_text(std::string_view text, std::uint64_t offset, std::uint64_t line);
  void scan_joined(const text::Chunk& chunk, UnitState& state);
  void drop_joined(UnitState& state);
  void scan_whole_values(JoinedText& joined, UnitState& state);
  void scan_stretches(const text::Chunk& chunk, std::size_t from, UnitState& state);
  bool is_in_window(std::string_view record);
  bool is_over() const noexcept { return is_ended_ || runner_.is_done(); }
  void scan_json(std::string_view text, record::JsonFraming framing);
  void scan_required(std::string_view text, const std::vector<filter::Line>& lines);
  void scan_copies(std::string_view text);
  void scan_lines(std::string_view text);
  void scan_line(std::string_view line);
  void reject(const FoundRecord& found, std::string reason);
  FoundRecord found(std::string_view record) {
    return {record, offset_ + lines_.offset_of(record.data()), &lines_};
  }

  const RecordPlan& plan_;
  ProgramRunner runner_;
  RawFilter raw_filter_;
  record::JsonReader reader_;
  parse::ParserPtr parser_;
  std::string parser_format_;
  record::Record record_;
  record::Value fields_;                   // the record of the line before, to be filled anew
  std::shared_ptr<input::Source> source_;  // that the parser reads
  WindowFilter* window_ = nullptr;         // that decides about each record by itself
  bool header_is_bad_ = false;
  bool is_ended_ = false;  // the unit, by a malformed record
  std::string whole_;      // what is too scattered to be read in place
  struct Copied {
    std::size_t at;    // in the chunk's text
    std::size_t from;  // in copies_
    std::size_t bytes;
  };
  std::vector<Copied> copied_;
  std::string copies_;  // each with padding behind it
  bool has_copies_ = false;
  output::Block* block_ = nullptr;
  std::string_view text_;     // being scanned
  std::uint64_t offset_ = 0;  // of it in the source
  LineCounter lines_;
};

}  // namespace weir::pipeline
