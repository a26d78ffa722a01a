// The tables by which literal_set_scan.cpp looks for many literals at once, and how literals are spread
// over them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "filter/literals.hpp"

namespace weir::filter {

inline constexpr std::size_t kBucketsInSet = 8;  // one bit each of a table's bytes
inline constexpr std::size_t kMaxSets = 2;
inline constexpr std::size_t kMaxFingerprint = 3;

struct BucketMember {
  Literal literal;
  std::size_t offset = 0;   // of the fingerprint in the literal
  std::uint64_t head = 0;   // the first eight bytes, case bits set
  std::uint64_t cares = 0;  // bits of the text's eight bytes to compare
  std::uint64_t folds = 0;  // case bits to set in them first
};

// For each fingerprint place, which buckets accept a byte: by its low and by its high half, and by its low
// seven bits. A byte that a bucket accepts is in all of them; not every byte that is in them is accepted.
struct ByteTables {
  alignas(16) std::uint8_t low[kMaxFingerprint][16] = {};
  alignas(16) std::uint8_t high[kMaxFingerprint][16] = {};
  alignas(64) std::uint8_t seven_bits[kMaxFingerprint][128] = {};
};

struct Fingerprints {
  ByteTables sets[kMaxSets];
  std::size_t set_count = 1;
  std::size_t width = 0;  // fingerprint bytes in use
  std::array<std::vector<BucketMember>, kBucketsInSet * kMaxSets> buckets;
};

// Of neighbouring bytes of each literal that are the rarest, by a model of logs or in a text of at least
// kLeastSampledText bytes, if there is one. nullopt when so many positions of a log would ask for a
// comparison that another engine is faster.
std::optional<Fingerprints> make_fingerprints(const std::vector<Literal>& literals,
                                              std::string_view text = {});

}  // namespace weir::filter
