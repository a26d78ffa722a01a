// Lines that end with NUL, for code that knows lines to end with '\n': the two bytes trade places where text
// is read, and trade back where a line is matched or printed. Doing it twice changes nothing.
#pragma once

#include <cstddef>
#include <string>

namespace weir::text {

inline void trade_newlines_and_nuls(char* begin, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i)
    begin[i] = begin[i] == '\n' ? '\0' : begin[i] == '\0' ? '\n' : begin[i];
}

inline void trade_newlines_and_nuls(std::string& text) noexcept {
  trade_newlines_and_nuls(text.data(), text.size());
}

}  // namespace weir::text
