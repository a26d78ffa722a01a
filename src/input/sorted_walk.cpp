#include "input/sorted_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace weir::input {

namespace {

constexpr std::size_t kCollected = 4096;  // at a time

std::int64_t time_of(const Found& found, WalkOrder::By by) {
  const bool is_stdin = found.kind == Found::Kind::standard_input;
  const unsigned wanted = by == WalkOrder::By::modified   ? STATX_MTIME
                          : by == WalkOrder::By::accessed ? STATX_ATIME
                                                          : STATX_BTIME;
  struct ::statx info {};
  const int failed = is_stdin ? ::statx(STDIN_FILENO, "", AT_EMPTY_PATH, wanted, &info)
                              : ::statx(AT_FDCWD, found.path.c_str(), 0, wanted, &info);
  if (failed != 0 || (info.stx_mask & wanted) == 0) return std::numeric_limits<std::int64_t>::min();
  const struct ::statx_timestamp& time = by == WalkOrder::By::modified   ? info.stx_mtime
                                         : by == WalkOrder::By::accessed ? info.stx_atime
                                                                         : info.stx_btime;
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

bool SortedWalker::collect() {
  for (std::size_t i = 0; i < kCollected; ++i) {
    Timed one{0, {}};
    if (!walker_.next(one.found)) {
      sort();
      return false;
    }
    if (order_.by != WalkOrder::By::path) one.time = time_of(one.found, order_.by);
    collected_.push_back(std::move(one));
  }
  return true;
}

// What was found first is first by path, and sorting keeps it so among equals.
void SortedWalker::sort() {
  if (order_.by != WalkOrder::By::path) {
    const auto earlier = [](const Timed& a, const Timed& b) { return a.time < b.time; };
    std::stable_sort(collected_.begin(), collected_.end(), earlier);
  }
  if (order_.reversed) std::reverse(collected_.begin(), collected_.end());
}

bool SortedWalker::next(Found& found) {
  if (is_plain()) return walker_.next(found);
  if (next_ == collected_.size()) {
    collected_.clear();
    next_ = 0;
    return false;
  }
  found = std::move(collected_[next_++].found);
  return true;
}

}  // namespace weir::input
