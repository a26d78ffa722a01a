#include "filter/fingerprints.hpp"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "filter/byte_rank.hpp"
#include "filter/text_sample.hpp"

namespace weir::filter {
namespace {

// Comparisons a byte of log that are still cheaper than another engine.
constexpr double kMaxCandidateRate = 0.02;

// What a bucket accepts: half bytes, one bit each, and bytes by their low seven bits.
struct Accepted {
  std::uint16_t low[kMaxFingerprint] = {};
  std::uint16_t high[kMaxFingerprint] = {};
  std::bitset<128> seven_bits[kMaxFingerprint];

  void add(std::size_t place, unsigned byte) {
    low[place] = static_cast<std::uint16_t>(low[place] | 1u << (byte & 15u));
    high[place] = static_cast<std::uint16_t>(high[place] | 1u << (byte >> 4));
    seven_bits[place].set(byte & 127u);
  }
  void add_all(std::size_t place) {
    low[place] = high[place] = 0xFFFF;
    seven_bits[place].set();
  }
};

void add_member(Accepted& accepted, const BucketMember& member, std::size_t width) {
  for (std::size_t place = 0; place < width; ++place) {
    const std::size_t at = member.offset + place;
    if (at >= member.literal.bytes.size()) {
      // Shorter than the fingerprint: what follows may be anything.
      accepted.add_all(place);
      continue;
    }
    const auto byte = static_cast<unsigned char>(member.literal.bytes[at]);
    accepted.add(place, byte);
    if (member.literal.caseless && byte >= 'a' && byte <= 'z') accepted.add(place, byte ^ 0x20u);
  }
}

std::array<double, 256> byte_shares() {
  std::array<double, 256> shares{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    shares[byte] = std::exp2(-kByteInformation[byte] / 8.0);
  return shares;
}

// Share of the positions of a log that a bucket asks to compare, were bytes independent.
double rate(const Accepted& accepted, std::size_t width) {
  static const std::array<double, 256> shares = byte_shares();
  double product = 1;
  for (std::size_t place = 0; place < width; ++place) {
    double sum = 0;
    for (unsigned high = 0; high < 16; ++high) {
      if ((accepted.high[place] >> high & 1u) == 0) continue;
      for (unsigned low = 0; low < 16; ++low)
        if ((accepted.low[place] >> low & 1u) != 0) sum += shares[high * 16 + low];
    }
    product *= std::min(sum, 1.0);
  }
  return product;
}

// The `width` neighbouring bytes of the literal that are rarest together: in the sample, then by the model.
std::size_t rarest_window(const std::string& bytes, std::size_t width, const NeighbourCounts* counts) {
  std::size_t best = 0;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  unsigned most = 0;
  for (std::size_t at = 0; at + width <= bytes.size(); ++at) {
    unsigned information = 0;
    for (std::size_t i = 0; i < width; ++i)
      information += byte_information(bytes[at + i]);
    const std::size_t count = counts ? counts->of(&bytes[at]) : 0;
    if (count > least || (count == least && information <= most)) continue;
    least = count;
    most = information;
    best = at;
  }
  return best;
}

BucketMember make_member(const Literal& literal, std::size_t width, const NeighbourCounts* counts) {
  BucketMember member{literal};
  member.offset = rarest_window(member.literal.bytes, width, counts);
  std::uint8_t head[8] = {};
  std::uint8_t cares[8] = {};
  std::uint8_t folds[8] = {};
  for (std::size_t i = 0; i < std::min<std::size_t>(member.literal.bytes.size(), 8); ++i) {
    const char c = member.literal.bytes[i];
    head[i] = static_cast<std::uint8_t>(c);
    cares[i] = 0xFF;
    folds[i] = member.literal.caseless && c >= 'a' && c <= 'z' ? 0x20 : 0;
  }
  std::memcpy(&member.head, head, sizeof head);
  std::memcpy(&member.cares, cares, sizeof cares);
  std::memcpy(&member.folds, folds, sizeof folds);
  return member;
}

void fill(ByteTables& tables, std::size_t bit, const Accepted& accepted) {
  for (std::size_t place = 0; place < kMaxFingerprint; ++place) {
    for (unsigned half = 0; half < 16; ++half) {
      const auto mark = [&](std::uint16_t halves) {
        return static_cast<std::uint8_t>((unsigned{halves} >> half & 1u) << bit);
      };
      tables.low[place][half] |= mark(accepted.low[place]);
      tables.high[place][half] |= mark(accepted.high[place]);
    }
    for (std::size_t byte = 0; byte < 128; ++byte)
      tables.seven_bits[place][byte] |= static_cast<std::uint8_t>(accepted.seven_bits[place][byte] << bit);
  }
}

}  // namespace

std::optional<Fingerprints> make_fingerprints(const std::vector<Literal>& literals, std::string_view text) {
  Fingerprints result;
  for (const Literal& literal : literals) {
    if (literal.bytes.empty()) return std::nullopt;
    result.width = std::max(result.width, std::min(literal.bytes.size(), kMaxFingerprint));
  }
  if (literals.empty()) return std::nullopt;
  result.set_count = literals.size() > kBucketsInSet ? 2 : 1;
  const std::size_t bucket_count = result.set_count * kBucketsInSet;
  std::array<Accepted, kBucketsInSet * kMaxSets> accepted;
  std::array<double, kBucketsInSet * kMaxSets> rates{};
  // Each literal goes where it raises the number of comparisons least.
  std::optional<NeighbourCounts> counts;
  if (!text.empty()) counts.emplace(text, result.width);
  for (const Literal& literal : literals) {
    BucketMember member = make_member(literal, result.width, counts ? &*counts : nullptr);
    std::size_t best = 0;
    double least = 2;
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
      Accepted trial = accepted[bucket];
      add_member(trial, member, result.width);
      const double rise = rate(trial, result.width) - rates[bucket];
      if (rise >= least) continue;
      least = rise;
      best = bucket;
    }
    add_member(accepted[best], member, result.width);
    rates[best] += least;
    result.buckets[best].push_back(std::move(member));
  }
  double total = 0;
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    total += rates[bucket];
    fill(result.sets[bucket / kBucketsInSet], bucket % kBucketsInSet, accepted[bucket]);
  }
  if (total > kMaxCandidateRate) return std::nullopt;
  return result;
}

}  // namespace weir::filter
