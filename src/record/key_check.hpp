// KeyCheck: whether the keys of an object differ from each other, for all the objects that are open at a
// time.
//
// By a hash of 32 bits each: keys that may be equal are for a closer look by others. No allocations.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "record/byte_block.hpp"
#include "record/json_walk.hpp"

namespace weir::record {

class KeyCheck {
 public:
  void open() noexcept { first_[depth_++] = count_; }
  void close() noexcept { count_ = first_[--depth_]; }

  // False when the innermost object may have had that key before, or when there are too many to tell. Eight
  // bytes behind the key are readable.
  bool add(std::string_view key) noexcept {
    constexpr std::size_t kLanes = 4;
    if (count_ == hashes_.size()) return false;
    const std::uint32_t hash = hash_of(key);
    std::size_t at = first_[depth_ - 1];
    auto equal = WordBlock{} != WordBlock{};
    for (; at + kLanes <= count_; at += kLanes)
      equal |= load_block<WordBlock>(hashes_.data() + at) == hash;
    bool is_new = !is_any(equal);
    for (; at < count_; ++at)
      is_new &= hashes_[at] != hash;
    hashes_[count_++] = hash;
    return is_new;
  }

 private:
  static std::uint32_t hash_of(std::string_view key) noexcept {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
    std::uint64_t head;
    std::memcpy(&head, key.data(), sizeof head);
    std::uint64_t tail = 0;
    if (key.size() < sizeof head) {
      head &= (std::uint64_t{1} << (8 * key.size())) - 1;
    } else {
      std::memcpy(&tail, key.data() + key.size() - sizeof tail, sizeof tail);
      for (std::size_t at = sizeof head; at + sizeof tail < key.size(); at += sizeof tail) {
        std::uint64_t middle;
        std::memcpy(&middle, key.data() + at, sizeof middle);
        tail = (tail ^ middle) * kMix;
      }
    }
    const std::uint64_t mixed = ((head * kMix) ^ tail ^ key.size()) * kMix;
    return static_cast<std::uint32_t>(mixed >> 32);
  }

  std::size_t depth_ = 0;
  std::size_t count_ = 0;
  std::array<std::size_t, JsonWalk::kMostNested + 1> first_;  // key of each open object
  std::array<std::uint32_t, 512> hashes_;
};

}  // namespace weir::record
