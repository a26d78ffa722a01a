// ArchiveInput: the bytes of an archive for the library that takes it apart: those of a file, of a pipe, or
// what comes out of a decoder. Blocks, but not beyond the moment at which it is told to stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "input/source.hpp"
#include "input/unit_decoder.hpp"

namespace weir::input {

class ArchiveInput {
 public:
  // As ArchiveReader has them.
  ArchiveInput(std::shared_ptr<const Source> source, std::string head, std::unique_ptr<UnitDecoder> decoder,
               const std::atomic<bool>& stop);

  // The next bytes, valid until the next call. Empty: the end, or error() says what went wrong.
  std::string_view read();
  const std::string& error() const noexcept { return error_; }

  // Whether any place can be gone to: it is a file as stored.
  bool is_seekable() const noexcept { return source_->is_regular && !decoder_; }
  std::uint64_t position() const noexcept { return position_; }
  std::uint64_t size() const noexcept { return source_->size - source_->start; }
  void seek(std::uint64_t position) noexcept { position_ = position; }

 private:
  std::string_view read_decoded();
  int read_stored(char* into, std::uint32_t length);
  bool wait_until_readable() const;

  std::shared_ptr<const Source> source_;
  std::string head_;
  std::unique_ptr<UnitDecoder> decoder_;
  const std::atomic<bool>& stop_;
  std::unique_ptr<char[]> buffer_;
  std::uint64_t position_ = 0;  // in the stored bytes of a file
  bool head_is_out_ = false;
  std::string error_;
};

}  // namespace weir::input
