// Several literals at once, after the idea of Teddy in Hyperscan (Wang et al., NSDI 2019).
//
// Each literal lends up to three neighbouring bytes, its rarest, as a fingerprint. Literals are spread over
// eight buckets, one bit each. For each of the three places, two tables of 16 entries say which buckets
// accept a byte's low and its high half; a byte shuffle looks 32 positions up at once, and the bits left
// after AND-ing all six answers are the buckets whose literals must be compared in full.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "filter/byte_rank.hpp"
#include "filter/scan.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/literal_set_scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef WEIR_FILTER_LITERAL_SET_SCAN_TABLES
#define WEIR_FILTER_LITERAL_SET_SCAN_TABLES
namespace weir::filter {

inline constexpr std::size_t kBuckets = 8;
inline constexpr std::size_t kFingerprint = 3;

struct BucketMember {
  Literal literal;
  std::size_t offset = 0;  // of the fingerprint in the literal
};

struct FingerprintTables {
  alignas(16) std::uint8_t low[kFingerprint][16] = {};
  alignas(16) std::uint8_t high[kFingerprint][16] = {};
  std::size_t width = 0;  // fingerprint bytes in use
  std::array<std::vector<BucketMember>, kBuckets> buckets;
  Boundary boundary = Boundary::none;
};

}  // namespace weir::filter
#endif

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Half the widest vector: loads for the third byte stay within 64 bytes behind the text.
using Bytes = hn::CappedTag<std::uint8_t, 32>;
using Vector = hn::Vec<Bytes>;

template <std::size_t kWidth>
class SetFinder {
 public:
  SetFinder(const FingerprintTables& tables, std::string_view text)
      : tables_(tables), text_(text), bytes_(reinterpret_cast<const std::uint8_t*>(text.data())) {}

  HWY_INLINE Occurrence find(std::size_t from) const {
    const Bytes d;
    const std::size_t lanes = hn::Lanes(d);
    Vector low[kWidth];
    Vector high[kWidth];
    for (std::size_t i = 0; i < kWidth; ++i) {
      low[i] = hn::LoadDup128(d, tables_.low[i]);
      high[i] = hn::LoadDup128(d, tables_.high[i]);
    }
    std::size_t at = from;
    for (; at + 2 * lanes <= text_.size(); at += 2 * lanes) {
      const auto a = buckets_at(at, low, high);
      const auto b = buckets_at(at + lanes, low, high);
      if (HWY_LIKELY(hn::AllTrue(d, hn::Eq(hn::Or(a, b), hn::Zero(d))))) continue;
      Occurrence found = look(a, at, from);
      if (found.at == Occurrence::kNone) found = look(b, at + lanes, from);
      if (found.at != Occurrence::kNone) return found;
    }
    for (; at < text_.size(); at += lanes) {
      const Occurrence found = look(buckets_at(at, low, high), at, from);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

 private:
  HWY_INLINE Vector buckets_at(std::size_t at, const Vector* low, const Vector* high) const {
    const Bytes d;
    const auto nibble = hn::Set(d, 0x0F);
    auto buckets = hn::Set(d, 0xFF);
    for (std::size_t i = 0; i < kWidth; ++i) {
      const auto bytes = hn::LoadU(d, bytes_ + at + i);
      const auto by_low = hn::TableLookupBytes(low[i], hn::And(bytes, nibble));
      const auto by_high = hn::TableLookupBytes(high[i], hn::ShiftRight<4>(bytes));
      buckets = hn::And(buckets, hn::And(by_low, by_high));
    }
    return buckets;
  }

  HWY_NOINLINE Occurrence look(Vector buckets, std::size_t base, std::size_t from) const {
    const Bytes d;
    alignas(32) std::uint8_t stored[hn::MaxLanes(d)];
    hn::Store(buckets, d, stored);
    alignas(8) std::uint8_t mask_bytes[8] = {};
    hn::StoreMaskBits(d, hn::Ne(buckets, hn::Zero(d)), mask_bytes);
    std::uint64_t bits;
    __builtin_memcpy(&bits, mask_bytes, sizeof bits);
    for (; bits != 0; bits &= bits - 1) {
      const auto lane = static_cast<std::size_t>(__builtin_ctzll(bits));
      const Occurrence found = compare(stored[lane], base + lane, from);
      if (found.at != Occurrence::kNone) return found;
    }
    return {};
  }

  Occurrence compare(unsigned buckets, std::size_t at, std::size_t from) const {
    Occurrence uncertain;
    for (; buckets != 0; buckets &= buckets - 1) {
      for (const BucketMember& member : tables_.buckets[static_cast<std::size_t>(__builtin_ctz(buckets))]) {
        if (at < from + member.offset) continue;
        const std::size_t start = at - member.offset;
        const std::size_t length = member.literal.bytes.size();
        if (start + length > text_.size() || !stands_at(member.literal, text_.data() + start)) continue;
        const Fit fit = fits(tables_.boundary, text_, start, length);
        if (fit == Fit::yes) return {start, true};
        if (fit == Fit::unknown) uncertain = {start, false};
      }
    }
    return uncertain;
  }

  const FingerprintTables& tables_;
  std::string_view text_;
  const std::uint8_t* bytes_;
};

Occurrence FindAny(const FingerprintTables& tables, std::string_view text, std::size_t from) {
  switch (tables.width) {
    case 1:
      return SetFinder<1>(tables, text).find(from);
    case 2:
      return SetFinder<2>(tables, text).find(from);
    default:
      return SetFinder<3>(tables, text).find(from);
  }
}

}  // namespace weir::filter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::filter {

HWY_EXPORT(FindAny);

namespace {

// Candidates a byte of log that are still faster to compare than to leave to another engine.
constexpr double kMaxCandidateRate = 0.02;

double share(std::size_t byte) {
  return std::exp2(-kByteInformation[byte] / 8.0);
}

class LiteralSetScan final : public Scan {
 public:
  explicit LiteralSetScan(FingerprintTables tables) : tables_(std::move(tables)) {}

  Occurrence next(std::string_view text, std::size_t from) const override {
    return HWY_DYNAMIC_DISPATCH(FindAny)(tables_, text, from);
  }

 private:
  FingerprintTables tables_;
};

void accept(FingerprintTables& tables, std::size_t bucket, std::size_t place, unsigned byte) {
  const auto bit = static_cast<std::uint8_t>(1u << bucket);
  tables.low[place][byte & 15u] |= bit;
  tables.high[place][byte >> 4] |= bit;
}

void add(FingerprintTables& tables, std::size_t bucket, const BucketMember& member) {
  for (std::size_t place = 0; place < tables.width; ++place) {
    const std::size_t at = member.offset + place;
    if (at >= member.literal.bytes.size()) {
      // Shorter than the fingerprint: what follows may be anything.
      for (unsigned half = 0; half < 16; ++half)
        accept(tables, bucket, place, half * 17);
      continue;
    }
    const auto byte = static_cast<unsigned char>(member.literal.bytes[at]);
    accept(tables, bucket, place, byte);
    if (member.literal.caseless && byte >= 'a' && byte <= 'z') accept(tables, bucket, place, byte ^ 0x20u);
  }
}

// Share of the positions of a log at which `bucket` asks for a comparison, were bytes independent.
double rate(const FingerprintTables& tables, std::size_t bucket) {
  double product = 1;
  for (std::size_t place = 0; place < tables.width; ++place) {
    double sum = 0;
    for (std::size_t byte = 0; byte < 256; ++byte)
      if (((tables.low[place][byte & 15u] & tables.high[place][byte >> 4]) >> bucket & 1) != 0)
        sum += share(byte);
    product *= std::min(sum, 1.0);
  }
  return product;
}

// The `width` neighbouring bytes of the literal that are rarest together.
std::size_t rarest_window(const std::string& bytes, std::size_t width) {
  std::size_t best = 0;
  unsigned most = 0;
  for (std::size_t at = 0; at + width <= bytes.size(); ++at) {
    unsigned information = 0;
    for (std::size_t i = 0; i < width; ++i)
      information += byte_information(bytes[at + i]);
    if (information > most) {
      most = information;
      best = at;
    }
  }
  return best;
}

}  // namespace

std::unique_ptr<Scan> make_literal_set_scan(std::vector<Literal> literals, Boundary boundary) {
  FingerprintTables tables;
  tables.boundary = boundary;
  for (const Literal& literal : literals)
    tables.width = std::max(tables.width, std::min(literal.bytes.size(), kFingerprint));
  if (tables.width == 0) return nullptr;
  // Each literal goes where it raises the number of comparisons least.
  for (Literal& literal : literals) {
    if (literal.bytes.empty()) return nullptr;
    BucketMember member{std::move(literal), 0};
    member.offset = rarest_window(member.literal.bytes, tables.width);
    std::size_t best = 0;
    double least = 2;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      FingerprintTables trial = tables;
      add(trial, bucket, member);
      const double before = tables.buckets[bucket].empty() ? 0 : rate(tables, bucket);
      const double rise = rate(trial, bucket) - before;
      if (rise < least) {
        least = rise;
        best = bucket;
      }
    }
    add(tables, best, member);
    tables.buckets[best].push_back(std::move(member));
  }
  double total = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
    if (!tables.buckets[bucket].empty()) total += rate(tables, bucket);
  if (total > kMaxCandidateRate) return nullptr;
  return std::make_unique<LiteralSetScan>(std::move(tables));
}

}  // namespace weir::filter
#endif
