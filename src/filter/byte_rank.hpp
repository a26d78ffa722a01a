// How common bytes are in logs, in eighths of a bit of information: 8 * -log2(share), so that sums of
// it are the rarity of a string of independent bytes. A rough model: its use is to prefer rare bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::filter {

namespace detail {

consteval std::array<std::uint8_t, 256> byte_information() {
  std::array<std::uint8_t, 256> table{};
  for (auto& entry : table)
    entry = 100;  // controls, and bytes of UTF-8 sequences below
  for (int c = 0x20; c < 0x7f; ++c)
    table[static_cast<unsigned>(c)] = 76;
  for (int c = 'A'; c <= 'Z'; ++c)
    table[static_cast<unsigned>(c)] = 68;
  for (int c = 'a'; c <= 'z'; ++c)
    table[static_cast<unsigned>(c)] = 56;
  for (int c = 0x80; c < 0x100; ++c)
    table[static_cast<unsigned>(c)] = 88;
  // 8 * -log2(share) for shares that were read off mixed server logs.
  constexpr struct {
    std::string_view bytes;
    std::uint8_t information;
  } kGroups[] = {{" ", 27},    {"0", 34},       {"12", 37},    {"e", 36},     {"3456789", 42}, {"tiro", 40},
                 {"ans", 40},  {"=:", 42},      {"-./\"", 42}, {"cdlpu", 45}, {"mfgh", 48},    {"b_vwy", 51},
                 {",[]", 51},  {"k", 56},       {"xjzq", 60},  {"TINO", 56},  {"EFRAS", 56},   {"G", 58},
                 {"{}()", 58}, {";%&?+@'", 66}, {"\n", 56},    {"\t\r", 76}};
  for (const auto& group : kGroups)
    for (const char c : group.bytes)
      table[static_cast<unsigned char>(c)] = group.information;
  return table;
}

}  // namespace detail

inline constexpr std::array<std::uint8_t, 256> kByteInformation = detail::byte_information();

constexpr unsigned byte_information(char c) {
  return kByteInformation[static_cast<unsigned char>(c)];
}

}  // namespace weir::filter
