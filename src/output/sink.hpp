// Sink: a file descriptor that text is written to, in order. Small pieces are gathered, large ones go out as
// they are. Belongs to one loop.
#pragma once

#include <string_view>

#include "output/block.hpp"
#include "weir/coro.hpp"

namespace weir::output {

class Sink {
 public:
  explicit Sink(int fd) noexcept : fd_(fd) {}

  // Both give 0, or the errno of the first write that failed; after that everything is dropped.
  Coro<int> write(std::string_view text);
  Coro<int> flush();

  int error() const noexcept { return error_; }

 private:
  Coro<void> write_through(std::string_view text);

  int fd_;
  int error_ = 0;
  TextBuffer pending_;
};

}  // namespace weir::output
