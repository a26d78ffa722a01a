// UnitDecoder: from the stored bytes of a compressed unit to its text. It waits for nothing and reads
// nothing: whoever has it fills its input when it asks. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/codec.hpp"
#include "input/source.hpp"

namespace weir::input {

class UnitDecoder {
 public:
  static constexpr std::uint32_t kReadBytes = 128 * 1024;  // of its input

  // `head`: the first bytes of the unit, where they have been read already.
  UnitDecoder(const Unit& unit, std::string_view head);

  // Up to `length` bytes of text: all that what is there gives.
  std::uint32_t decode(char* into, std::uint32_t length);

  bool is_done() const noexcept { return is_done_; }
  // decode() goes on when input() has been filled: up to input_bytes(), as stored at input_offset().
  bool wants_input() const noexcept { return wants_input_; }
  char* input() noexcept { return buffer_.get(); }
  std::uint32_t input_bytes() const noexcept;
  std::uint64_t input_offset() const noexcept { return offset_; }
  // As read(2) says; a negative errno ends the text.
  void filled(int got);

  // What ended the text before its time: "damaged data at byte 17". Empty if nothing.
  const std::string& error() const noexcept { return error_; }

  // How much text belongs to the unit, once it has come out and what comes is the next part's.
  std::optional<std::uint64_t> part_bytes() const noexcept { return part_bytes_; }
  // The next part does not begin where a decoder from the start would see one: this one goes on to the end.
  bool goes_on() const noexcept { return goes_on_; }

 private:
  void take(const Decoded& decoded);
  void fail(std::string_view what, std::uint64_t offset);
  void pass_part_end();

  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<char[]> buffer_;
  std::uint32_t capacity_;
  std::string_view rest_;  // of what was read, not yet decoded
  std::uint64_t begin_;    // of the unit, in the stored bytes
  std::uint64_t offset_;   // of the next read
  std::uint64_t part_end_;
  std::uint64_t text_bytes_ = 0;
  std::optional<std::uint64_t> part_bytes_;
  bool goes_on_ = false;
  bool wants_input_ = false;
  bool at_end_ = false;  // of the stored bytes
  bool is_done_ = false;
  std::string error_;
};

// Reads what the decoder wants from its file; blocks. As read(2), a negative errno for an error.
int fill_input(const Source& source, UnitDecoder& decoder);

}  // namespace weir::input
