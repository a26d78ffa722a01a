// Appends text and numbers to a string without locale or allocation per part. Arguments of put()
// are evaluated in an unspecified order: draw at most one random number inside one call.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::samples {

/// `value` in decimal, padded with `fill` to at least `width` digits (width <= 20).
struct Padded {
  std::uint64_t value;
  unsigned width;
  char fill = '0';
};

/// The low `digits` hexadecimal digits of `value` (digits <= 16).
struct Hex {
  std::uint64_t value;
  unsigned digits;
};

/// An address of the documentation ranges (RFC 5737), chosen by the low bits of `value`.
struct Address {
  std::uint64_t value;
};

void put_one(std::string& out, Padded number);
void put_one(std::string& out, Hex number);
void put_one(std::string& out, Address address);
inline void put_one(std::string& out, std::string_view text) {
  out.append(text);
}
inline void put_one(std::string& out, char byte) {
  out.push_back(byte);
}
template <std::unsigned_integral T>
void put_one(std::string& out, T number) {
  put_one(out, Padded{number, 1});
}

template <typename... Parts>
void put(std::string& out, const Parts&... parts) {
  (put_one(out, parts), ...);
}

}  // namespace weir::samples
