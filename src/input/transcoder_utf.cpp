// UTF-16 and UTF-32, by hand: they are what byte order marks announce, and must not depend on what iconv has
// installed. Of what is damaged each unit, or what is left of one at the end, becomes one U+FFFD.
#include <array>
#include <cstdint>
#include <utility>

#include "input/transcoder.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kMarkUnit = 0xfeff;

bool is_surrogate(std::uint32_t unit) noexcept {
  return unit >= 0xd800 && unit < 0xe000;
}

// Writes at most four bytes.
char* put_utf8(char* out, std::uint32_t c) noexcept {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  const auto put_rest = [&put](std::uint32_t bits) { put(0x80 | (bits & 0x3f)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put_rest(c);
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put_rest(c >> 6);
    put_rest(c);
  } else {
    put(0xf0 | (c >> 18));
    put_rest(c >> 12);
    put_rest(c >> 6);
    put_rest(c);
  }
  return out;
}

// Cuts bytes into units of `Size` bytes.
template <std::size_t Size>
class UnitTranscoder : public Transcoder {
 public:
  explicit UnitTranscoder(std::optional<bool> big_endian) noexcept
      : is_big_(big_endian.value_or(false)), follows_mark_(!big_endian) {}

 protected:
  void transcode(std::string_view bytes, std::string& text) final {
    const std::size_t before = text.size();
    text.resize(before + (held_size_ + bytes.size()) / Size * 7 + 8);
    char* out = text.data() + before;
    while (held_size_ > 0 && !bytes.empty()) {
      hold(bytes.front());
      bytes.remove_prefix(1);
      if (held_size_ == Size) {
        out = take(unit_at(held_.data()), out);
        held_size_ = 0;
      }
    }
    for (; bytes.size() >= Size; bytes.remove_prefix(Size))
      out = take(unit_at(bytes.data()), out);
    for (const char byte : bytes)
      hold(byte);
    text.resize(static_cast<std::size_t>(out - text.data()));
  }

  void finish(std::string& text) final {
    if (held_size_ > 0 || has_open_character()) text += kReplacement;
  }

  // Appends what has become whole, up to seven bytes; returns the place behind it.
  virtual char* take_unit(std::uint32_t unit, char* out) noexcept = 0;
  virtual bool has_open_character() const noexcept { return false; }

  static char* put_replacement(char* out) noexcept { return put_utf8(out, 0xfffd); }

 private:
  void hold(char byte) noexcept { held_[held_size_++] = byte; }

  std::uint32_t unit_at(const char* bytes) const noexcept {
    std::uint32_t unit = 0;
    for (std::size_t i = 0; i < Size; ++i)
      unit = unit << 8 | static_cast<unsigned char>(bytes[is_big_ ? i : Size - 1 - i]);
    return unit;
  }

  // A mark that looks the wrong way round turns the order.
  char* take(std::uint32_t unit, char* out) noexcept {
    if (follows_mark_) {
      follows_mark_ = false;
      is_big_ = unit == (Size == 2 ? 0xfffeU : 0xfffe0000U);
      if (is_big_) unit = kMarkUnit;
    }
    return take_unit(unit, out);
  }

  std::array<char, Size> held_{};
  std::size_t held_size_ = 0;
  bool is_big_;
  bool follows_mark_;
};

class Utf16Transcoder final : public UnitTranscoder<2> {
 public:
  using UnitTranscoder::UnitTranscoder;

 private:
  char* take_unit(std::uint32_t unit, char* out) noexcept override {
    if (!is_surrogate(unit) && high_ == 0) return put_utf8(out, unit);
    const bool is_low = unit >= 0xdc00 && unit < 0xe000;
    const std::uint32_t high = std::exchange(high_, 0);
    if (high != 0 && is_low) return put_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
    if (high != 0) out = put_replacement(out);
    if (is_low) return put_replacement(out);
    if (!is_surrogate(unit)) return put_utf8(out, unit);
    high_ = unit;
    return out;
  }

  bool has_open_character() const noexcept override { return high_ != 0; }

  std::uint32_t high_ = 0;  // a first surrogate that waits for its second
};

class Utf32Transcoder final : public UnitTranscoder<4> {
 public:
  using UnitTranscoder::UnitTranscoder;

 private:
  char* take_unit(std::uint32_t unit, char* out) noexcept override {
    return unit >= 0x110000 || is_surrogate(unit) ? put_replacement(out) : put_utf8(out, unit);
  }
};

}  // namespace

std::unique_ptr<Decoder> make_utf16_transcoder(std::optional<bool> big_endian) {
  return std::make_unique<Utf16Transcoder>(big_endian);
}

std::unique_ptr<Decoder> make_utf32_transcoder(std::optional<bool> big_endian) {
  return std::make_unique<Utf32Transcoder>(big_endian);
}

}  // namespace weir::input
