#include "pipeline/look_back.hpp"

#include <algorithm>
#include <string>

#include "input/read_source.hpp"
#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

using input::RecordTime;

constexpr std::uint64_t kFirstStep = 4096;
constexpr std::uint64_t kMostStep = 256 * 1024;

class LookBack {
 public:
  LookBack(std::shared_ptr<input::Source> source, WindowFilter& filter, std::uint64_t line_begin,
           std::uint64_t max_line_bytes)
      : source_(std::move(source)),
        filter_(filter),
        from_(line_begin),
        at_(line_begin),
        max_line_bytes_(max_line_bytes) {}

  Coro<RecordTime> run();

 private:
  Coro<std::string> read(std::uint64_t offset, std::uint64_t length) const;
  bool take_lines(std::string_view text);
  Coro<void> take_long_line();
  void settle(std::uint64_t line, RecordTime time) noexcept {
    at_ = line;
    time_ = time;
  }

  std::shared_ptr<input::Source> source_;
  WindowFilter& filter_;
  std::uint64_t from_;
  std::uint64_t at_;  // the line that ends here is next
  std::uint64_t max_line_bytes_;
  RecordTime time_ = RecordTime::none;
};

Coro<std::string> LookBack::read(std::uint64_t offset, std::uint64_t length) const {
  std::string bytes(length, '\0');
  for (std::size_t filled = 0; filled < length;) {
    bool immediate = true;
    const int got =
        co_await input::read_source(source_.get(), bytes.data() + filled,
                                    static_cast<std::uint32_t>(length - filled), offset + filled, &immediate);
    if (got <= 0) break;  // whoever reads the line itself reports it
    filled += static_cast<std::size_t>(got);
  }
  co_return bytes;
}

// The whole lines at the end of `text`, which ends at at_. False when there is none.
bool LookBack::take_lines(std::string_view text) {
  const std::uint64_t offset = at_ - text.size();
  std::size_t end = text.size();
  while (end > 0 && time_ == RecordTime::none) {
    const std::size_t begin = text::line_begin(text, end - 1);
    if (begin == 0 && offset > source_->start) break;
    const bool counts = end - 1 - begin <= max_line_bytes_;
    const RecordTime time = counts ? filter_.time_of(text.substr(begin, end - 1 - begin)) : RecordTime::none;
    settle(offset + begin, time);
    end = begin;
  }
  return end < text.size();
}

// The line that ends at at_ is longer than a step.
Coro<void> LookBack::take_long_line() {
  const std::uint64_t end = at_ - 1;
  std::uint64_t begin = end;
  while (begin > source_->start) {
    const std::uint64_t step = std::min(kMostStep, begin - source_->start);
    const std::string bytes = co_await read(begin - step, step);
    const std::size_t in_step = text::line_begin(bytes, bytes.size());
    begin = begin - step + in_step;
    if (in_step > 0) break;
  }
  RecordTime time = RecordTime::none;
  if (end - begin <= max_line_bytes_) {
    const std::uint64_t seen = std::min<std::uint64_t>(end - begin, text::kStampReach);
    const std::string head = co_await read(begin, seen);
    time = filter_.time_of(head);
  }
  settle(begin, time);
}

Coro<RecordTime> LookBack::run() {
  std::uint64_t step = kFirstStep;
  while (at_ > source_->start && time_ == RecordTime::none) {
    if (const auto known = source_->stamps.before(at_)) {
      settle(known->begin, known->time);
      continue;
    }
    const std::uint64_t length = std::min(step, at_ - source_->start);
    const std::string bytes = co_await read(at_ - length, length);
    if (bytes.size() < length) break;
    const bool took = take_lines(bytes);
    if (!took && step == kMostStep) co_await take_long_line();
    step = std::min(2 * step, kMostStep);
  }
  const input::StampTrail::Stretch stretch{at_, from_, time_};
  source_->stamps.note(stretch);
  co_return time_;
}

}  // namespace

Coro<RecordTime> look_back(std::shared_ptr<input::Source> source, WindowFilter* filter,
                           std::uint64_t line_begin, std::uint64_t max_line_bytes) {
  LookBack search(std::move(source), *filter, line_begin, max_line_bytes);
  co_return co_await search.run();
}

}  // namespace weir::pipeline
