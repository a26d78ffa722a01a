// JsonShape: what a record consists of besides its strings, numbers and words: brackets, keys, the order of
// it all, the spaces.
//
// Programs write the same records again and again. What is around the values of the last one, compared with
// the text of the next in stretches as long as possible, proves the grammar of that at once; only the values
// remain to be checked. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "record/byte_block.hpp"
#include "record/json_index.hpp"

namespace weir::record {

class JsonShape {
 public:
  // Takes the shape of a container that is valid and ends in front of position `end`. False: it has none that
  // is worth keeping.
  bool learn(const JsonIndex& index, std::uint32_t begin, std::uint32_t end);

  // True: there is a valid value of this shape. False says nothing.
  bool matches(const JsonIndex& index, std::uint32_t position) const;

  // Of a value of this shape.
  std::uint32_t positions() const noexcept { return positions_; }
  bool is_one_line() const noexcept { return is_one_line_; }
  // No spaces, and no key twice.
  bool is_compact() const noexcept { return is_compact_; }

 private:
  // What is between two values, or a part of that.
  struct Stretch {
    ByteBlock bytes[2];
    ByteBlock mask[2];
    std::uint32_t size;
    std::uint32_t positions;  // to the value behind it; 0: there is none, another stretch follows
  };

  void add(std::string_view text, std::uint32_t positions);

  std::vector<Stretch> stretches_;
  std::uint32_t positions_ = 0;
  bool is_one_line_ = false;
  bool is_compact_ = false;
};

}  // namespace weir::record
