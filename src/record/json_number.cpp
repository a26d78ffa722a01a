#include "record/json_number.hpp"

namespace weir::record {

namespace {

bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}

const char* skip_digits(const char* p, const char* end) noexcept {
  while (p < end && is_digit(*p))
    ++p;
  return p;
}

}  // namespace

bool is_json_number(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p < end && *p == '-') ++p;
  if (p == end || !is_digit(*p)) return false;
  if (*p == '0' && p + 1 < end && is_digit(p[1])) return false;
  p = skip_digits(p, end);
  if (p < end && *p == '.') {
    if (++p == end || !is_digit(*p)) return false;
    p = skip_digits(p, end);
  }
  if (p < end && (*p | 0x20) == 'e') {
    if (++p < end && (*p == '+' || *p == '-')) ++p;
    if (p == end || !is_digit(*p)) return false;
    p = skip_digits(p, end);
  }
  return p == end;
}

}  // namespace weir::record
