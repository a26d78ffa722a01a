// UTF-16 and UTF-32, by hand: they are what byte order marks announce, and must not depend on what iconv has
// installed. Of what is damaged each unit, or what is left of one at the end, becomes one U+FFFD.
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "input/transcoder.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kMarkUnit = 0xfeff;
constexpr std::uint32_t kReplacementCharacter = 0xfffd;

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

// The characters of UTF-16.
class Utf16Units {
 public:
  static constexpr std::size_t kSize = 2;

  // Writes what has become whole, up to seven bytes; returns the place behind it.
  char* take(std::uint32_t unit, char* out) noexcept {
    if (!is_surrogate(unit) && high_ == 0) return put_utf8(out, unit);
    const bool is_low = unit >= 0xdc00 && unit < 0xe000;
    const std::uint32_t high = std::exchange(high_, 0);
    if (high != 0 && is_low) return put_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
    if (high != 0) out = put_utf8(out, kReplacementCharacter);
    if (is_low) return put_utf8(out, kReplacementCharacter);
    if (!is_surrogate(unit)) return put_utf8(out, unit);
    high_ = unit;
    return out;
  }

  bool is_open() const noexcept { return high_ != 0; }

  // Takes eight bytes that are four ASCII characters; false if they are not.
  bool take_ascii(const char* bytes, bool is_big, char*& out) const noexcept {
    std::uint64_t four = 0;
    std::memcpy(&four, bytes, sizeof four);
    if constexpr (std::endian::native != std::endian::little) return false;
    if (high_ != 0 || (four & (is_big ? 0x80ff80ff80ff80ffU : 0xff80ff80ff80ff80U)) != 0) return false;
    if (is_big) four >>= 8;
    four = (four | four >> 8) & 0x0000ffff0000ffffU;
    const auto packed = static_cast<std::uint32_t>(four | four >> 16);
    std::memcpy(out, &packed, sizeof packed);
    out += sizeof packed;
    return true;
  }

 private:
  std::uint32_t high_ = 0;  // a first surrogate that waits for its second
};

// The characters of UTF-32.
class Utf32Units {
 public:
  static constexpr std::size_t kSize = 4;

  static char* take(std::uint32_t unit, char* out) noexcept {
    return put_utf8(out, unit >= 0x110000 || is_surrogate(unit) ? kReplacementCharacter : unit);
  }
  static bool is_open() noexcept { return false; }
  static bool take_ascii(const char*, bool, char*&) noexcept { return false; }
};

// Cuts bytes into units.
template <class Units>
class UnitTranscoder final : public Transcoder {
 public:
  explicit UnitTranscoder(std::optional<bool> big_endian) noexcept
      : is_big_(big_endian.value_or(false)), follows_mark_(!big_endian) {}

 private:
  static constexpr std::size_t kSize = Units::kSize;

  void transcode(std::string_view bytes, std::string& text) override {
    const std::size_t before = text.size();
    text.resize(before + (held_size_ + bytes.size()) / kSize * 7 + 8);
    char* out = text.data() + before;
    while (held_size_ > 0 && !bytes.empty()) {
      hold(bytes.front());
      bytes.remove_prefix(1);
      if (held_size_ < kSize) continue;
      held_size_ = 0;
      out = take(held_.data(), out);
    }
    while (bytes.size() >= kSize) {
      const bool is_ascii =
          !follows_mark_ && bytes.size() >= 8 && units_.take_ascii(bytes.data(), is_big_, out);
      if (!is_ascii) out = take(bytes.data(), out);
      bytes.remove_prefix(is_ascii ? 8 : kSize);
    }
    for (const char byte : bytes)
      hold(byte);
    text.resize(static_cast<std::size_t>(out - text.data()));
  }

  void finish(std::string& text) override {
    if (held_size_ > 0 || units_.is_open()) text += kReplacement;
  }

  void hold(char byte) noexcept { held_[held_size_++] = byte; }

  // A mark that looks the wrong way round turns the order.
  char* take(const char* bytes, char* out) noexcept {
    std::uint32_t unit = 0;
    for (std::size_t i = 0; i < kSize; ++i)
      unit = unit << 8 | static_cast<unsigned char>(bytes[is_big_ ? i : kSize - 1 - i]);
    if (follows_mark_) {
      follows_mark_ = false;
      is_big_ = unit == (kSize == 2 ? 0xfffeU : 0xfffe0000U);
      if (is_big_) unit = kMarkUnit;
    }
    return units_.take(unit, out);
  }

  Units units_;
  std::array<char, kSize> held_{};  // an unfinished unit
  std::size_t held_size_ = 0;
  bool is_big_;
  bool follows_mark_;
};

}  // namespace

std::unique_ptr<Decoder> make_utf16_transcoder(std::optional<bool> big_endian) {
  return std::make_unique<UnitTranscoder<Utf16Units>>(big_endian);
}

std::unique_ptr<Decoder> make_utf32_transcoder(std::optional<bool> big_endian) {
  return std::make_unique<UnitTranscoder<Utf32Units>>(big_endian);
}

}  // namespace weir::input
