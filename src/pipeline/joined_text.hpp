// JoinedText: the unfinished value at the end of a unit's text so far, where values go over several lines.
#pragma once

#include <cstdint>
#include <string>

#include "record/value_splitter.hpp"

namespace weir::pipeline {

struct JoinedText {
  record::ValueSplitter splitter;
  std::string text;
  std::uint64_t offset = 0;  // of it in its source
  std::uint64_t line = 0;    // that it begins in, from 0, in its unit
  bool in_array = false;     // it begins inside of an outer array
  bool was_cut = false;      // a value was too long
};

}  // namespace weir::pipeline
