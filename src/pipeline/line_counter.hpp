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
  }
  // The number of the line that `place`, inside the text, lies in. Places are best asked for in ascending
  // order.
  std::uint64_t line_of(const char* place) noexcept {
    const auto at = static_cast<std::size_t>(place - text_.data());
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
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
};

}  // namespace weir::pipeline
