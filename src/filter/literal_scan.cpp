// One literal: compare the text with two of its bytes, a vector at a time, and look closer only where both
// stand at their distance. Which two is decided by a model of logs and then, once there is enough of it, by
// the text itself: bytes that are rare each for itself may well come together (a quarter of the 256-byte
// blocks of a mixed log hold the k and an l of "kernel panic" at their distance, almost none "l " and "li"),
// and each block that is looked at for nothing costs a misprediction.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <numeric>
#include <utility>

#include "filter/byte_rank.hpp"
#include "filter/scan.hpp"
#include "filter/text_sample.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/literal_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef WEIR_FILTER_LITERAL_SCAN_PROBE
#define WEIR_FILTER_LITERAL_SCAN_PROBE
namespace weir::filter {

// Where in a literal the two bytes stand that are looked for.
struct ProbePair {
  std::uint16_t first = 0;
  std::uint16_t second = 0;
};

// A literal; its first eight bytes: their bits, those that count, and the case bits to set in the text
// first. And where its rarest bytes stand, by the model, rarest first.
struct LiteralProbe {
  static constexpr std::size_t kRanked = 16;

  Literal literal;
  std::uint64_t head = 0;
  std::uint64_t cares = 0;
  std::uint64_t folds = 0;
  Boundary boundary = Boundary::none;
  std::array<std::uint16_t, kRanked> ranked{};
  std::size_t ranked_count = 0;

  std::uint8_t byte(std::size_t offset) const { return static_cast<std::uint8_t>(literal.bytes[offset]); }
  std::uint8_t case_bit(std::size_t offset) const {
    const char c = literal.bytes[offset];
    return literal.caseless && c >= 'a' && c <= 'z' ? 0x20 : 0;
  }
};

}  // namespace weir::filter
#endif

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Vector = hn::Vec<Bytes>;

template <class Mask>
HWY_INLINE std::uint64_t BitsOf(Mask mask) {
  alignas(8) std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(Bytes(), mask, bytes);
  std::uint64_t bits;
  __builtin_memcpy(&bits, bytes, sizeof bits);
  return bits;
}

// One byte of the literal, to compare a text with.
template <bool kCaseless>
struct ProbeByte {
  HWY_INLINE ProbeByte(const LiteralProbe& probe, std::size_t offset)
      : byte(hn::Set(Bytes(), probe.byte(offset))), case_bit(hn::Set(Bytes(), probe.case_bit(offset))) {}

  HWY_INLINE auto equals(const std::uint8_t* p) const {
    const auto bytes = hn::LoadU(Bytes(), p);
    return hn::Eq(kCaseless ? hn::Or(bytes, case_bit) : bytes, byte);
  }

  // `mask` where they are equal too.
  template <class Mask>
  HWY_INLINE auto equals_under(Mask mask, const std::uint8_t* p) const {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if (!kCaseless) return Mask{_mm512_mask_cmpeq_epi8_mask(mask.raw, hn::LoadU(Bytes(), p).raw, byte.raw)};
#endif
    return hn::And(mask, equals(p));
  }

  Vector byte;
  Vector case_bit;
};

// Walks candidate positions. Positions past the last one where the literal fits are masked off, so that
// loads reach at most one vector behind the text.
template <bool kCaseless>
class Finder {
 public:
  HWY_INLINE Finder(const LiteralProbe& probe, ProbePair pair, std::string_view text)
      : probe_(probe),
        text_(text),
        first_at_(reinterpret_cast<const std::uint8_t*>(text.data()) + pair.first),
        second_at_(reinterpret_cast<const std::uint8_t*>(text.data()) + pair.second),
        first_(probe, pair.first),
        second_(probe, pair.second) {}

  HWY_INLINE Occurrence find(std::size_t at) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    if (text_.size() < probe_.literal.bytes.size()) return {};
    const std::size_t positions = text_.size() - probe_.literal.bytes.size() + 1;
    if (at + 5 * lanes <= positions) {
      const Occurrence found = look(BitsOf(both(at)), at);
      if (found.at != Occurrence::kNone) return found;
      // From here on, one of the two loads of a vector touches one line of the cache only.
      at += lanes - reinterpret_cast<std::uintptr_t>(first_at_ + at) % lanes;
    }
    for (at = skip(at, positions); at + 4 * lanes <= positions; at = skip(at + 4 * lanes, positions)) {
      const Occurrence found = look_at_four(at);
      if (found.at != Occurrence::kNone) return found;
    }
    for (; at < positions; at += lanes) {
      std::uint64_t bits = BitsOf(both(at));
      const std::size_t left = positions - at;
      if (left < 64) bits &= (std::uint64_t{1} << left) - 1;
      const Occurrence found = look(bits, at);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

 private:
  // The next four vectors that are worth a look, or less than four.
  HWY_INLINE std::size_t skip(std::size_t at, std::size_t positions) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    const ProbeByte<kCaseless> first = first_;
    const ProbeByte<kCaseless> second = second_;
    const std::uint8_t* const p = first_at_;
    const std::uint8_t* const q = second_at_;
    const auto both_at = [&](std::size_t i)
                             HWY_ATTR { return second.equals_under(first.equals(p + i), q + i); };
    for (; at + 4 * lanes <= positions; at += 4 * lanes) {
      const auto a = hn::Or(both_at(at), both_at(at + lanes));
      const auto b = hn::Or(both_at(at + 2 * lanes), both_at(at + 3 * lanes));
      if (!hn::AllFalse(d, hn::Or(a, b))) break;
    }
    return at;
  }

  HWY_INLINE auto both(std::size_t at) const {
    return hn::And(first_.equals(first_at_ + at), second_.equals(second_at_ + at));
  }

  // Compares anew: carrying the masks out of the loop would cost it more.
  HWY_NOINLINE Occurrence look_at_four(std::size_t at) const {
    const std::size_t lanes = hn::Lanes(Bytes());
    for (int i = 0; i < 4; ++i, at += lanes) {
      const Occurrence found = look(BitsOf(both(at)), at);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
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
  const std::uint8_t* first_at_;
  const std::uint8_t* second_at_;
  ProbeByte<kCaseless> first_;
  ProbeByte<kCaseless> second_;
};

Occurrence FindLiteral(const LiteralProbe& probe, ProbePair pair, std::string_view text, std::size_t from) {
  if (probe.literal.caseless) return Finder<true>(probe, pair, text).find(from);
  return Finder<false>(probe, pair, text).find(from);
}

using PairCounts = std::array<std::array<std::uint32_t, LiteralProbe::kRanked>, LiteralProbe::kRanked>;

// Of one vector of positions: which pairs of ranked bytes stand there at their distance.
HWY_INLINE void CountPairs(const LiteralProbe& probe, const std::uint8_t* at, PairCounts& counts) {
  std::array<std::uint64_t, LiteralProbe::kRanked> bits;
  for (std::size_t i = 0; i < probe.ranked_count; ++i) {
    bits[i] = BitsOf(ProbeByte<true>(probe, probe.ranked[i]).equals(at + probe.ranked[i]));
    for (std::size_t j = 0; j < i; ++j)
      counts[j][i] += (bits[i] & bits[j]) != 0;
  }
}

// The pair that stands in the fewest vectors of a sample; of several, the first.
ProbePair RarestPair(const LiteralProbe& probe, std::string_view text) {
  const std::size_t lanes = hn::Lanes(Bytes());
  PairCounts hits{};
  for (const std::string_view stretch : sample(text)) {
    for (std::size_t at = 0; at < stretch.size(); at += lanes)
      CountPairs(probe, reinterpret_cast<const std::uint8_t*>(stretch.data()) + at, hits);
  }
  ProbePair best = {probe.ranked[0], probe.ranked[1]};
  std::uint32_t least = hits[0][1];
  for (std::size_t j = 2; j < probe.ranked_count; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (hits[i][j] >= least) continue;
      least = hits[i][j];
      best = {probe.ranked[i], probe.ranked[j]};
    }
  }
  return best;
}

}  // namespace weir::filter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::filter {

HWY_EXPORT(FindLiteral);
HWY_EXPORT(RarestPair);

namespace {

class LiteralScan final : public Scan {
 public:
  LiteralScan(LiteralProbe probe, ProbePair pair) : probe_(std::move(probe)), pair_(pair) {}

  Occurrence next(std::string_view text, std::size_t from) const override {
    return HWY_DYNAMIC_DISPATCH(FindLiteral)(probe_, pair_for(text), text, from);
  }

 private:
  // The choice does not change what is found, so it does not matter which thread makes it, or whether two do.
  ProbePair pair_for(std::string_view text) const {
    if (text.size() >= kLeastSampledText && probe_.ranked_count > 2 &&
        !is_sampled_.load(std::memory_order_relaxed)) {
      pair_.store(HWY_DYNAMIC_DISPATCH(RarestPair)(probe_, text), std::memory_order_relaxed);
      is_sampled_.store(true, std::memory_order_relaxed);
    }
    return pair_.load(std::memory_order_relaxed);
  }

  LiteralProbe probe_;
  mutable std::atomic<ProbePair> pair_;
  mutable std::atomic<bool> is_sampled_{false};
};

// What is read behind a sampled stretch lies in the text.
constexpr std::size_t kMostRanked = kBehindSample / 2;

// The positions with the rarest bytes; each byte once, as long as there are others.
void rank_positions(LiteralProbe& probe) {
  const std::string& bytes = probe.literal.bytes;
  std::vector<std::uint16_t> positions(std::min<std::size_t>(bytes.size(), kMostRanked));
  std::iota(positions.begin(), positions.end(), std::uint16_t{0});
  const auto is_again = [&](std::uint16_t i) { return bytes.find(bytes[i]) < i; };
  std::stable_sort(positions.begin(), positions.end(), [&](std::uint16_t a, std::uint16_t b) {
    if (is_again(a) != is_again(b)) return is_again(b);
    return byte_information(bytes[a]) > byte_information(bytes[b]);
  });
  probe.ranked_count = std::min(positions.size(), probe.ranked.size());
  std::copy_n(positions.begin(), probe.ranked_count, probe.ranked.begin());
}

void set_head(LiteralProbe& probe) {
  std::uint8_t head[8] = {};
  std::uint8_t cares[8] = {};
  std::uint8_t folds[8] = {};
  const std::string& bytes = probe.literal.bytes;
  for (std::size_t i = 0; i < std::min(bytes.size(), sizeof head); ++i) {
    head[i] = probe.byte(i);
    cares[i] = 0xFF;
    folds[i] = probe.case_bit(i);
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
  rank_positions(probe);
  set_head(probe);
  const ProbePair pair = {probe.ranked[0], probe.ranked[probe.ranked_count > 1 ? 1 : 0]};
  return std::make_unique<LiteralScan>(std::move(probe), pair);
}

}  // namespace weir::filter
#endif
