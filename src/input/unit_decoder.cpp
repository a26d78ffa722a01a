#include "input/unit_decoder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/diagnostics.hpp"
#include "input/text_decoder.hpp"

namespace weir::input {

namespace {

std::unique_ptr<Decoder> make_decoder(const Unit& unit) {
  const Codec* codec = unit.source->codec;
  if (codec && unit.from.stored > 0 && codec->make_at) return codec->make_at(unit.from);
  return make_text_decoder(*unit.source);
}

}  // namespace

UnitDecoder::UnitDecoder(const Unit& unit, std::string_view head)
    : decoder_(make_decoder(unit)),
      buffer_(new char[std::max<std::size_t>(kReadBytes, head.size())]),
      capacity_(std::max(kReadBytes, static_cast<std::uint32_t>(head.size()))),
      begin_(unit.from.stored),
      offset_(unit.from.stored + head.size()),
      part_end_(unit.stored_end) {
  decoder_->limit_memory(unit.source->decoder_limit);
  if (!head.empty()) std::memcpy(buffer_.get(), head.data(), head.size());
  rest_ = {buffer_.get(), head.size()};
}

std::uint32_t UnitDecoder::decode(char* into, std::uint32_t length) {
  std::uint32_t produced = 0;
  while (!is_done_ && !wants_input_ && produced < length) {
    const Decoded decoded = decoder_->decode(rest_, at_end_, into + produced, length - produced);
    produced += static_cast<std::uint32_t>(decoded.produced);
    take(decoded);
    // A decoder stops early only for want of input.
    if (is_done_ || produced == length) break;
    if (offset_ == part_end_) pass_part_end();
    wants_input_ = true;
  }
  return produced;
}

void UnitDecoder::take(const Decoded& decoded) {
  rest_.remove_prefix(decoded.consumed);
  text_bytes_ += decoded.produced;
  is_done_ = decoded.state != Decoded::State::more;
  if (decoded.state != Decoded::State::failed) return;
  const std::string mebibytes = std::to_string((decoded.needed >> 20) + 1);
  const std::string needs = "needs " + mebibytes + " MiB of memory, more than --memory allows (--memory " +
                            mebibytes + "M would do):";
  fail(decoded.needed > 0 ? needs : decoded.error, begin_ + decoded.error_offset);
}

void UnitDecoder::pass_part_end() {
  part_end_ = Unit::kToEnd;
  if (decoder_->is_between_members()) {
    part_bytes_ = text_bytes_;
  } else {
    goes_on_ = true;
  }
}

std::uint32_t UnitDecoder::input_bytes() const noexcept {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(capacity_, part_end_ - offset_));
}

void UnitDecoder::filled(int got) {
  wants_input_ = false;
  if (got < 0) return fail("read: " + base::errno_text(-got), offset_);
  at_end_ = got == 0;
  rest_ = {buffer_.get(), static_cast<std::size_t>(got)};
  offset_ += static_cast<std::uint64_t>(got);
}

void UnitDecoder::fail(std::string_view what, std::uint64_t offset) {
  error_ = std::string(what) + " at byte " + std::to_string(offset);
  is_done_ = true;
}

int fill_input(const Source& source, UnitDecoder& decoder) {
  for (;;) {
    const ssize_t got = ::pread(source.fd, decoder.input(), decoder.input_bytes(),
                                static_cast<off_t>(source.start + decoder.input_offset()));
    if (got >= 0) return static_cast<int>(got);
    if (errno != EINTR) return -errno;
  }
}

}  // namespace weir::input
