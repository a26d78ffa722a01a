#include "generator/put.hpp"

#include <array>
#include <cstddef>

namespace weir::samples {

void put_one(std::string& out, Padded number) {
  std::array<char, 20> digits;
  auto* first = digits.data() + digits.size();
  auto* const last = first;
  do {
    *--first = static_cast<char>('0' + number.value % 10);
    number.value /= 10;
  } while (number.value != 0);
  while (last - first < static_cast<std::ptrdiff_t>(number.width))
    *--first = number.fill;
  out.append(first, last);
}

void put_one(std::string& out, Hex number) {
  std::array<char, 16> digits;
  for (auto i = number.digits; i-- > 0; number.value >>= 4)
    digits[i] = "0123456789abcdef"[number.value & 15];
  out.append(digits.data(), number.digits);
}

void put_one(std::string& out, Address address) {
  constexpr std::array<std::string_view, 3> kNetworks{"192.0.2.", "198.51.100.", "203.0.113."};
  put(out, kNetworks[address.value % 3], 1 + address.value / 3 % 254);
}

}  // namespace weir::samples
