// MapGuard: what becomes of a process that reads a mapped file which somebody else cuts short.
//
// The kernel answers such a read with SIGBUS. Once install() was called, the handler puts pages of zeros in
// place of those that are gone, where they lie in a range that is watched, and notes that in the range; the
// read goes on. Any other SIGBUS goes to the handler that was there before. Process-wide and thread-safe.
#pragma once

namespace weir::input {

struct WatchedRange;

class MapGuard {
 public:
  // Watches [begin, end) from now on; begin is that of a page.
  MapGuard(const char* begin, const char* end) noexcept;
  ~MapGuard();
  MapGuard(const MapGuard&) = delete;
  MapGuard& operator=(const MapGuard&) = delete;

  // False: too many are watched already, or there is no handler.
  explicit operator bool() const noexcept { return range_ != nullptr; }
  // Whether pages of it have been replaced.
  bool is_damaged() const noexcept;

  // Installs the handler, once. False when that fails.
  static bool install() noexcept;

 private:
  WatchedRange* range_;
};

}  // namespace weir::input
