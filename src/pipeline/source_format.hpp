// What the records of a source are: said by the options, or found out from its first bytes.
#pragma once

#include <string>
#include <string_view>

#include "input/source.hpp"
#include "pipeline/record_plan.hpp"

namespace weir::pipeline {

inline constexpr std::string_view kJsonFormat = "json";
inline constexpr std::string_view kLineFormat = "line";  // -R: each line is a string

// Sets what the source says of its records, once. `head` is what it begins with: 64 KiB, or all there is of
// it, or at the least its first line.
void settle_format(input::Source& source, std::string_view head, const RecordPlan& plan);

// "FILE: json, a record a line": what a file's records would be taken for; "" for what is no plain file.
std::string explain_format(const std::string& path, const RecordPlan& plan);

// Whether the first bytes are needed for that.
bool needs_head(const RecordPlan& plan) noexcept;

}  // namespace weir::pipeline
