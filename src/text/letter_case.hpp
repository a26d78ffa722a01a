// The other case of a letter, for globs. Covers the alphabets of file names met in practice: ASCII, Latin-1,
// Latin Extended-A, Greek and Cyrillic. Patterns have the whole of Unicode, from their engines.
#pragma once

#include <cstdint>

namespace weir::text {

namespace detail {

inline bool between(std::uint32_t c, std::uint32_t low, std::uint32_t high) noexcept {
  return c >= low && c <= high;
}

// Capital and small letters alternate, the capital one first, at even or at odd numbers.
inline bool alternates_from_even(std::uint32_t c) noexcept {
  return between(c, 0x100, 0x12f) || between(c, 0x132, 0x137) || between(c, 0x14a, 0x177) ||
         between(c, 0x460, 0x481) || between(c, 0x48a, 0x4bf) || between(c, 0x4d0, 0x52f);
}
inline bool alternates_from_odd(std::uint32_t c) noexcept {
  return between(c, 0x139, 0x148) || between(c, 0x179, 0x17e) || between(c, 0x4c1, 0x4ce);
}

}  // namespace detail

// `c` itself when it has none, or one that is not among those.
inline std::uint32_t other_case(std::uint32_t c) noexcept {
  using detail::between;
  if (between(c, 'A', 'Z') || between(c, 'a', 'z')) return c ^ 0x20;
  if (c < 0xc0) return c;
  if (between(c, 0xc0, 0xfe)) return c == 0xd7 || c == 0xf7 || c == 0xdf ? c : c ^ 0x20;
  if (detail::alternates_from_even(c)) return c ^ 1;
  if (detail::alternates_from_odd(c)) return ((c - 1) ^ 1) + 1;
  if (between(c, 0x391, 0x3ab) && c != 0x3a2) return c + 0x20;
  if (between(c, 0x3b1, 0x3cb) && c != 0x3c2) return c - 0x20;
  if (between(c, 0x400, 0x40f)) return c + 0x50;
  if (between(c, 0x450, 0x45f)) return c - 0x50;
  if (between(c, 0x410, 0x42f)) return c + 0x20;
  if (between(c, 0x430, 0x44f)) return c - 0x20;
  return c;
}

}  // namespace weir::text
