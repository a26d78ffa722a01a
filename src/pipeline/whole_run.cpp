#include "pipeline/whole_run.hpp"

#include <unistd.h>

#include <cerrno>

namespace weir::pipeline {

namespace {

using transform::jq::LibjqEnd;
using transform::jq::LibjqState;

constexpr std::size_t kMostWaiting = std::size_t{4} << 20;  // bytes of text
constexpr std::size_t kBlock = 128 * 1024;                  // of output

}  // namespace

WholeRun::WholeRun(const RecordPlan& plan, base::Diagnostics& diagnostics)
    : plan_(plan), diagnostics_(diagnostics), thread_([this] { run(); }) {}

WholeRun::~WholeRun() {
  cancel();
  if (thread_.joinable()) thread_.join();
}

bool WholeRun::push(const void* source, std::string_view name, std::string_view text) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_bytes_ < kMostWaiting || is_refused_ || is_closed_; });
  if (is_refused_ || is_closed_) return false;
  waiting_.push_back({source, std::string(name), std::string(text)});
  waiting_bytes_ += text.size();
  changed_.notify_all();
  return true;
}

void WholeRun::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void WholeRun::cancel() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  is_cancelled_ = true;
  waiting_.clear();
  changed_.notify_all();
}

void WholeRun::run() {
  transform::jq::LibjqStyle style;
  style.json = plan_.style;
  style.raw_strings = plan_.options.raw_output || plan_.options.join_output;
  std::string problem;
  state_ = LibjqState::make(plan_.whole, style, problem);
  if (!state_) {
    diagnostics_.error(problem);
  } else {
    transform::jq::LibjqStreamOptions options;
    options.null_input = plan_.options.null_input;
    options.slurp = plan_.options.slurp;
    options.raw = plan_.options.raw_input;
    options.stream = plan_.options.stream;
    options.seq = plan_.options.seq;
    options.most_bytes = plan_.options.memory_bytes;
    const LibjqEnd end = state_->run_all(*this, options, *this);
    if (is_cancelled_) {
      // What it makes of a part of its input is no answer, nor an error.
    } else if (end == LibjqEnd::malformed) {
      ++result_.malformed;
      result_.ended_by_malformed = plan_.options.malformed == JqMalformed::fail;
      diagnostics_.note(place() + state_->problem());
      result_.any_error = true;
    } else if (end != LibjqEnd::done && end != LibjqEnd::stopped) {
      diagnostics_.error(place() + state_->problem() + (end == LibjqEnd::too_large ? " (--memory)" : ""));
    }
  }
  flush();
  const std::lock_guard lock(mutex_);
  is_refused_ = true;
  changed_.notify_all();
}

bool WholeRun::next(Piece& piece) {
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && !is_closed_) {
    lock.unlock();
    flush();  // nothing may lie here while the next text is waited for
    lock.lock();
  }
  changed_.wait(lock, [this] { return !waiting_.empty() || is_closed_; });
  if (waiting_.empty()) return false;
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= current_.text.size();
  changed_.notify_all();
  piece.text = current_.text;
  piece.filename = current_.name;
  piece.begins_file = current_.source != last_source_;
  last_source_ = current_.source;
  result_.libjq_bytes += current_.text.size();
  return true;
}

std::string WholeRun::place() const {
  const transform::jq::LibjqPlace place = state_->place();
  const std::string name = place.filename.empty() ? "(standard input)" : std::string(place.filename);
  return name + ":" + std::to_string(place.line) + ": ";
}

bool WholeRun::output(std::string_view text, record::Kind kind) {
  if (is_cancelled_) return false;
  if (plan_.options.seq) out_.append('\x1e');
  out_.append(text);
  if (!plan_.options.join_output) out_.append('\n');
  ++result_.outputs;
  result_.any_output = true;
  result_.last_is_true = kind != record::Kind::null && kind != record::Kind::false_value;
  if (out_.size() >= kBlock) flush();
  return write_error_ == 0;
}

void WholeRun::error(std::string_view text) {
  if (is_cancelled_) return;
  if (text.substr(0, 2) == ": ") text.remove_prefix(2);
  if (text.substr(0, 1) == " ") text.remove_prefix(1);
  result_.any_program_error = true;
  diagnostics_.note(place() + std::string(text));
}

void WholeRun::message(std::string_view text) {
  diagnostics_.as_it_is(text);
}

bool WholeRun::halted(int status, std::string_view text) {
  if (!text.empty()) diagnostics_.as_it_is(text);
  result_.halt_status = status;
  return false;
}

void WholeRun::flush() {
  std::string_view text = out_.view();
  while (!text.empty() && write_error_ == 0) {
    const ssize_t put = ::write(plan_.options.output_fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      write_error_ = errno;
      if (errno != EPIPE) diagnostics_.error("standard output: write: " + base::errno_text(errno));
      break;
    }
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  out_.clear();
}

void WholeRun::summarise(JqSummary& summary) const {
  summary.any_output = result_.any_output;
  summary.last_is_true = result_.last_is_true;
  summary.any_error = summary.any_error || result_.any_error;
  summary.any_program_error = result_.any_program_error;
  summary.ended_by_malformed = result_.ended_by_malformed;
  summary.halt_status = result_.halt_status;
  summary.outputs = result_.outputs;
  summary.malformed = result_.malformed;
  summary.libjq_bytes = result_.libjq_bytes;
}

}  // namespace weir::pipeline
