// A walk whose files come by time, or in the reverse order: they are all collected first, which takes memory
// for each. In the walk's own order it passes them through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "input/walk.hpp"

namespace weir::input {

struct WalkOrder {
  enum class By { path, modified, accessed, created };
  By by = By::path;
  bool reversed = false;  // of all, ties included

  bool is_plain() const noexcept { return by == By::path && !reversed; }
};

// Used as a Walker: away from the loop, on one thread at a time.
class SortedWalker {
 public:
  SortedWalker(WalkOptions options, WalkOrder order) : walker_(std::move(options)), order_(order) {}

  bool is_plain() const noexcept { return order_.is_plain(); }
  // All must be there before the first collect() that is not in plain order.
  void add_argument(std::string path) { walker_.add_argument(std::move(path)); }

  // Collects some more; false when all is there, and in order. To be called until then unless is_plain().
  bool collect();

  bool next(Found& found);

 private:
  struct Timed {
    std::int64_t time;  // nanoseconds since 1970; the least number when it is not known
    Found found;
  };
  void sort();

  Walker walker_;
  WalkOrder order_;
  std::vector<Timed> collected_;
  std::size_t next_ = 0;
};

}  // namespace weir::input
