// Decoding: the text of a unit that is compressed or not in UTF-8, as a stream.
//
// Reads stored bytes and decodes them into the caller's memory; where a core is spare, that core does both
// ahead of the caller. Damage is reported with its place; the text then ends with what was before it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/diagnostics.hpp"
#include "input/decode_ahead.hpp"
#include "input/source.hpp"
#include "input/spare_cores.hpp"
#include "input/unit_decoder.hpp"
#include "weir/coro.hpp"

namespace weir::input {

class Decoding {
 public:
  // The source is_decoded(), how is known; `head`: its first bytes, where they have been read already.
  // `cores` may be null: none to spare.
  Decoding(const Unit& unit, std::string_view head, std::uint32_t chunk_bytes, SpareCores* cores,
           base::Diagnostics& diagnostics);
  Decoding(const Decoding&) = delete;
  Decoding& operator=(const Decoding&) = delete;
  ~Decoding();

  // What one takes at most, but for its text in the hands of the caller.
  static std::uint64_t memory_of(const Unit& unit, std::uint32_t chunk_bytes, const SpareCores* cores);

  // Up to `length` bytes of text; 0 at its end, whether good or bad.
  Coro<std::uint32_t> read(char* into, std::uint32_t length);

  // What decodes a stream, for somebody else to go on with; of a file, null.
  std::unique_ptr<UnitDecoder> take_decoder();

  // As UnitDecoder has it.
  std::optional<std::uint64_t> part_bytes() const noexcept {
    return decoder_ ? decoder_->part_bytes() : std::nullopt;
  }

  // Whether the last read found its stored bytes in memory.
  bool was_immediate() const noexcept { return immediate_; }

 private:
  Coro<std::uint32_t> read_ahead(char* into, std::uint32_t length);
  static bool is_worth_a_core(const Source& source) noexcept;
  Coro<void> refill();
  void end(const std::string& error);

  std::shared_ptr<Source> source_;
  std::uint32_t part_;
  base::Diagnostics& diagnostics_;
  std::unique_ptr<UnitDecoder> decoder_;
  SpareCores* core_ = nullptr;  // that one was taken from
  std::shared_ptr<DecodeAhead> ahead_;
  std::string_view ahead_text_;  // of its last piece, not yet handed out
  bool is_reported_ = false;
  bool immediate_ = true;
};

}  // namespace weir::input
