// RecordReport: what has to be said about the records of a run, in the order of the input: errors of the
// program, malformed records, messages; and outputs in another format than JSON. Belongs to the printer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/diagnostics.hpp"
#include "base/unique_fd.hpp"
#include "input/source.hpp"
#include "output/block.hpp"
#include "output/record_format.hpp"
#include "pipeline/record_plan.hpp"
#include "record/json_reader.hpp"

namespace weir::pipeline {

class RecordReport {
 public:
  RecordReport(const RecordPlan& plan, base::Diagnostics& diagnostics);

  // False: the file for rejected records cannot be written; said already.
  bool open();

  // The notes of a block of `source`, `lines` of which lie before its unit.
  void take(const input::Source& source, std::uint64_t lines, const output::Block& block);

  // Lines of JSON in the format that was asked for; good until the next call.
  std::string_view reformat(base::TextBuffer& lines);
  std::string_view finish();

  // Nothing of what comes behind is wanted.
  bool ends_run() const noexcept { return ended_by_malformed_ || halt_status_; }
  bool any_failed() const noexcept { return any_failed_; }
  bool ended_by_malformed() const noexcept { return ended_by_malformed_; }
  std::optional<int> halt_status() const noexcept { return halt_status_; }
  output::LastOutput last_output() const noexcept { return last_output_; }

 private:
  void tell(const input::Source& source, std::uint64_t line, const output::RecordNote& note);
  void reject(const input::Source& source, std::uint64_t line, const output::RecordNote& note);

  const RecordPlan& plan_;
  base::Diagnostics& diagnostics_;
  std::unique_ptr<output::RecordFormat> format_;
  base::TextBuffer formatted_;
  record::JsonReader reader_;
  base::UniqueFd reject_file_;
  output::LastOutput last_output_ = output::LastOutput::none;
  std::optional<int> halt_status_;
  bool any_failed_ = false;
  bool ended_by_malformed_ = false;
};

}  // namespace weir::pipeline
