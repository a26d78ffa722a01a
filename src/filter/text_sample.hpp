// A look at a text before it is searched: what is common in it. Models of logs choose which bytes of a
// literal to look for first; a text large enough to matter knows better.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::filter {

inline constexpr std::size_t kLeastSampledText = std::size_t{64} << 10;  // bytes
inline constexpr std::size_t kSampledPlaces = 4;
inline constexpr std::size_t kSampledStretch = std::size_t{4} << 10;  // bytes at each place
inline constexpr std::size_t kBehindSample = std::size_t{1} << 10;  // bytes of the text behind each, at least

// Stretches of a text of at least kLeastSampledText bytes, spread over it.
inline std::array<std::string_view, kSampledPlaces> sample(std::string_view text) {
  const std::size_t stride = (text.size() - kBehindSample) / kSampledPlaces;
  std::array<std::string_view, kSampledPlaces> stretches;
  for (std::size_t i = 0; i < kSampledPlaces; ++i)
    stretches[i] = text.substr(i * stride, kSampledStretch);
  return stretches;
}

// How often `width` neighbouring bytes, up to three, come in a sample; ASCII case does not count. Others with
// the same hash count too: it may be less.
class NeighbourCounts {
 public:
  NeighbourCounts(std::string_view text, std::size_t width) : counts_(kSlots), width_(width) {
    for (const std::string_view stretch : sample(text))
      for (std::size_t at = 0; at + width <= stretch.size(); ++at)
        ++counts_[slot(stretch.data() + at)];
  }

  std::size_t of(const char* bytes) const { return counts_[slot(bytes)]; }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 16;

  std::size_t slot(const char* bytes) const {
    std::uint32_t key = 0;
    for (std::size_t i = 0; i < width_; ++i)
      key = key << 8 | (static_cast<unsigned char>(bytes[i]) | 0x20u);
    return key * 0x9E3779B1u >> 16;  // the golden ratio, as in Knuth's multiplicative hashing
  }

  std::vector<std::uint16_t> counts_;
  std::size_t width_;
};

}  // namespace weir::filter
