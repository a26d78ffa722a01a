#include "filter/records.hpp"

#include <algorithm>

#include "text/chunk.hpp"
#include "text/newlines.hpp"

namespace weir::filter {

namespace {

constexpr std::size_t kAll = ~std::size_t{0};

class PatternStarts final : public text::RecordStarts {
 public:
  explicit PatternStarts(const Plan& plan) : matcher_(plan.make_line_matcher()) {}

  bool starts(std::string_view line) override {
    // A matcher takes an empty text to hold no line.
    static constexpr char kEmptyLine[1 + text::kPadding] = {'\n'};
    found_.clear();
    matcher_->find_lines(line.empty() ? std::string_view(kEmptyLine, 1) : line, 1, found_);
    return !found_.empty();
  }

  std::size_t next(std::string_view text, std::size_t from) override {
    if (from >= text.size()) return text.size();
    found_.clear();
    matcher_->find_lines(text.substr(from), 1, found_);
    return found_.empty() ? text.size() : from + found_.front().begin;
  }

 private:
  std::unique_ptr<LineMatcher> matcher_;
  std::vector<Line> found_;
};

// Without the last line's '\n'.
Line line_of(std::string_view text, std::size_t begin, std::size_t end) {
  if (end > begin && text[end - 1] == '\n') --end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace

std::unique_ptr<text::RecordStarts> make_pattern_starts(const Plan& plan) {
  return std::make_unique<PatternStarts>(plan);
}

void RecordMatcher::find_records(std::string_view text, text::RecordStarts& starts, std::size_t limit,
                                 bool inverts, std::vector<Line>& records) {
  hits_.clear();
  selected_.clear();
  checks_.front().matcher->find_lines(text, kAll, hits_);
  std::size_t done = 0;
  for (const Line& hit : hits_) {
    if (hit.begin < done) continue;
    if (!inverts && selected_.size() == limit) break;
    const Range record = record_around(text, starts, done, hit);
    done = record.end;
    if (meets_conditions(text, record)) selected_.push_back(line_of(text, record.begin, record.end));
  }
  if (inverts) return add_others(text, starts, limit, records);
  records.insert(records.end(), selected_.begin(), selected_.end());
}

// The record that holds the line `hit`; what is before `done` belongs to others.
RecordMatcher::Range RecordMatcher::record_around(std::string_view text, text::RecordStarts& starts,
                                                  std::size_t done, const Line& hit) const {
  const std::size_t behind = std::min<std::size_t>(hit.end + std::size_t{1}, text.size());
  const std::size_t last = starts.last(text.substr(0, behind), done);
  const std::size_t begin = last == std::string_view::npos ? done : last;
  return piece_around(text, {begin, starts.next(text, behind)}, hit.begin);
}

RecordMatcher::Range RecordMatcher::piece_around(std::string_view text, Range record, std::size_t at) const {
  if (record.end - record.begin <= max_bytes_) return record;
  const std::string_view whole = text.substr(0, record.end);
  for (;;) {
    const std::size_t end = text::piece_end(whole, record.begin, max_bytes_);
    if (end > at) return {record.begin, end};
    record.begin = end;
  }
}

bool RecordMatcher::meets_conditions(std::string_view text, Range record) {
  const std::string_view lines = text.substr(record.begin, record.end - record.begin);
  return std::all_of(checks_.begin() + 1, checks_.end(), [this, lines](const Check& check) {
    found_.clear();
    check.matcher->find_lines(lines, 1, found_);
    return found_.empty() == check.excludes;
  });
}

// The records between the selected ones.
void RecordMatcher::add_others(std::string_view text, text::RecordStarts& starts, std::size_t limit,
                               std::vector<Line>& records) const {
  auto next = selected_.begin();
  for (std::size_t begin = 0, added = 0; begin < text.size() && added < limit;) {
    const std::size_t behind = std::min(text::line_end(text, begin) + 1, text.size());
    std::size_t end = starts.next(text, behind);
    if (end - begin > max_bytes_) end = text::piece_end(text.substr(0, end), begin, max_bytes_);
    if (next != selected_.end() && next->begin == begin) {
      ++next;
    } else {
      records.push_back(line_of(text, begin, end));
      ++added;
    }
    begin = end;
  }
}

std::uint64_t RecordMatcher::undecided_lines() const noexcept {
  std::uint64_t count = 0;
  for (const Check& check : checks_)
    count += check.matcher->undecided_lines();
  return count;
}

}  // namespace weir::filter
