// The tables by which literal_set_scan.cpp looks for many literals at once, and how literals are spread
// over them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

// For each fingerprint place, which buckets accept a byte's low and its high half.
struct HalfByteTables {
  alignas(16) std::uint8_t low[kMaxFingerprint][16] = {};
  alignas(16) std::uint8_t high[kMaxFingerprint][16] = {};
};

struct Fingerprints {
  HalfByteTables sets[kMaxSets];
  std::size_t set_count = 1;
  std::size_t width = 0;  // fingerprint bytes in use
  std::array<std::vector<BucketMember>, kBucketsInSet * kMaxSets> buckets;
};

// nullopt when so many positions of a log would ask for a comparison that another engine is faster.
std::optional<Fingerprints> make_fingerprints(std::vector<Literal> literals);

}  // namespace weir::filter
