// How much text stands before a place in a compressed file. Decodes all of it, so it is for messages; blocks.
#pragma once

#include <cstdint>
#include <memory>

#include "input/source.hpp"

namespace weir::input {

struct TextCount {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  // newlines
};

// Of the stored bytes before `stored_end`, a cut.
TextCount count_decoded(const std::shared_ptr<Source>& source, std::uint64_t stored_end);

}  // namespace weir::input
