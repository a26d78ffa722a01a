// Content: the text of a unit, read from its source as it is stored or as it comes out of a decoder. Which
// of the two is found out by the first read, unless it is known before.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "input/decoding.hpp"
#include "input/source.hpp"
#include "input/spare_cores.hpp"
#include "input/text_decoder.hpp"
#include "weir/coro.hpp"

namespace weir::input {

class Content {
 public:
  // `cores`, which may be null, and `diagnostics` outlive it.
  Content(const Unit& unit, std::uint32_t chunk_bytes, SpareCores* cores, base::Diagnostics& diagnostics);

  static constexpr int kNotYet = std::numeric_limits<int>::min();

  // Whether the next read is of the source as it is stored: by read_source(), with was_immediate() as its
  // last argument. Of what it gives, is_plain() says that it is text as it stands; otherwise look_closer()
  // goes on as read() would.
  bool is_direct() const noexcept { return !decodes_ && !is_archive_ && peeked_.empty() && probed_.empty(); }
  bool* was_immediate() noexcept { return &immediate_; }
  bool is_plain(std::string_view head);
  Coro<int> look_closer(char* into, int got, std::uint64_t offset);

  // Up to `length` bytes, those at `offset` where the source is no stream; 0: the end; a negative errno: they
  // cannot be read. kNotYet: a decoder is wanted, see decoder_bytes(); the next call makes it.
  Coro<int> read(char* into, std::uint32_t length, std::uint64_t offset);

  // What the decoder takes, or will; 0 if there is none.
  std::uint64_t decoder_bytes() const noexcept { return decoder_bytes_; }

  // The text is that of an archive, of which none was handed out: read() has said that it is at its end. Of a
  // stream, what was read of it and what gives the rest go to whoever takes it apart.
  bool is_archive() const noexcept { return is_archive_; }
  std::string take_head() { return std::move(head_); }
  std::unique_ptr<UnitDecoder> take_decoder() { return decoding_ ? decoding_->take_decoder() : nullptr; }

  // Of a part of compressed data: how many bytes belong to it, once that is known.
  std::optional<std::uint64_t> part_bytes() const noexcept {
    return decoding_ ? decoding_->part_bytes() : std::nullopt;
  }

  // Whether the last read found its data in memory.
  bool was_immediate() const noexcept { return immediate_; }

 private:
  Coro<int> check_archive(char* into, int got, std::uint64_t offset);
  Coro<int> read_text(char* into, std::uint32_t length, std::uint64_t offset);
  Coro<int> probe(char* into, int got, std::uint64_t offset);
  Coro<int> read_first(const char* into, int got);
  Coro<int> read_decoded(char* into, std::uint32_t length);
  Coro<FirstBytes> peek();
  static int take_from(std::string& peeked, char* into, std::uint32_t length);
  bool needs_closer_look(std::string_view head);
  void note_decoder();

  Unit unit_;
  std::uint32_t chunk_bytes_;
  SpareCores* cores_;
  base::Diagnostics& diagnostics_;
  bool sniffing_;            // before the first byte of a source whose first bytes tell how it is read
  bool probing_;             // before the first text of one that may be an archive
  bool is_strange_ = false;  // what is_plain() has seen is not, or may not be, the text
  bool is_archive_ = false;
  std::string head_;                    // of an archive
  std::string peeked_;                  // bytes that were read to know the source by and are still to come
  std::string probed_;                  // text that was read to know an archive by and is still to come
  bool decodes_ = false;                // the source is one to be decoded, and known to be
  std::unique_ptr<Decoding> decoding_;  // of it, once the first of its text is asked for
  std::uint64_t decoder_bytes_ = 0;
  bool immediate_ = true;
};

}  // namespace weir::input
