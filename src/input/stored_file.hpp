// StoredFile: looks at bytes of a file in order, a window at a time. Blocks; for the offload pool.
#pragma once

#include <string>

#include "input/codec.hpp"
#include "input/source.hpp"

namespace weir::input {

class StoredFile final : public StoredBytes {
 public:
  // Keeps the source, and so the file, open. Offsets count from where the source starts.
  explicit StoredFile(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

  std::string_view at(std::uint64_t offset, std::size_t length) override;
  std::uint64_t size() const override { return source_->size - source_->start; }

 private:
  void read_window(std::uint64_t offset, std::size_t length);

  std::shared_ptr<const Source> source_;
  std::string window_;
  std::uint64_t begin_ = 0;  // of the window
};

}  // namespace weir::input
