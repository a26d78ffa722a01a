#include "pipeline/raw_filter.hpp"

namespace weir::pipeline {

const std::vector<filter::Line>* RawFilter::find(std::string_view text) {
  if (!plan_.required || text.empty()) return nullptr;
  survey_ = text::survey_lines(text, '{');
  surveyed_ = text;
  if (text.front() != '{' || !survey_.all_begin_so) return nullptr;
  std::unique_ptr<filter::LineMatcher>& matcher = survey_.has_backslash ? required_or_escaped_ : required_;
  if (!matcher)
    matcher = (survey_.has_backslash ? *plan_.required_or_escaped : *plan_.required).make_line_matcher();
  lines_.clear();
  matcher->find_lines(text, text.size(), lines_);
  return &lines_;
}

}  // namespace weir::pipeline
