// CutList: where a compressed file is cut into parts of about the same amount of text. Blocks; for the
// offload pool, one call at a time.
#pragma once

#include <memory>
#include <vector>

#include "input/codec.hpp"
#include "input/stored_file.hpp"

namespace weir::input {

class CutList {
 public:
  // A part has `part_bytes` of text or more. `needs_offsets`: no cuts where the format does not tell how much
  // text comes before them.
  CutList(std::shared_ptr<const Source> source, std::uint64_t part_bytes, bool needs_offsets);

  // Where the first part begins.
  Cut first() const { return finder_ ? finder_->first() : Cut{0, 0, 0}; }

  // The next cuts, from a stretch of the file that is searched in a moment. None: there are no more.
  std::vector<Cut> next();

 private:
  bool is_wanted(const Cut& cut) const noexcept;

  StoredFile stored_;
  std::unique_ptr<CutFinder> finder_;
  std::uint64_t part_bytes_;
  bool needs_offsets_;
  Cut last_ = {0, 0, 0};  // the last cut wanted
};

// The units up to each of the cuts; `next` becomes the one behind. Without cuts, the last one.
std::vector<Unit> units_between(Unit& next, const std::vector<Cut>& cuts);

}  // namespace weir::input
