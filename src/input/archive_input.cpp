#include "input/archive_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/diagnostics.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kPiece = 64 * 1024;
constexpr int kPatience = 50;  // ms between looks at whether to stop

}  // namespace

ArchiveInput::ArchiveInput(std::shared_ptr<const Source> source, std::string head,
                           std::unique_ptr<UnitDecoder> decoder, const std::atomic<bool>& stop)
    : source_(std::move(source)),
      head_(std::move(head)),
      decoder_(std::move(decoder)),
      stop_(stop),
      buffer_(new char[kPiece]) {}

std::string_view ArchiveInput::read() {
  if (stop_.load(std::memory_order_relaxed)) {
    error_ = "stopped";
    return {};
  }
  if (!head_is_out_ && !head_.empty()) {
    head_is_out_ = true;
    return head_;
  }
  if (decoder_) return read_decoded();
  const int got = read_stored(buffer_.get(), kPiece);
  if (got < 0) error_ = "read: " + base::errno_text(-got);
  return {buffer_.get(), static_cast<std::size_t>(std::max(0, got))};
}

// What came out before damage is handed out; the next call tells.
std::string_view ArchiveInput::read_decoded() {
  for (;;) {
    const std::uint32_t got = decoder_->decode(buffer_.get(), kPiece);
    if (got > 0) return {buffer_.get(), got};
    if (decoder_->is_done()) {
      if (!decoder_->error().empty()) error_ = std::string(source_->codec->name) + ": " + decoder_->error();
      return {};
    }
    if (stop_.load(std::memory_order_relaxed)) return {};
    position_ = decoder_->input_offset();
    decoder_->filled(read_stored(decoder_->input(), decoder_->input_bytes()));
  }
}

int ArchiveInput::read_stored(char* into, std::uint32_t length) {
  for (;;) {
    if (!source_->is_regular && !wait_until_readable()) return -ECANCELED;
    const ssize_t got = source_->is_regular ? ::pread(source_->fd, into, length,
                                                      static_cast<off_t>(source_->start + position_))
                                            : ::read(source_->fd, into, length);
    if (got >= 0) position_ += static_cast<std::uint64_t>(got);
    if (got >= 0) return static_cast<int>(got);
    if (errno != EINTR && errno != EAGAIN) return -errno;
  }
}

// False when told to stop.
bool ArchiveInput::wait_until_readable() const {
  while (!stop_.load(std::memory_order_relaxed)) {
    struct ::pollfd one = {source_->fd, POLLIN, 0};
    if (::poll(&one, 1, kPatience) != 0) return true;
  }
  return false;
}

}  // namespace weir::input
