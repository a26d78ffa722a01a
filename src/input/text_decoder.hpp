// From the bytes of a source to its text: what its first bytes say, and the decoder that follows from it.
#pragma once

#include <memory>
#include <string_view>

#include "input/codec.hpp"
#include "input/encoding.hpp"
#include "input/source.hpp"

namespace weir::input {

// What the first bytes of a source are, as far as the source may be that.
struct FirstBytes {
  const Codec* codec = nullptr;
  ByteOrderMark mark;
  bool undecided = false;  // more of them are needed
};

// `is_all`: the source is no longer than `head`.
FirstBytes look_at(const Source& source, std::string_view head, bool is_all) noexcept;

// Sets in `source` what follows from it, and from `head`, its first bytes; it is then known how it is read.
void note_first_bytes(Source& source, const FirstBytes& found, std::string_view head);

// Whether its text has to be made by a decoder.
inline bool is_decoded(const Source& source) noexcept {
  return source.codec || (source.encoding && source.encoding->transcodes());
}

// Whether its first bytes still have to tell how it is read.
inline bool has_unknown_start(const Source& source) noexcept {
  return source.may_be_compressed || (!source.codec && source.encoding && !source.encoding->transcodes());
}

// For one that is_decoded(): its codec, its encoding, or one behind the other. In compressed text a byte
// order mark counts as well.
std::unique_ptr<Decoder> make_text_decoder(const Source& source);

}  // namespace weir::input
