// What one shard knows records of several lines by (--record-start, --record=auto).
#pragma once

#include <memory>

#include "filter/records.hpp"
#include "input/record_rules.hpp"
#include "pipeline/scan_plan.hpp"

namespace weir::pipeline {

class ShardRecords {
 public:
  explicit ShardRecords(const ScanPlan& plan) : is_automatic_(plan.options.record_auto) {
    if (plan.record_start) by_pattern_ = filter::make_pattern_starts(*plan.record_start);
  }

  // None when a line is a record.
  input::RecordRules rules() noexcept {
    if (is_automatic_) return {&by_stamp_, &by_indent_};
    return {by_pattern_.get(), by_pattern_.get()};
  }

 private:
  bool is_automatic_;
  text::StampStarts by_stamp_;
  text::OutdentStarts by_indent_;
  std::unique_ptr<text::RecordStarts> by_pattern_;
};

}  // namespace weir::pipeline
