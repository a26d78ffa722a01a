// LineCounter: line numbers of places in a text, counted only when somebody asks.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/newlines.hpp"

namespace weir::pipeline {

class LineCounter {
 public:
  // `line` is the number of the text's first line.
  void begin(std::string_view text, std::uint64_t line) noexcept {
    text_ = text;
    at_ = 0;
    line_ = line;
    copy_ = {};
  }
  // From here on places may lie in `copy`, which is one of the text's bytes from `at` on.
  void also_counts(std::string_view copy, std::size_t at) noexcept {
    copy_ = copy;
    copied_from_ = at;
  }
  // Where in the text a place is.
  std::size_t offset_of(const char* place) const noexcept {
    if (copy_.data() && place >= copy_.data() && place <= copy_.data() + copy_.size())
      return copied_from_ + static_cast<std::size_t>(place - copy_.data());
    return static_cast<std::size_t>(place - text_.data());
  }
  // The number of the line that `place`, inside the text, lies in. Places are best asked for in ascending
  // order.
  std::uint64_t line_of(const char* place) noexcept {
    const std::size_t at = offset_of(place);
    if (at < at_) {
      line_ -= text::count_newlines(text_.substr(at, at_ - at));
    } else {
      line_ += text::count_newlines(text_.substr(at_, at - at_));
    }
    at_ = at;
    return line_;
  }

 private:
  std::string_view text_;
  std::string_view copy_;
  std::size_t copied_from_ = 0;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
};

}  // namespace weir::pipeline
