// xoshiro256** seeded through splitmix64: the same numbers on every machine and library, which
// the standard distributions do not promise. A value type; one owner, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::samples {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) noexcept {
    for (auto& word : state_)
      word = mix(seed += 0x9e3779b97f4a7c15U);
  }

  std::uint64_t next() noexcept {
    const auto result = rotate(state_[1] * 5, 7) * 9;
    const auto shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound); the bias of the multiplication is below 2^-32 * bound.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  std::uint32_t between(std::uint32_t first, std::uint32_t last) noexcept {
    return first + below(last - first + 1);
  }

  bool one_in(std::uint32_t count) noexcept { return below(count) == 0; }

  template <typename T, std::size_t N>
  const T& pick(const std::array<T, N>& values) noexcept {
    return values[below(static_cast<std::uint32_t>(N))];
  }

  /// splitmix64's finaliser: also serves as a hash of small numbers.
  static std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
  }

 private:
  static std::uint64_t rotate(std::uint64_t value, int bits) noexcept {
    return (value << bits) | (value >> (64 - bits));
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace weir::samples
