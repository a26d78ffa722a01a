#include "base/diagnostics.hpp"

#include <system_error>

namespace weir::base {

Diagnostics::Diagnostics(Writer writer) : writer_(std::move(writer)) {}

void Diagnostics::error(std::string_view text) {
  errors_.fetch_add(1, std::memory_order_relaxed);
  write(text);
}

void Diagnostics::file_error(std::string_view text) {
  errors_.fetch_add(1, std::memory_order_relaxed);
  if (!silent_) write(text);
}

void Diagnostics::note(std::string_view text) {
  write(text);
}

void Diagnostics::as_it_is(std::string_view text) {
  const std::lock_guard lock(mutex_);
  writer_(text);
}

void Diagnostics::write(std::string_view text) {
  std::string line = "weir: ";
  append_escaped(line, text);
  line += '\n';
  const std::lock_guard lock(mutex_);
  writer_(line);
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto escape = [&out](unsigned char byte) {
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                       static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_c1) {
      escape(byte);
      escape(static_cast<unsigned char>(text[++i]));
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
      escape(byte);
    } else {
      out += static_cast<char>(byte);
    }
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(out, text);
  return out;
}

std::string errno_text(int sys_errno) {
  return std::generic_category().message(sys_errno);
}

}  // namespace weir::base
