#include "base/text_buffer.hpp"

#include <charconv>

namespace weir::base {

void TextBuffer::append_number(std::uint64_t value) {
  char* begin = room(20);
  commit(static_cast<std::size_t>(std::to_chars(begin, begin + 20, value).ptr - begin));
}

}  // namespace weir::base
