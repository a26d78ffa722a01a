#include "input/decoding.hpp"

#include <algorithm>
#include <cstring>

#include "input/read_source.hpp"
#include "input/text_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::size_t kReadBytes = 128 * 1024;

}  // namespace

Decoding::Decoding(std::shared_ptr<const Source> source, std::string_view head,
                   base::Diagnostics& diagnostics)
    : source_(std::move(source)),
      diagnostics_(diagnostics),
      decoder_(make_text_decoder(*source_)),
      buffer_(new char[std::max(kReadBytes, head.size())]),
      capacity_(std::max(kReadBytes, head.size())),
      offset_(head.size()) {
  if (!head.empty()) std::memcpy(buffer_.get(), head.data(), head.size());
  rest_ = {buffer_.get(), head.size()};
}

Coro<std::uint32_t> Decoding::read(char* into, std::uint32_t length) {
  std::uint32_t produced = 0;
  while (produced < length && !is_done_) {
    decode(into + produced, length - produced, produced);
    if (produced == length || is_done_) break;
    if (produced > 0 && !source_->is_regular) break;  // the rest may be long in coming
    co_await refill();
  }
  co_return produced;
}

void Decoding::decode(char* into, std::size_t room, std::uint32_t& produced) {
  const Decoded decoded = decoder_->decode(rest_, at_end_, into, room);
  rest_.remove_prefix(decoded.consumed);
  produced += static_cast<std::uint32_t>(decoded.produced);
  is_done_ = decoded.state != Decoded::State::more;
  if (decoded.state == Decoded::State::failed) report(decoded.error, decoded.error_offset);
}

// What is left is decoded already: a decoder stops early only for want of room.
Coro<void> Decoding::refill() {
  const int got = co_await read_source(source_.get(), buffer_.get(), static_cast<std::uint32_t>(capacity_),
                                       source_->start + offset_, &immediate_);
  if (got < 0) {
    report("read: " + base::errno_text(-got), offset_);
    is_done_ = true;
    co_return;
  }
  at_end_ = got == 0;
  rest_ = {buffer_.get(), static_cast<std::size_t>(got)};
  offset_ += static_cast<std::uint64_t>(got);
}

void Decoding::report(std::string_view what, std::uint64_t offset) {
  const std::string codec = source_->codec ? std::string(source_->codec->name) + ": " : std::string();
  diagnostics_.file_error(std::string(display_name(*source_)) + ": " + codec + std::string(what) +
                          " at byte " + std::to_string(offset));
}

}  // namespace weir::input
