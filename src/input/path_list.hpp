// The names in the content of --files-from, which arrives in pieces: one a line, or NUL-terminated.
//
// Bytes are kept as they are (a '\r' belongs to the name), empty names are skipped, and the last name may
// lack its separator. Holds one partial name at most. Used by one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::input {

class PathList {
 public:
  // A name longer than this is no path on any system; it is dropped and counted.
  static constexpr std::size_t kMaxPathBytes = std::size_t{1} << 20;

  // '\n', or '\0' for the output of `find -print0`.
  explicit PathList(char separator) : separator_(separator) {}

  // Appends the names that `bytes` completes.
  void feed(std::string_view bytes, std::vector<std::string>& paths);

  // No more bytes: appends the last name, if one was left open. The list may then be fed anew.
  void finish(std::vector<std::string>& paths);

  std::size_t dropped() const noexcept { return dropped_; }

 private:
  void append(std::string_view bytes);

  char separator_;
  std::string partial_;
  bool is_too_long_ = false;  // of the partial name
  std::size_t dropped_ = 0;
};

}  // namespace weir::input
