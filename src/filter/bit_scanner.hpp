// Runs a BitProgram over a text, a window of some words at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "filter/bit_program.hpp"

namespace weir::filter {

struct BitStreams;

// Belongs to one thread; the program must outlive it.
class BitScanner {
 public:
  static constexpr std::size_t kWords = 64;
  static constexpr std::size_t kWindow = kWords * 64;  // bytes

  using Words = std::array<std::uint64_t, kWords>;

  explicit BitScanner(const BitProgram& program);
  ~BitScanner();
  BitScanner(const BitScanner&) = delete;
  BitScanner& operator=(const BitScanner&) = delete;

  // The next window of a text starts at the start of a line that no match enters.
  void restart();

  // The window text[at, at + kWindow), which follows the last one given. The text's end, `text.size()`,
  // counts as the place of a '\n'. Fills `events` with the places behind matches, and those of bytes beyond
  // ASCII (what is said of matches in their lines means nothing); returns whether there are any. Reads up to
  // 64 bytes behind the text.
  bool scan(std::string_view text, std::size_t at, Words& events);

 private:
  const BitProgram& program_;
  std::unique_ptr<BitStreams> streams_;
};

}  // namespace weir::filter
