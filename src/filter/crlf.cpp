// Lines that end with "\r\n" (PatternOptions::crlf): the plan sees them without the '\r', so that every
// engine is as right as it is for other lines. A text without any '\r' is handed on as it is.
#include <algorithm>
#include <cstring>
#include <utility>

#include "filter/engine.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kWindowBytes = 256 * 1024;  // of text copied at a time; a longer line is not copied
constexpr std::size_t kReadable = 64;             // bytes behind a text that a matcher may read

std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

class CrlfMatcher final : public LineMatcher {
 public:
  explicit CrlfMatcher(std::unique_ptr<LineMatcher> main) : main_(std::move(main)) {}

  std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) override {
    if (text.find('\r') == std::string_view::npos) return main_->find_lines(text, limit, lines);
    for (std::size_t begin = 0; begin < text.size();) {
      if (limit == 0) return begin;
      const std::size_t last = text::line_begin(text, std::min(begin + kWindowBytes, text.size()));
      const std::size_t end = last > begin ? last : std::min(text::line_end(text, begin) + 1, text.size());
      found_.clear();
      find_in_window(text.substr(begin, end - begin), limit, end == text.size());
      for (const Line& line : found_)
        lines.push_back(
            {line.begin + static_cast<std::uint32_t>(begin), line.end + static_cast<std::uint32_t>(begin)});
      limit -= found_.size();
      if (limit == 0) return std::min(lines.back().end + std::size_t{1}, text.size());
      begin = end;
    }
    return text.size();
  }

  std::uint64_t undecided_lines() const noexcept override { return main_->undecided_lines(); }

 private:
  // Puts the lines of `window` that match, with their '\r', into found_. `at_end`: nothing follows it.
  void find_in_window(std::string_view window, std::size_t limit, bool at_end) {
    const std::size_t first_end = text::line_end(window, 0);
    const bool is_one_line = first_end + 1 >= window.size();
    const std::string_view line = without_return(window.substr(0, first_end));
    if (is_one_line && !line.empty()) {
      main_->find_lines(line, 1, found_);
      if (!found_.empty()) found_.front().end = static_cast<std::uint32_t>(first_end);
      return;
    }
    copy(window, at_end);
    main_->find_lines(std::string_view(text_).substr(0, text_.size() - kReadable), limit, found_);
    std::size_t dropped = 0;  // before the line's begin
    for (Line& found : found_) {
      while (dropped < dropped_at_.size() && dropped_at_[dropped] < found.begin)
        ++dropped;
      const bool has_return = dropped < dropped_at_.size() && dropped_at_[dropped] == found.end;
      found.begin += static_cast<std::uint32_t>(dropped);
      found.end += static_cast<std::uint32_t>(dropped + (has_return ? 1 : 0));
    }
  }

  // `window` without each '\r' in front of a '\n' or of the end, and where in the copy they were missing. A
  // '\r' that is a whole line leaves an empty one.
  void copy(std::string_view window, bool at_end) {
    text_.clear();
    dropped_at_.clear();
    std::size_t done = 0;
    for (std::size_t at = window.find('\r'); at != std::string_view::npos; at = window.find('\r', at + 1)) {
      const bool is_last = at + 1 == window.size();
      if (is_last ? !at_end : window[at + 1] != '\n') continue;
      text_.append(window, done, at - done);
      dropped_at_.push_back(static_cast<std::uint32_t>(text_.size()));
      if (is_last) text_.push_back('\n');
      done = at + 1;
    }
    text_.append(window, done);
    text_.append(kReadable, '\0');
  }

  std::unique_ptr<LineMatcher> main_;
  std::string text_;
  std::vector<std::uint32_t> dropped_at_;
  std::vector<Line> found_;
};

class CrlfFinder final : public MatchFinder {
 public:
  explicit CrlfFinder(std::unique_ptr<MatchFinder> main) : main_(std::move(main)) {}

  bool find(std::string_view line, std::size_t from, Match& match) override {
    const std::string_view shown = without_return(line);
    return from <= shown.size() && main_->find(shown, from, match);
  }

  std::string_view group(std::string_view line, std::size_t from, const std::string& name) override {
    return main_->group(without_return(line), from, name);
  }

 private:
  std::unique_ptr<MatchFinder> main_;
};

class CrlfTeller final : public PatternTeller {
 public:
  explicit CrlfTeller(std::unique_ptr<PatternTeller> main) : main_(std::move(main)) {}

  void which(std::string_view line, std::vector<std::uint32_t>& patterns) override {
    main_->which(without_return(line), patterns);
  }

  std::uint32_t of_match(std::string_view line, std::size_t from, Match match) override {
    return main_->of_match(without_return(line), from, match);
  }

 private:
  std::unique_ptr<PatternTeller> main_;
};

class CrlfPlan final : public Plan {
 public:
  explicit CrlfPlan(std::shared_ptr<const Plan> main) : main_(std::move(main)) {}

  std::unique_ptr<LineMatcher> make_line_matcher() const override {
    return std::make_unique<CrlfMatcher>(main_->make_line_matcher());
  }
  std::vector<Check> make_checks() const override {
    std::vector<Check> checks = main_->make_checks();
    for (Check& check : checks)
      check.matcher = std::make_unique<CrlfMatcher>(std::move(check.matcher));
    return checks;
  }
  std::unique_ptr<MatchFinder> make_match_finder(bool with_groups) const override {
    return std::make_unique<CrlfFinder>(main_->make_match_finder(with_groups));
  }
  std::unique_ptr<PatternTeller> make_pattern_teller() const override {
    return std::make_unique<CrlfTeller>(main_->make_pattern_teller());
  }
  std::string_view engine() const override { return main_->engine(); }
  std::vector<std::string> explain() const override {
    std::vector<std::string> lines = main_->explain();
    lines.emplace_back("line end: CR LF or LF, neither is part of a line");
    return lines;
  }

 private:
  std::shared_ptr<const Plan> main_;
};

}  // namespace

std::shared_ptr<const Plan> without_returns(std::shared_ptr<const Plan> plan) {
  return std::make_shared<const CrlfPlan>(std::move(plan));
}

}  // namespace weir::filter
