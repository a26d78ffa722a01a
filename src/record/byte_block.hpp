// Sixteen bytes at once, in what every 64-bit machine has: for texts too short for the kernels of text/.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir::record {

using ByteBlock = std::uint8_t __attribute__((vector_size(16)));
using WordBlock = std::uint32_t __attribute__((vector_size(16)));

template <class Block>
Block load_block(const void* from) noexcept {
  Block block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

struct BlockHalves {
  std::uint64_t low;
  std::uint64_t high;
};

// Of comparisons: all bits of a lane are set where it was true.
template <class Mask>
BlockHalves halves_of(const Mask& mask) noexcept {
  static_assert(sizeof(Mask) == sizeof(BlockHalves));
  return std::bit_cast<BlockHalves>(mask);
}

// Bit i for byte lane i.
template <class Mask>
std::uint32_t lane_bits(const Mask& mask) noexcept {
#ifdef __SSE2__
  return static_cast<std::uint32_t>(_mm_movemask_epi8(std::bit_cast<__m128i>(mask)));
#else
  constexpr std::uint64_t kOneOfEach = 0x8040201008040201;
  constexpr std::uint64_t kSum = 0x0101010101010101;
  const BlockHalves halves = halves_of(mask);
  const std::uint64_t low = ((halves.low & kOneOfEach) * kSum) >> 56;
  const std::uint64_t high = ((halves.high & kOneOfEach) * kSum) >> 56;
  return static_cast<std::uint32_t>(high << 8 | low);
#endif
}

// Whether any bit is set.
template <class Mask>
bool is_any(const Mask& mask) noexcept {
  return lane_bits(mask == 0) != 0xffff;
}

// The first byte lane that is true; 16 when none is.
template <class Mask>
std::size_t first_byte(const Mask& mask) noexcept {
  return static_cast<std::size_t>(std::countr_zero(lane_bits(mask) | 1U << sizeof(Mask)));
}

}  // namespace weir::record
