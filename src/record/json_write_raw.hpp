// Writing containers that are still JSON text from that text, without making values of what they contain.
#pragma once

#include <cstring>

#include "base/text_buffer.hpp"
#include "record/json.hpp"
#include "record/value.hpp"

namespace weir::record {

inline bool is_one_line(const JsonStyle& style) noexcept {
  return style.indent == 0 && !style.tabs;
}

// A newline and the space in front of what is `depth` levels deep; nothing when all is on one line.
inline void write_new_line(const JsonStyle& style, std::size_t depth, base::TextBuffer& out) {
  if (is_one_line(style)) return;
  const std::size_t width = style.tabs ? depth : depth * static_cast<std::size_t>(style.indent);
  char* to = out.room(width + 1);
  *to = '\n';
  std::memset(to + 1, style.tabs ? '\t' : ' ', width);
  out.commit(width + 1);
}

// Writes a raw value that is `depth` levels deep. False, and nothing is written, when keys have to be
// compared first: two of an object may be equal, or one is written with escapes. The style has no colours,
// and keys stay in their order.
bool write_raw(const Value& value, const JsonStyle& style, std::size_t depth, base::TextBuffer& out);

}  // namespace weir::record
