// JsonWalk: one pass over the structure of a JSON value that proves it valid, all of it, and picks up the
// fields that a program asks for. Values that look like an earlier one but for their strings, numbers and
// words are compared with that instead, which is several times as fast.
//
// Needs no stack but a fixed one: nesting beyond what jq 1.6 reads counts as not valid. The slots belong to
// the walk and are valid until its next one. One walk for each thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "record/field_set.hpp"
#include "record/json_index.hpp"
#include "record/json_shape.hpp"

namespace weir::record {

class JsonWalk {
 public:
  // jq 1.6 has room for so many entries: an array takes one, an object (with its key) two.
  static constexpr std::uint32_t kMostNested = 256;

  enum class Outcome : std::uint8_t { valid, invalid, unfinished };

  // `fields` outlives the walk; null: none.
  explicit JsonWalk(const FieldSet* fields);

  Outcome walk(const JsonIndex& index, std::uint32_t position);
  // The position behind a valid value; else where it stopped being one.
  std::uint32_t end() const noexcept { return end_; }
  std::span<const FieldSlot> slots() const noexcept { return slots_; }
  // What a valid value is known to look like; null when it is not known.
  const JsonShape* shape() const noexcept { return known_ ? &known_->shape : nullptr; }

 private:
  struct Run;
  struct Known {
    struct Field {
      std::uint32_t place;  // from the beginning of the value; kNone: not there
      bool is_regular;
    };
    JsonShape shape;
    std::vector<Field> fields;  // by slot
  };
  static constexpr std::size_t kShapes = 4;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};  // no step, no slot, no field at all
  static constexpr std::uint32_t kArray = kNone - 1;         // in place of a step: inside an array

  // A place in the tree of paths; its children follow, each with its own behind it.
  struct Step {
    std::uint64_t prefix = 0;  // the first bytes of the key, as they lie in memory
    std::uint64_t mask = 0;    // which of the eight are of the key
    std::string_view key;
    std::uint32_t end = 0;  // behind the last step below this one
    std::uint32_t slot = kNone;
    std::uint32_t seen = 0;  // the number of the walk that last came here
  };

  void plan(const FieldSet& fields);
  bool find_known(const JsonIndex& index, std::uint32_t position);
  void learn(const JsonIndex& index, std::uint32_t position);
  void fill_slots(const JsonIndex& index);
  void fill_known(const JsonIndex& index, std::uint32_t position);
  void forget_below(std::uint32_t step);
  void spoil_below(std::uint32_t step);

  std::vector<Step> steps_;
  std::vector<FieldSlot> slots_;
  std::vector<std::uint32_t> places_;  // positions of the values of the slots; kNone: not there
  std::uint32_t walks_ = 0;
  std::uint32_t end_ = 0;
  bool is_plain_ = true;  // no scalar was where a step leads further

  std::array<std::unique_ptr<Known>, kShapes> shapes_;  // the one that was met last first
  const Known* known_ = nullptr;                        // of the last value
  unsigned misses_ = 0;
  unsigned pause_ = 0;  // values until shapes are tried again
  std::array<std::uint32_t, kMostNested + 2> outer_{};
};

}  // namespace weir::record
