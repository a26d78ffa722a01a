#include "pipeline/labels.hpp"

#include <algorithm>
#include <map>

namespace weir::pipeline {

Labels::Labels(const GrepOptions& options) {
  std::map<std::string, std::uint32_t> known;
  for (std::size_t i = 0; i < options.patterns.size(); ++i) {
    const bool is_named = i < options.pattern_names.size() && !options.pattern_names[i].empty();
    const std::string name = is_named ? options.pattern_names[i] : std::to_string(i + 1);
    const auto [label, is_new] = known.emplace(name, static_cast<std::uint32_t>(names.size()));
    if (is_new) names.push_back(name);
    of_pattern.push_back(label->second);
  }
}

const std::vector<std::uint32_t>& Labeller::of_line(std::string_view line) {
  teller_->which(line, found_);
  for (std::uint32_t& found : found_)
    found = labels_.of_pattern[found];
  std::sort(found_.begin(), found_.end());
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  return found_;
}

const std::string& Labeller::text_of_line(std::string_view line) {
  text_.clear();
  for (const std::uint32_t label : of_line(line)) {
    if (!text_.empty()) text_ += ',';
    text_ += labels_.names[label];
  }
  return text_;
}

const std::string& Labeller::text_of_match(std::string_view line, std::size_t from, filter::Match match) {
  return labels_.names[labels_.of_pattern[teller_->of_match(line, from, match)]];
}

const std::vector<std::string_view>& Labeller::names_of_line(std::string_view line) {
  names_.clear();
  for (const std::uint32_t label : of_line(line))
    names_.push_back(labels_.names[label]);
  return names_;
}

}  // namespace weir::pipeline
