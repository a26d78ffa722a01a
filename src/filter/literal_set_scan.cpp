// Several literals at once, after the idea of Teddy in Hyperscan (Wang et al., NSDI 2019).
//
// Each literal lends up to three neighbouring bytes, its rarest, as a fingerprint. Literals are spread over
// eight buckets, one bit each (over sixteen, in two sets, when there are more of them). For each of the three
// places, two tables of 16 entries say which buckets accept a byte's low and its high half; a byte shuffle
// looks a vector of positions up at once, and the bits left after AND-ing all six answers are the buckets
// whose literals must be compared in full.
#include <utility>

#include "filter/fingerprints.hpp"
#include "filter/scan.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/literal_set_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Half the widest vector: loads for the third byte stay within 64 bytes behind the text.
using Bytes = hn::CappedTag<std::uint8_t, 32>;
using Vector = hn::Vec<Bytes>;

template <std::size_t kWidth, std::size_t kSets>
class SetFinder {
 public:
  SetFinder(const Fingerprints& prints, Boundary boundary, std::string_view text)
      : prints_(prints),
        boundary_(boundary),
        text_(text),
        bytes_(reinterpret_cast<const std::uint8_t*>(text.data())) {}

  HWY_INLINE Occurrence find(std::size_t from) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    Tables tables;
    for (std::size_t set = 0; set < kSets; ++set) {
      for (std::size_t i = 0; i < kWidth; ++i) {
        tables.low[set][i] = hn::LoadDup128(d, prints_.sets[set].low[i]);
        tables.high[set][i] = hn::LoadDup128(d, prints_.sets[set].high[i]);
      }
    }
    std::size_t at = from;
    for (; at + 2 * lanes <= text_.size(); at += 2 * lanes) {
      const Buckets a = buckets_at(at, tables);
      const Buckets b = buckets_at(at + lanes, tables);
      if (HWY_LIKELY(hn::AllTrue(d, hn::Eq(hn::Or(any_of(a), any_of(b)), hn::Zero(d))))) continue;
      Occurrence found = look(a, at, from);
      if (found.at == Occurrence::kNone) found = look(b, at + lanes, from);
      if (found.at != Occurrence::kNone) return found;
    }
    for (; at < text_.size(); at += lanes) {
      const Occurrence found = look(buckets_at(at, tables), at, from);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

 private:
  struct Tables {
    Vector low[kSets][kWidth];
    Vector high[kSets][kWidth];
  };
  struct Buckets {
    Vector set[kSets];
  };

  HWY_INLINE Buckets buckets_at(std::size_t at, const Tables& tables) const {
    const Bytes d;
    const auto nibble = hn::Set(d, 0x0F);
    Buckets buckets;
    for (std::size_t set = 0; set < kSets; ++set)
      buckets.set[set] = hn::Set(d, 0xFF);
    for (std::size_t i = 0; i < kWidth; ++i) {
      const auto bytes = hn::LoadU(d, bytes_ + at + i);
      const auto low = hn::And(bytes, nibble);
      const auto high = hn::ShiftRight<4>(bytes);
      for (std::size_t set = 0; set < kSets; ++set) {
        const auto by_low = hn::TableLookupBytes(tables.low[set][i], low);
        const auto by_high = hn::TableLookupBytes(tables.high[set][i], high);
        buckets.set[set] = hn::And(buckets.set[set], hn::And(by_low, by_high));
      }
    }
    return buckets;
  }

  HWY_INLINE static Vector any_of(const Buckets& buckets) {
    return kSets == 1 ? buckets.set[0] : hn::Or(buckets.set[0], buckets.set[kSets - 1]);
  }

  HWY_NOINLINE Occurrence look(const Buckets& buckets, std::size_t base, std::size_t from) const {
    const Bytes d;
    alignas(32) std::uint8_t stored[kSets][hn::MaxLanes(d)];
    for (std::size_t set = 0; set < kSets; ++set)
      hn::Store(buckets.set[set], d, stored[set]);
    alignas(8) std::uint8_t mask_bytes[8] = {};
    hn::StoreMaskBits(d, hn::Ne(any_of(buckets), hn::Zero(d)), mask_bytes);
    std::uint64_t bits;
    __builtin_memcpy(&bits, mask_bytes, sizeof bits);
    for (; bits != 0; bits &= bits - 1) {
      const auto lane = static_cast<std::size_t>(__builtin_ctzll(bits));
      unsigned members = stored[0][lane];
      if (kSets == 2) members |= static_cast<unsigned>(stored[kSets - 1][lane]) << kBucketsInSet;
      const Occurrence found = compare(members, base + lane, from);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

  HWY_INLINE Occurrence compare(unsigned buckets, std::size_t at, std::size_t from) const {
    Occurrence uncertain;
    for (; buckets != 0; buckets &= buckets - 1) {
      for (const BucketMember& member : prints_.buckets[static_cast<std::size_t>(__builtin_ctz(buckets))]) {
        if (at < from + member.offset) continue;
        const std::size_t start = at - member.offset;
        const std::size_t length = member.literal.bytes.size();
        if (start + length > text_.size() || !head_is_at(member, start)) continue;
        if (length > sizeof member.head && !stands_at(member.literal, text_.data() + start)) continue;
        const Fit fit = fits(boundary_, text_, start, length);
        if (fit == Fit::yes) return {start, true};
        if (fit == Fit::unknown) uncertain = {start, false};
      }
    }
    return uncertain;
  }

  // Reads eight bytes from a start in the text: within what is readable behind it.
  HWY_INLINE bool head_is_at(const BucketMember& member, std::size_t start) const {
    std::uint64_t word;
    __builtin_memcpy(&word, bytes_ + start, sizeof word);
    return (((word | member.folds) ^ member.head) & member.cares) == 0;
  }

  const Fingerprints& prints_;
  Boundary boundary_;
  std::string_view text_;
  const std::uint8_t* bytes_;
};

template <std::size_t kWidth>
Occurrence find_any(const Fingerprints& prints, Boundary boundary, std::string_view text, std::size_t from) {
  if (prints.set_count == 2) return SetFinder<kWidth, 2>(prints, boundary, text).find(from);
  return SetFinder<kWidth, 1>(prints, boundary, text).find(from);
}

Occurrence FindAny(const Fingerprints& prints, Boundary boundary, std::string_view text, std::size_t from) {
  switch (prints.width) {
    case 1:
      return find_any<1>(prints, boundary, text, from);
    case 2:
      return find_any<2>(prints, boundary, text, from);
    default:
      return find_any<3>(prints, boundary, text, from);
  }
}

}  // namespace weir::filter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::filter {

HWY_EXPORT(FindAny);

namespace {

class LiteralSetScan final : public Scan {
 public:
  LiteralSetScan(Fingerprints prints, Boundary boundary) : prints_(std::move(prints)), boundary_(boundary) {}

  Occurrence next(std::string_view text, std::size_t from) const override {
    return HWY_DYNAMIC_DISPATCH(FindAny)(prints_, boundary_, text, from);
  }

 private:
  Fingerprints prints_;
  Boundary boundary_;
};

}  // namespace

std::unique_ptr<Scan> make_literal_set_scan(std::vector<Literal> literals, Boundary boundary) {
  auto prints = make_fingerprints(std::move(literals));
  if (!prints) return nullptr;
  return std::make_unique<LiteralSetScan>(std::move(*prints), boundary);
}

}  // namespace weir::filter
#endif
