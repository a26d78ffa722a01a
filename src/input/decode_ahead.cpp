#include "input/decode_ahead.hpp"

#include <utility>

namespace weir::input {

DecodeAhead::DecodeAhead(std::shared_ptr<const Source> source, std::unique_ptr<UnitDecoder> decoder,
                         std::uint32_t buffer_bytes)
    : source_(std::move(source)), decoder_(std::move(decoder)), buffer_bytes_(buffer_bytes) {
  for (std::uint32_t i = 0; i < kBuffers; ++i) {
    free_.emplace_back();
    free_.back().bytes.reset(new char[buffer_bytes_]);
  }
}

void DecodeAhead::start() {
  {
    const std::lock_guard lock(mutex_);
    running_ = shared_from_this();
  }
  OffloadPool::shared().submit(*this);
}

void DecodeAhead::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

void DecodeAhead::run_on_pool() noexcept {
  for (Piece piece; take_free(piece);) {
    fill(piece);
    hand_out(std::move(piece));
  }
}

// False: the job is over, and `this` may be gone.
bool DecodeAhead::take_free(Piece& piece) {
  std::shared_ptr<DecodeAhead> self;  // let go of after the lock
  const std::lock_guard lock(mutex_);
  if (!may_run()) {
    self = std::move(running_);
    return false;
  }
  piece = std::move(free_.back());
  free_.pop_back();
  return true;
}

void DecodeAhead::fill(Piece& piece) {
  piece.size = 0;
  while (piece.size < buffer_bytes_ && !decoder_->is_done()) {
    piece.size += decoder_->decode(piece.bytes.get() + piece.size, buffer_bytes_ - piece.size);
    if (decoder_->wants_input()) decoder_->filled(fill_input(*source_, *decoder_));
  }
}

void DecodeAhead::hand_out(Piece piece) {
  const std::lock_guard lock(mutex_);
  ended_ = decoder_->is_done();
  if (piece.size > 0) ready_.push_back(std::move(piece));
  if (consumer_ && (ended_ || !ready_.empty())) wake_consumer();
}

void DecodeAhead::wake_consumer() {
  Next* consumer = std::exchange(consumer_, nullptr);
  take_piece();
  consumer->loop_->schedule_threadsafe(*consumer);
}

void DecodeAhead::take_piece() {
  if (current_.bytes) free_.push_back(std::exchange(current_, Piece()));
  if (ready_.empty()) return;
  current_ = std::move(ready_.front());
  ready_.pop_front();
}

// Whether the job has to be submitted again: it found no room before.
bool DecodeAhead::go_on() {
  const std::lock_guard lock(mutex_);
  if (running_ || !may_run()) return false;
  running_ = shared_from_this();
  return true;
}

bool DecodeAhead::Next::ready() {
  bool is_ready = false;
  {
    const std::lock_guard lock(ahead_.mutex_);
    is_ready = ahead_.ended_ || !ahead_.ready_.empty();
    if (is_ready) ahead_.take_piece();
  }
  if (ahead_.go_on()) OffloadPool::shared().submit(ahead_);
  return is_ready;
}

void DecodeAhead::Next::suspend() noexcept {
  loop_ = &loop();
  const std::lock_guard lock(ahead_.mutex_);
  ahead_.consumer_ = this;
  if (ahead_.ended_ || !ahead_.ready_.empty()) ahead_.wake_consumer();
}

std::string_view DecodeAhead::Next::result() {
  return {ahead_.current_.bytes.get(), ahead_.current_.bytes ? ahead_.current_.size : 0};
}

bool DecodeAhead::Next::abandon() noexcept {
  const std::lock_guard lock(ahead_.mutex_);
  return std::exchange(ahead_.consumer_, nullptr) != nullptr;  // otherwise its wake-up is on the way
}

}  // namespace weir::input
