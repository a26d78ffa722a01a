// What one shard knows records of several lines by (--record-start, --record=auto).
#pragma once

#include <memory>

#include "filter/records.hpp"
#include "input/record_rules.hpp"
#include "pipeline/scan_plan.hpp"

namespace weir::pipeline {

class ShardRecords {
 public:
  explicit ShardRecords(const ScanPlan& plan) {
    if (plan.record_start) by_pattern_ = filter::make_pattern_starts(*plan.record_start);
  }

  // None when a line is a record.
  input::RecordRules rules() noexcept { return {by_pattern_.get(), by_pattern_.get()}; }

 private:
  std::unique_ptr<text::RecordStarts> by_pattern_;
};

}  // namespace weir::pipeline
