// StampTrail: what is known of a file's time stamps by place, so that no two ranges of the file look back
// over the same lines for the stamp that theirs go with.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace weir::input {

// The record that a line belongs to: whether it has a stamp at all, and one inside the window.
enum class RecordTime { unknown, none, outside, inside };

class StampTrail {
 public:
  // The lines from `begin` up to `end` belong to one record, or have no stamp (`none`).
  struct Stretch {
    std::uint64_t begin;
    std::uint64_t end;
    RecordTime time;
  };

  void note(const Stretch& stretch) {
    const std::lock_guard lock(mutex_);
    Stretch& known = by_end_.try_emplace(stretch.end, stretch).first->second;
    if (stretch.begin < known.begin) known = stretch;
  }

  // A stretch with begin < `at` <= end.
  std::optional<Stretch> before(std::uint64_t at) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_end_.lower_bound(at);
    if (found == by_end_.end() || found->second.begin >= at) return std::nullopt;
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Stretch> by_end_;
};

}  // namespace weir::input
