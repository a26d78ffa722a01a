// From options as given to decisions: engine, inputs, backend, number of shards. Reads nothing but the
// environment and the kinds of the paths.
#pragma once

#include <memory>
#include <optional>

#include "filter/multiline.hpp"
#include "io/backend.hpp"
#include "pipeline/discovery.hpp"
#include "pipeline/record_plan.hpp"
#include "pipeline/time_window.hpp"
#include "weir/error.hpp"
#include "weir/grep.hpp"

namespace weir::pipeline {

struct Resolved {
  std::shared_ptr<const filter::Plan> filter;
  std::shared_ptr<const filter::RegexSet> multiline;  // or nothing
  std::shared_ptr<const filter::Plan> record_start;   // or nothing
  std::shared_ptr<const RecordPlan> condition;        // --where, or nothing
  Inputs inputs;
  io::BackendChoice backend;
  int jobs = 1;
  bool names = false;
  std::optional<TimeWindow> window;
};

Result<Resolved> resolve(const GrepOptions& options, Purpose purpose = Purpose::scan);

}  // namespace weir::pipeline
