// RawFilter: which lines of JSON a program can say anything about, by the bytes that it asks for, before any
// of them is parsed (Sparser, VLDB 2018). One for each shard.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "pipeline/record_plan.hpp"
#include "text/newlines.hpp"

namespace weir::pipeline {

class RawFilter {
 public:
  explicit RawFilter(const RecordPlan& plan) : plan_(plan) {}

  // The lines of `text` that are to be parsed, good until the next call. Null: all are, because the program
  // asks for nothing, or a line is no object. Text as LineMatcher has it.
  const std::vector<filter::Line>* find(std::string_view text);

  // In the text that find() has looked at, or counted now.
  std::size_t count_newlines(std::string_view text) const noexcept {
    const bool is_known = surveyed_.data() == text.data() && surveyed_.size() == text.size();
    return is_known ? survey_.newlines : text::count_newlines(text);
  }
  // The text may change from here on.
  void forget() noexcept {
    surveyed_ = {};
    survey_ = {};
  }

 private:
  const RecordPlan& plan_;
  std::unique_ptr<filter::LineMatcher> required_;
  std::unique_ptr<filter::LineMatcher> required_or_escaped_;
  std::vector<filter::Line> lines_;
  text::LineSurvey survey_;
  std::string_view surveyed_;  // what it is of
};

}  // namespace weir::pipeline
