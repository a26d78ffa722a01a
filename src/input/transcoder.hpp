// Transcoder: what decoders of encodings have in common. One is given bytes of any length, keeps the
// unfinished character at their end, and makes UTF-8; this cuts both to size.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/codec.hpp"

namespace weir::input {

class Transcoder : public Decoder {
 public:
  Decoded decode(std::string_view in, bool at_end, char* out, std::size_t room) final;

 protected:
  static constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

  // Appends all whole characters of `bytes`, which go on where those of the call before ended.
  virtual void transcode(std::string_view bytes, std::string& text) = 0;
  // Nothing follows. Appends what is left inside.
  virtual void finish(std::string& text) = 0;

 private:
  void drop_mark();

  std::string text_;  // made and not yet given out from given_ on
  std::size_t given_ = 0;
  bool is_first_ = true;  // no character was made yet
  bool finished_ = false;
};

// `big_endian`: highest byte first; if not given, as the byte order mark says, or lowest first.
std::unique_ptr<Decoder> make_utf16_transcoder(std::optional<bool> big_endian);
std::unique_ptr<Decoder> make_utf32_transcoder(std::optional<bool> big_endian);

bool iconv_knows(const std::string& name);
// `name` is known.
std::unique_ptr<Decoder> make_iconv_transcoder(const std::string& name);

}  // namespace weir::input
