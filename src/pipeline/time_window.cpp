#include "pipeline/time_window.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "text/newlines.hpp"
#include "text/when.hpp"

namespace weir::pipeline {

namespace {

using input::RecordTime;

Error of_option(const char* option, const Error& error) {
  return Error(error.code, std::string(option) + ": " + error.what);
}

std::int64_t now_ns() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

// In UTC.
std::string time_text(std::int64_t at) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t seconds = text::floor_divide(at, kSecond);
  const std::int64_t days = text::floor_divide(seconds, text::kDaySeconds);
  const std::int64_t in_day = seconds - days * text::kDaySeconds;
  const text::CivilDate date = text::date_of(days);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day,
                                 in_day / 3600, in_day / 60 % 60, in_day % 60);
  const std::int64_t nanos = at - seconds * kSecond;
  if (nanos > 0) text += fmt::format(".{:09}", nanos);
  return text + "Z";
}

}  // namespace

Result<text::TimestampOptions> make_stamp_options(const ScanOptions& options) {
  text::TimestampOptions stamps;
  auto zone = text::TimeZone::find(options.time_zone);
  if (!zone) return of_option("--tz", zone.error());
  stamps.zone = zone.value();
  if (options.time_format) {
    auto pattern = text::StampPattern::parse(*options.time_format);
    if (!pattern) return of_option("--time-format", pattern.error());
    stamps.pattern = pattern.value();
  }
  return stamps;
}

Result<std::optional<TimeWindow>> make_time_window(const ScanOptions& options) {
  if (!options.since && !options.until && options.time_zone.empty() && !options.time_format)
    return std::optional<TimeWindow>();  // the time zone need not be read, which takes a while
  TimeWindow window;
  auto stamps = make_stamp_options(options);
  if (!stamps) return stamps.error();
  window.zone = stamps.value().zone;
  window.pattern = stamps.value().pattern;
  const std::int64_t now = now_ns();
  if (options.since) {
    const auto since = text::parse_when(*options.since, now, *window.zone);
    if (!since) return of_option("--since", since.error());
    window.since = since.value();
  }
  if (options.until) {
    const auto until = text::parse_when(*options.until, now, *window.zone);
    if (!until) return of_option("--until", until.error());
    window.until = until.value();
  }
  if (!options.since && !options.until) return std::optional<TimeWindow>();
  if (window.since >= window.until)
    return Error(ErrorCode::bad_argument, "--until: '" + *options.until + "' is not later than --since '" +
                                              *options.since + "': nothing lies between them");
  return std::optional<TimeWindow>(std::move(window));
}

std::string explain_window(const TimeWindow& window, const ScanOptions& options) {
  std::string text;
  if (window.has_since()) text += "since: " + time_text(window.since) + "\n";
  if (window.has_until()) text += "until: before " + time_text(window.until) + "\n";
  text +=
      "time stamps: " + (options.time_format ? *options.time_format : std::string("known notations")) + "\n";
  text += "time zone of stamps without one: " +
          (options.time_zone.empty() ? std::string("local") : options.time_zone) + "\n";
  const bool searches = options.time_search_bytes != GrepOptions::kNoLimit;
  text += searches ? "window: searched for by halving in files from " +
                         std::to_string(options.time_search_bytes) + " bytes on\n"
                   : std::string("window: all of each file is read\n");
  return text;
}

RecordTime WindowFilter::time_of(std::string_view line) noexcept {
  const auto at = reader_.read(line);
  if (!at) return RecordTime::none;
  return window_.contains(*at) ? RecordTime::inside : RecordTime::outside;
}

// What `line` belongs to. The one before `known` belongs to current_.
RecordTime WindowFilter::look_back(std::string_view text, std::size_t known, filter::Line line) {
  std::size_t begin = line.begin;
  for (std::size_t end = line.end;; begin = text::line_begin(text, end)) {
    const RecordTime time = time_of(text.substr(begin, end - begin));
    if (time != RecordTime::none) return time;
    if (begin <= known) return current_;
    end = begin - 1;
  }
}

void WindowFilter::keep(std::string_view text, std::vector<filter::Line>& lines) {
  if (text.empty()) return;
  std::size_t known = 0;
  std::size_t kept = 0;
  for (const filter::Line line : lines) {
    current_ = look_back(text, known, line);
    known = line.end + std::size_t{1};
    if (current_ == RecordTime::inside) lines[kept++] = line;
    if (current_ == RecordTime::none) ++untimed_;
  }
  lines.resize(kept);
  if (known >= text.size()) return;
  const std::size_t end = text.size() - (text.back() == '\n' ? 1 : 0);
  const std::size_t last = text::line_begin(text, end);
  current_ = look_back(text, known, {static_cast<std::uint32_t>(last), static_cast<std::uint32_t>(end)});
}

const std::vector<WindowFilter::Stretch>& WindowFilter::find_stretches(std::string_view text) {
  stretches_.clear();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text::line_end(text, at);
    const RecordTime time = time_of(text.substr(at, end - at));
    if (time != RecordTime::none) current_ = time;
    const std::size_t next = std::min(end + 1, text.size());
    if (current_ == RecordTime::inside) {
      if (stretches_.empty() || stretches_.back().end != at) stretches_.push_back({at, at});
      stretches_.back().end = next;
    }
    at = next;
  }
  return stretches_;
}

}  // namespace weir::pipeline
