// Decoding: the text of a source that is compressed or not in UTF-8, as a stream.
//
// Reads the bytes stored into a buffer of its own and decodes them into the caller's. Damage is reported with
// its place; the text then ends with what was before it.
#pragma once

#include <memory>
#include <string_view>

#include "base/diagnostics.hpp"
#include "input/codec.hpp"
#include "input/source.hpp"
#include "weir/coro.hpp"

namespace weir::input {

class Decoding {
 public:
  // The source is_decoded(), how is known; `head`: its first bytes, where they have been read already.
  Decoding(std::shared_ptr<const Source> source, std::string_view head, base::Diagnostics& diagnostics);
  Decoding(const Decoding&) = delete;
  Decoding& operator=(const Decoding&) = delete;

  // Up to `length` bytes of text; 0 at its end, whether good or bad. Fewer only there, and from a pipe that
  // has no more just now.
  Coro<std::uint32_t> read(char* into, std::uint32_t length);

  // Whether the last read found its compressed bytes in memory.
  bool was_immediate() const noexcept { return immediate_; }

 private:
  Coro<void> refill();
  void decode(char* into, std::size_t room, std::uint32_t& produced);
  void report(std::string_view what, std::uint64_t offset);

  std::shared_ptr<const Source> source_;
  base::Diagnostics& diagnostics_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::string_view rest_;     // of what was read, not yet decoded
  std::uint64_t offset_ = 0;  // of the next read, from source.start
  bool at_end_ = false;       // of the compressed bytes
  bool is_done_ = false;      // nothing more comes out
  bool immediate_ = true;
};

}  // namespace weir::input
