// Encodings: text that is not UTF-8 is scanned as the UTF-8 that it stands for.
//
// UTF-16 and UTF-32 are known by the byte order mark in front of them; all else has to be named. A transcoder
// is a Decoder as those of compressed formats are: bytes go in as they come, UTF-8 comes out. What is no
// character of the encoding becomes U+FFFD, so that no line is lost; it never fails.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/codec.hpp"

namespace weir::input {

struct Encoding {
  enum class Kind {
    detect,  // what the byte order mark says, UTF-8 without one
    utf8,    // taken as it is, but for a byte order mark
    utf16,   // as its byte order mark says, or lowest byte first
    utf16le,
    utf16be,
    utf32,
    utf32le,
    utf32be,
    other,  // iconv knows it
  };

  Kind kind = Kind::detect;
  std::string name = {};  // for iconv

  // Whether its text is other bytes than UTF-8 has.
  bool transcodes() const noexcept { return kind != Kind::detect && kind != Kind::utf8; }
};

// "auto", "utf-16le", "shift_jis" and whatever iconv knows, in upper or lower case. "none", bytes as they
// are, has no Encoding: see encoding_error().
std::optional<Encoding> parse_encoding(const std::string& name);

// Why there is no encoding `name`; empty if there is, or it is "none".
std::string encoding_error(const std::string& name);

// The mark at the start of a text.
struct ByteOrderMark {
  const Encoding* encoding = nullptr;  // one of UTF-8, UTF-16 and UTF-32; null: there is none
  std::size_t size = 0;
  bool undecided = false;  // more than `head` is needed
};

inline constexpr std::size_t kMarkBytes = 4;  // the longest of them

// `is_all`: there is no more than `head`.
ByteOrderMark sniff_mark(std::string_view head, bool is_all) noexcept;

// `encoding` transcodes. A byte order mark in front is left out.
std::unique_ptr<Decoder> make_transcoder(const Encoding& encoding);

}  // namespace weir::input
