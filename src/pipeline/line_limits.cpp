#include "pipeline/line_limits.hpp"

#include <algorithm>

namespace weir::pipeline {

void LineLimits::cut(output::Block& block) {
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    if (!wants(block.lines[i])) {
      drop_from(block, i);
      run_ends_ = is_full();
      return;
    }
    take(block.lines[i]);
  }
  if (!block.lines.empty() && is_full() && trailing_ == 0) run_ends_ = true;
}

bool LineLimits::wants(const output::NotedLine& line) const {
  if (line.continues) return true;  // what it continues has been let through
  if (line.selected) return source_.selected < plan_.options.max_count && !is_full();
  return !is_full() || (trailing_ > 0 && !follows_gap(line));
}

void LineLimits::take(const output::NotedLine& line) {
  any_line_ = true;
  number_ = line.number;
  source_.bytes = line.end;
  if (line.selected) {
    if (!line.continues) ++source_.selected;
    source_.matches += line.matches;
    trailing_ = plan_.shows_context() ? plan_.options.after_context : 0;
  } else if (trailing_ > 0) {
    --trailing_;
  }
}

// Then the separator of groups stands in front of it.
bool LineLimits::follows_gap(const output::NotedLine& line) const {
  return plan_.shows_context() && any_line_ && line.number > number_ + 1;
}

void LineLimits::drop_from(output::Block& block, std::size_t index) const {
  const output::NotedLine& line = block.lines[index];
  const std::size_t separator = follows_gap(line) ? plan_.style.context_separator().size() : 0;
  block.text.truncate(line.begin - std::min<std::size_t>(separator, line.begin));
  std::erase_if(block.marks, [&](const output::LineMark& mark) { return mark.begin >= line.begin; });
  std::size_t labels = 0;
  for (std::size_t i = 0; i < index; ++i)
    labels += block.lines[i].labels;
  if (labels < block.labels.size()) block.labels.resize(labels);
  block.lines.resize(index);
}

void LineLimits::adjust(output::Totals& source) {
  source.selected = std::min(source.selected, plan_.options.max_count);
  if (plan_.options.limit == GrepOptions::kNoLimit || plan_.lists_files()) return;
  if (plan_.notes_lines(false)) {
    source.selected = source_.selected;
    source.matches = source_.matches;
    if (run_ends_) source.bytes = source_.bytes;
  } else {
    source.selected = std::min(source.selected, plan_.options.limit - before_);
    source_.selected = source.selected;
    run_ends_ = is_full();
  }
}

void LineLimits::end_source(bool listed) {
  before_ += plan_.lists_files() ? std::uint64_t{listed} : source_.selected;
  source_ = {};
  any_line_ = false;
  trailing_ = 0;
  run_ends_ = run_ends_ || before_ >= plan_.options.limit;
}

}  // namespace weir::pipeline
