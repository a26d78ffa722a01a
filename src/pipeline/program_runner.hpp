// ProgramRunner: the program on one record after the other, on one shard; outputs as text into a block.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>

#include "output/block.hpp"
#include "pipeline/line_counter.hpp"
#include "pipeline/record_plan.hpp"
#include "record/field_set.hpp"
#include "transform/jq/machine.hpp"
#include "transform/jq/projection.hpp"

namespace weir::pipeline {

// Sums of one shard since they were taken last.
struct RecordCounts {
  std::uint64_t records = 0;
  std::uint64_t outputs = 0;
  std::uint64_t malformed = 0;
  std::uint64_t native_records = 0;
  std::uint64_t native_bytes = 0;
  std::uint64_t libjq_records = 0;
  std::uint64_t libjq_bytes = 0;
  std::uint64_t filtered_bytes = 0;
};

// A record as it was found.
struct FoundRecord {
  std::string_view text;     // as it is in the source
  std::uint64_t offset = 0;  // in the source
  LineCounter* lines = nullptr;

  // The number of its first line, from 0, in its unit.
  std::uint64_t line() const noexcept { return lines->line_of(text.data()); }
  // How many lines were begun when it ended, as jq counts them.
  std::uint64_t lines_read() const noexcept {
    return lines->line_of(text.data() + (text.empty() ? 0 : text.size() - 1)) + 1;
  }
};

// How others stop a runner at work.
struct RunControl {
  std::atomic<bool> interrupt{false};   // the machine's work on a record ends
  std::atomic<bool> timed_out{false};   // set before: for the one record; otherwise no other is begun
  std::atomic<std::uint64_t> begun{0};  // records, to see whether the runner gets on
};

// $ENV: the variables of the process.
record::Value program_environment();

class ProgramRunner final : private transform::jq::LibjqSink {
 public:
  ProgramRunner(const RecordPlan& plan, RunControl& control);
  ~ProgramRunner() override;

  const record::FieldSet* fields() const noexcept;
  void begin_source(std::string_view filename) { filename_ = filename; }
  // A text that has nothing to do with those before: it may lie in front of them.
  void begin_text() noexcept { has_halted_ = false; }
  RecordCounts& counts() noexcept { return counts_; }
  void end() noexcept { has_halted_ = true; }
  // `halt`, end(), or interrupted: nothing more is to be run.
  bool is_done() const noexcept { return has_halted_ || is_interrupted_; }

  // A record that was parsed.
  void run(const FoundRecord& found, const record::Value& root, std::span<const record::FieldSlot> slots,
           output::Block& block);
  // The text of a record that libjq has to read. False: it is malformed; problem() says why.
  bool run_text(const FoundRecord& found, output::Block& block);
  const std::string& problem() const noexcept { return problem_; }

 private:
  bool output(std::string_view text, record::Kind kind) override;
  void error(std::string_view text) override;
  void message(std::string_view text) override;
  bool halted(int status, std::string_view text) override;

  transform::jq::LibjqPlace place() const;
  void begin(const FoundRecord& found, output::Block& block);
  void run_natively(const record::Value& root, std::span<const record::FieldSlot> slots);
  bool project(std::span<const record::FieldSlot> slots);
  void count_native() noexcept;
  void run_by_libjq(const record::Value& root);
  template <typename Record>
  bool run_whole(const Record& record);
  bool machine_output(record::Value& value);
  bool put(record::Value& value);
  bool is_too_much();
  bool pass_on(record::Value& value);
  void begin_output();
  void end_output(record::Kind kind);
  void end_interrupted();
  void fail(std::string text);
  void fail_as(const record::Value& error);
  transform::jq::LibjqState* state(std::unique_ptr<transform::jq::LibjqState>& state,
                                   const transform::jq::LibjqProgram& program);
  void note(output::RecordNote::Kind kind, std::string text, int status = 0);

  const RecordPlan& plan_;
  record::Value environment_;
  transform::jq::Context context_;
  std::unique_ptr<transform::jq::Machine> machine_;
  std::optional<transform::jq::Projection> projection_;  // for most of what the machine would do
  std::unique_ptr<transform::jq::LibjqState> whole_;
  std::unique_ptr<transform::jq::LibjqState> rest_;
  RunControl& control_;
  std::string filename_;
  std::string problem_;
  const FoundRecord* found_ = nullptr;  // the record at hand
  output::Block* block_ = nullptr;
  RecordCounts counts_;
  std::size_t text_before_ = 0;  // in the block, ahead of the record at hand
  bool has_failed_ = false;      // on the record at hand
  bool has_halted_ = false;
  bool is_interrupted_ = false;
};

}  // namespace weir::pipeline
