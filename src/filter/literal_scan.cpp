// One literal: compare the chunk with its two rarest bytes, a vector at a time, and look closer only
// where both stand at their distance.
#include <algorithm>
#include <cstring>
#include <utility>

#include "filter/byte_rank.hpp"
#include "filter/scan.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/literal_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef WEIR_FILTER_LITERAL_SCAN_PROBE
#define WEIR_FILTER_LITERAL_SCAN_PROBE
namespace weir::filter {

// Two bytes of a literal: where they stand in it, what they are, and the case bit to ignore in each. And its
// first eight: their bits, those that count, and the case bits to set in the text first.
struct LiteralProbe {
  Literal literal;
  std::uint64_t head = 0;
  std::uint64_t cares = 0;
  std::uint64_t folds = 0;
  Boundary boundary = Boundary::none;
  std::size_t offset[2] = {};
  std::uint8_t byte[2] = {};
  std::uint8_t case_bit[2] = {};
};

}  // namespace weir::filter
#endif

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 64>;

// Walks candidate positions. Positions past the last one where the literal fits are masked off, so that
// loads reach at most one vector behind the text.
template <bool kCaseless>
class Finder {
 public:
  Finder(const LiteralProbe& probe, std::string_view text)
      : probe_(probe),
        text_(text),
        first_(reinterpret_cast<const std::uint8_t*>(text.data()) + probe.offset[0]),
        second_(reinterpret_cast<const std::uint8_t*>(text.data()) + probe.offset[1]) {}

  HWY_INLINE Occurrence find(std::size_t at) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    if (text_.size() < probe_.literal.bytes.size()) return {};
    const std::size_t positions = text_.size() - probe_.literal.bytes.size() + 1;
    for (; at + 4 * lanes <= positions; at += 4 * lanes) {
      const auto a = both(at);
      const auto b = both(at + lanes);
      const auto c = both(at + 2 * lanes);
      const auto e = both(at + 3 * lanes);
      if (HWY_LIKELY(hn::AllFalse(d, hn::Or(hn::Or(a, b), hn::Or(c, e))))) continue;
      Occurrence found = look(bits_of(a), at);
      if (found.at == Occurrence::kNone) found = look(bits_of(b), at + lanes);
      if (found.at == Occurrence::kNone) found = look(bits_of(c), at + 2 * lanes);
      if (found.at == Occurrence::kNone) found = look(bits_of(e), at + 3 * lanes);
      if (found.at != Occurrence::kNone) return found;
    }
    for (; at < positions; at += lanes) {
      std::uint64_t bits = bits_of(both(at));
      const std::size_t left = positions - at;
      if (left < 64) bits &= (std::uint64_t{1} << left) - 1;
      const Occurrence found = look(bits, at);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

 private:
  HWY_INLINE auto equals(const std::uint8_t* p, int which) const {
    const Bytes d;
    auto bytes = hn::LoadU(d, p);
    if (kCaseless) bytes = hn::Or(bytes, hn::Set(d, probe_.case_bit[which]));
    return hn::Eq(bytes, hn::Set(d, probe_.byte[which]));
  }

  HWY_INLINE auto both(std::size_t at) const {
    return hn::And(equals(first_ + at, 0), equals(second_ + at, 1));
  }

  template <class Mask>
  HWY_INLINE static std::uint64_t bits_of(Mask mask) {
    alignas(8) std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(Bytes(), mask, bytes);
    std::uint64_t bits;
    __builtin_memcpy(&bits, bytes, sizeof bits);
    return bits;
  }

  HWY_INLINE Occurrence look(std::uint64_t bits, std::size_t base) const {
    for (; bits != 0; bits &= bits - 1) {
      const std::size_t at = base + static_cast<std::size_t>(__builtin_ctzll(bits));
      if (!head_is_at(at)) continue;
      if (probe_.literal.bytes.size() > sizeof probe_.head && !stands_at(probe_.literal, text_.data() + at))
        continue;
      const Fit fit = fits(probe_.boundary, text_, at, probe_.literal.bytes.size());
      if (fit != Fit::no) return {at, fit == Fit::yes};
    }
    return {};
  }

  // Reads eight bytes from a start in the text: within what is readable behind it.
  HWY_INLINE bool head_is_at(std::size_t at) const {
    std::uint64_t word;
    __builtin_memcpy(&word, text_.data() + at, sizeof word);
    return (((word | probe_.folds) ^ probe_.head) & probe_.cares) == 0;
  }

  const LiteralProbe& probe_;
  std::string_view text_;
  const std::uint8_t* first_;
  const std::uint8_t* second_;
};

Occurrence FindLiteral(const LiteralProbe& probe, std::string_view text, std::size_t from) {
  if (probe.literal.caseless) return Finder<true>(probe, text).find(from);
  return Finder<false>(probe, text).find(from);
}

}  // namespace weir::filter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::filter {

HWY_EXPORT(FindLiteral);

namespace {

class LiteralScan final : public Scan {
 public:
  explicit LiteralScan(LiteralProbe probe) : probe_(std::move(probe)) {}

  Occurrence next(std::string_view text, std::size_t from) const override {
    return HWY_DYNAMIC_DISPATCH(FindLiteral)(probe_, text, from);
  }

 private:
  LiteralProbe probe_;
};

// The pair of positions with the rarest bytes, the two bytes different if there are such.
void choose_positions(LiteralProbe& probe) {
  const std::string& bytes = probe.literal.bytes;
  const auto rarer = [&](std::size_t a, std::size_t b) {
    return byte_information(bytes[a]) > byte_information(bytes[b]);
  };
  std::size_t first = 0;
  for (std::size_t i = 1; i < bytes.size(); ++i)
    if (rarer(i, first)) first = i;
  std::size_t second = first;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == first) continue;
    const bool new_byte = bytes[i] != bytes[first];
    const bool has_new_byte = bytes[second] != bytes[first];
    if (second == first || (new_byte && !has_new_byte) || (new_byte == has_new_byte && rarer(i, second)))
      second = i;
  }
  probe.offset[0] = first;
  probe.offset[1] = second;
}

void set_head(LiteralProbe& probe) {
  std::uint8_t head[8] = {};
  std::uint8_t cares[8] = {};
  std::uint8_t folds[8] = {};
  const std::string& bytes = probe.literal.bytes;
  for (std::size_t i = 0; i < std::min(bytes.size(), sizeof head); ++i) {
    head[i] = static_cast<std::uint8_t>(bytes[i]);
    cares[i] = 0xFF;
    folds[i] = probe.literal.caseless && bytes[i] >= 'a' && bytes[i] <= 'z' ? 0x20 : 0;
  }
  std::memcpy(&probe.head, head, sizeof head);
  std::memcpy(&probe.cares, cares, sizeof cares);
  std::memcpy(&probe.folds, folds, sizeof folds);
}

}  // namespace

std::unique_ptr<Scan> make_literal_scan(Literal literal, Boundary boundary) {
  LiteralProbe probe;
  probe.literal = std::move(literal);
  probe.boundary = boundary;
  choose_positions(probe);
  set_head(probe);
  for (int i = 0; i < 2; ++i) {
    const char c = probe.literal.bytes[probe.offset[i]];
    probe.byte[i] = static_cast<std::uint8_t>(c);
    probe.case_bit[i] = probe.literal.caseless && c >= 'a' && c <= 'z' ? 0x20 : 0;
  }
  return std::make_unique<LiteralScan>(std::move(probe));
}

}  // namespace weir::filter
#endif
