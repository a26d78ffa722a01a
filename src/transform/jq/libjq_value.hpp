// LibjqValues: makes libjq's values from ours, without a text between them: libjq's parser takes most of the
// time of a small program.
//
// One thread. make() may run under a guard: its frames own nothing while libjq is in them. Only libjq*.cpp
// may include this.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/value.hpp"
#include "transform/jq/libjq_library.hpp"

namespace weir::transform::jq {

class LibjqValues {
 public:
  explicit LibjqValues(const LibjqLibrary& library) noexcept;
  ~LibjqValues();
  LibjqValues(const LibjqValues&) = delete;
  LibjqValues& operator=(const LibjqValues&) = delete;

  // The caller owns it. Invalid when it is nested deeper than libjq's parser reads.
  jv make(const record::Value& value);

  // After a failure in make(): lets go of what is kept without touching it.
  void abandon() noexcept;

 private:
  static constexpr std::size_t kKeys = 256;
  static constexpr std::size_t kLongestKey = 64;

  jv container(const record::Value& value);
  jv fields(const record::Object& object);
  jv items(std::span<const record::Value> items);
  jv at(const record::JsonIndex& index, std::uint32_t& position);
  jv object_at(const record::JsonIndex& index, std::uint32_t& position);
  jv array_at(const record::JsonIndex& index, std::uint32_t& position);
  std::string_view text_at(const record::JsonIndex& index, std::uint32_t position);
  jv string(std::string_view text) const;
  jv key(std::string_view text);
  // Invalid, and the end of what was begun.
  jv give_up(jv begun);

  const LibjqLibrary& library_;
  int levels_ = 0;  // on the stack of libjq's parser
  bool is_too_deep_ = false;
  std::string unescaped_;
  std::array<jv, kKeys> keys_;  // strings, or null: most objects have the keys of those before
};

}  // namespace weir::transform::jq
