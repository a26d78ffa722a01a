// Sixteen bytes at once, in what every 64-bit machine has: for texts too short for the kernels of text/.
#pragma once

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

template <class Mask>
bool is_any(const Mask& mask) noexcept {
  const BlockHalves halves = halves_of(mask);
  return (halves.low | halves.high) != 0;
}

// The first byte lane that is true; 16 when none is.
template <class Mask>
std::size_t first_byte(const Mask& mask) noexcept {
  static_assert(std::endian::native == std::endian::little);
  const BlockHalves halves = halves_of(mask);
  if (halves.low != 0) return static_cast<std::size_t>(std::countr_zero(halves.low)) / 8;
  return 8 + static_cast<std::size_t>(std::countr_zero(halves.high)) / 8;
}

}  // namespace weir::record
