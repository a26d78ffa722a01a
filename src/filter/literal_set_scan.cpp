// Several literals at once, after the idea of Teddy in Hyperscan (Wang et al., NSDI 2019).
//
// Each literal lends up to three neighbouring bytes, its rarest, as a fingerprint. Literals are spread over
// eight buckets, one bit each (over sixteen, in two sets, when there are more of them). For each of the three
// places, two tables of 16 entries say which buckets accept a byte's low and its high half; a byte shuffle
// looks a vector of positions up at once, and the bits left after AND-ing all six answers are the buckets
// whose literals must be compared in full. Where the processor permutes bytes of two vectors at once
// (AVX-512 VBMI), one table of 128 entries tells it of the whole byte, in a fifth of the instructions.
#include <algorithm>
#include <atomic>
#include <utility>

#include "filter/fingerprints.hpp"
#include "filter/scan.hpp"
#include "filter/text_sample.hpp"

#ifndef HWY_WANT_AVX3_DL
#define HWY_WANT_AVX3_DL
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/literal_set_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The buckets that accept a byte in one place of their fingerprints.
#if HWY_TARGET == HWY_AVX3_DL
using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Vector = hn::Vec<Bytes>;

class Acceptance {
 public:
  HWY_INLINE Acceptance(const ByteTables& tables, std::size_t place)
      : first_(hn::Load(Bytes(), tables.seven_bits[place])),
        second_(hn::Load(Bytes(), tables.seven_bits[place] + 64)) {}

  HWY_INLINE Vector of(Vector bytes) const {
    return Vector{_mm512_permutex2var_epi8(first_.raw, bytes.raw, second_.raw)};
  }

 private:
  Vector first_;
  Vector second_;
};
#else
// Half the widest vector: loads for the third byte stay within 64 bytes behind the text.
using Bytes = hn::CappedTag<std::uint8_t, 32>;
using Vector = hn::Vec<Bytes>;

class Acceptance {
 public:
  HWY_INLINE Acceptance(const ByteTables& tables, std::size_t place)
      : low_(hn::LoadDup128(Bytes(), tables.low[place])),
        high_(hn::LoadDup128(Bytes(), tables.high[place])) {}

  HWY_INLINE Vector of(Vector bytes) const {
    const auto low = hn::And(bytes, hn::Set(Bytes(), 0x0F));
    const auto high = hn::ShiftRight<4>(bytes);
    return hn::And(hn::TableLookupBytes(low_, low), hn::TableLookupBytes(high_, high));
  }

 private:
  Vector low_;
  Vector high_;
};
#endif

template <std::size_t kWidth, std::size_t kSets>
class SetFinder {
 public:
  SetFinder(const Fingerprints& prints, Boundary boundary, std::string_view text)
      : prints_(prints),
        boundary_(boundary),
        text_(text),
        bytes_(reinterpret_cast<const std::uint8_t*>(text.data())) {}

  HWY_INLINE Occurrence find(std::size_t from) const {
    const std::size_t lanes = hn::Lanes(Bytes());
    for (std::size_t at = skip(from); at < text_.size();) {
      const std::size_t end = std::min(text_.size(), at + 2 * lanes);
      const Occurrence found = look(at, end, from);
      if (found.at != Occurrence::kNone || end == text_.size()) return found;
      at = skip(end);
    }
    return {};
  }

 private:
  static constexpr std::size_t kReadable = 64;  // bytes behind the text

  struct Tables {
    template <std::size_t... kAll>
    HWY_INLINE Tables(const Fingerprints& prints, std::index_sequence<kAll...>)
        : accepted{Acceptance(prints.sets[kAll / kWidth], kAll % kWidth)...} {}

    Acceptance accepted[kSets * kWidth];
  };
  struct Buckets {
    Vector set[kSets];
  };

  // The next two vectors that are worth a look, or what is less than two.
  HWY_INLINE std::size_t skip(std::size_t at) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    const Tables tables(prints_, std::make_index_sequence<kSets * kWidth>());
    const auto load = [d](const std::uint8_t* p) HWY_ATTR { return hn::LoadU(d, p); };
    for (; at + 2 * lanes <= text_.size(); at += 2 * lanes) {
      const Vector a = any_of(buckets_at(at, tables, load));
      const Vector b = any_of(buckets_at(at + lanes, tables, load));
      if (!hn::AllTrue(d, hn::Eq(hn::Or(a, b), hn::Zero(d)))) break;
    }
    return at;
  }

  template <class Load>
  HWY_INLINE Buckets buckets_at(std::size_t at, const Tables& tables, const Load& load) const {
    Buckets buckets;
    for (std::size_t i = 0; i < kWidth; ++i) {
      const Vector bytes = load(bytes_ + at + i);
      for (std::size_t set = 0; set < kSets; ++set) {
        const Vector accepted = tables.accepted[set * kWidth + i].of(bytes);
        buckets.set[set] = i == 0 ? accepted : hn::And(buckets.set[set], accepted);
      }
    }
    return buckets;
  }

  HWY_INLINE static Vector any_of(const Buckets& buckets) {
    return kSets == 1 ? buckets.set[0] : hn::Or(buckets.set[0], buckets.set[kSets - 1]);
  }

  // Looks anew, and closer, at the vectors from `at` to `end`: carrying what was seen out of the loop that
  // skips would cost it more.
  HWY_NOINLINE Occurrence look(std::size_t at, std::size_t end, std::size_t from) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    const Tables tables(prints_, std::make_index_sequence<kSets * kWidth>());
    const std::uint8_t* const readable_end = bytes_ + text_.size() + kReadable;
    const auto load = [d, lanes, readable_end](const std::uint8_t* p) HWY_ATTR {
      if (lanes + kMaxFingerprint <= kReadable) return hn::LoadU(d, p);
      return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(readable_end - p)), d, p);
    };
    for (; at < end; at += lanes) {
      const Occurrence found = compare_all(buckets_at(at, tables, load), at, from);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

  HWY_INLINE Occurrence compare_all(const Buckets& buckets, std::size_t base, std::size_t from) const {
    const Bytes d;
    alignas(64) std::uint8_t stored[kSets][hn::MaxLanes(d)];
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
  LiteralSetScan(std::vector<Literal> literals, Fingerprints prints, Boundary boundary)
      : literals_(std::move(literals)), by_model_(std::move(prints)), boundary_(boundary) {}

  Occurrence next(std::string_view text, std::size_t from) const override {
    return HWY_DYNAMIC_DISPATCH(FindAny)(prints_for(text), boundary_, text, from);
  }

 private:
  // One thread looks at the first large text; the others go on with what there is meanwhile.
  const Fingerprints& prints_for(std::string_view text) const {
    const Fingerprints* const prints = prints_.load(std::memory_order_acquire);
    if (text.size() < kLeastSampledText || is_sampled_.load(std::memory_order_relaxed)) return *prints;
    if (is_sampled_.exchange(true, std::memory_order_relaxed)) return *prints;
    by_text_ = make_fingerprints(literals_, text);
    if (!by_text_) return *prints;
    prints_.store(&*by_text_, std::memory_order_release);
    return *by_text_;
  }

  std::vector<Literal> literals_;
  Fingerprints by_model_;
  Boundary boundary_;
  mutable std::atomic<bool> is_sampled_{false};
  mutable std::optional<Fingerprints> by_text_;  // of the thread that has sampled, until `prints_` shows it
  mutable std::atomic<const Fingerprints*> prints_{&by_model_};
};

}  // namespace

std::unique_ptr<Scan> make_literal_set_scan(std::vector<Literal> literals, Boundary boundary) {
  auto prints = make_fingerprints(literals);
  if (!prints) return nullptr;
  return std::make_unique<LiteralSetScan>(std::move(literals), std::move(*prints), boundary);
}

}  // namespace weir::filter
#endif
