#include "input/decoding.hpp"

#include <algorithm>
#include <cstring>

#include "input/read_source.hpp"
#include "input/text_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::uint64_t kLeastStoredBytes = 64 * 1024;  // a smaller file is decoded before a thread is awake
constexpr std::uint32_t kLeastAhead = 16 * 1024;
constexpr std::uint32_t kMostAhead = 256 * 1024;

std::uint32_t ring_bytes(std::uint32_t chunk_bytes) noexcept {
  return DecodeAhead::kBuffers * std::clamp(chunk_bytes, kLeastAhead, kMostAhead);
}

}  // namespace

Decoding::Decoding(const Unit& unit, std::string_view head, std::uint32_t chunk_bytes, SpareCores* cores,
                   base::Diagnostics& diagnostics)
    : source_(unit.source),
      part_(unit.part),
      diagnostics_(diagnostics),
      decoder_(std::make_unique<UnitDecoder>(unit, head)) {
  if (!cores || !is_worth_a_core(*source_) || !cores->try_take()) return;
  core_ = cores;
  const std::uint32_t buffer_bytes = ring_bytes(chunk_bytes) / DecodeAhead::kBuffers;
  ahead_ = std::make_shared<DecodeAhead>(source_, std::move(decoder_), buffer_bytes);
  ahead_->start();
}

Decoding::~Decoding() {
  if (ahead_) ahead_->stop();
  if (core_) core_->give_back();
}

std::unique_ptr<UnitDecoder> Decoding::take_decoder() {
  return source_->is_regular ? nullptr : std::move(decoder_);
}

std::uint64_t Decoding::memory_of(const Unit& unit, std::uint32_t chunk_bytes, const SpareCores* cores) {
  const std::uint64_t ahead = cores && is_worth_a_core(*unit.source) ? ring_bytes(chunk_bytes) : 0;
  return unit.source->decoder_bytes + UnitDecoder::kReadBytes + ahead;
}

bool Decoding::is_worth_a_core(const Source& source) noexcept {
  return source.is_regular && !source.is_split && source.size >= source.start + kLeastStoredBytes;
}

Coro<std::uint32_t> Decoding::read(char* into, std::uint32_t length) {
  if (ahead_) co_return co_await read_ahead(into, length);
  std::uint32_t produced = 0;
  for (;;) {
    produced += decoder_->decode(into + produced, length - produced);
    if (!decoder_->wants_input()) break;
    if (produced > 0 && !source_->is_regular) break;  // the rest may be long in coming
    if (produced > 0 && part_bytes()) break;          // only the end of a line is wanted
    co_await refill();
  }
  if (decoder_->goes_on()) end_with_part(*source_, part_);
  // The text first: whoever finds out by it that this is an archive meets the damage again.
  if (produced == 0 && decoder_->is_done()) end(decoder_->error());
  co_return produced;
}

Coro<std::uint32_t> Decoding::read_ahead(char* into, std::uint32_t length) {
  if (ahead_text_.empty()) ahead_text_ = co_await ahead_->next();
  const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(length, ahead_text_.size()));
  if (part == 0) {
    end(ahead_->error());
    co_return 0;
  }
  std::memcpy(into, ahead_text_.data(), part);
  ahead_text_.remove_prefix(part);
  co_return part;
}

Coro<void> Decoding::refill() {
  const int got = co_await read_source(source_.get(), decoder_->input(), decoder_->input_bytes(),
                                       source_->start + decoder_->input_offset(), &immediate_);
  decoder_->filled(got);
}

void Decoding::end(const std::string& error) {
  if (error.empty() || std::exchange(is_reported_, true)) return;
  const std::string codec = source_->codec ? std::string(source_->codec->name) + ": " : std::string();
  const std::string text = std::string(display_name(*source_)) + ": " + codec + error;
  if (!source_->is_split) return diagnostics_.file_error(text);
  // Parts before this one may yet turn out to be damaged: whoever puts the parts in order tells.
  source_->part_notes.add(part_, {text, true});
  end_with_part(*source_, part_);
}

}  // namespace weir::input
