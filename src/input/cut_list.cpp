#include "input/cut_list.hpp"

namespace weir::input {

namespace {

constexpr std::uint64_t kStretch = 8U
                                   << 20;  // stored bytes: a member that is longer is taken for the only one
constexpr std::size_t kMostCuts = 64;      // at a time
constexpr std::uint64_t kTextPerByte = 4;  // a guess, where the format does not tell

}  // namespace

CutList::CutList(std::shared_ptr<const Source> source, std::uint64_t part_bytes, bool needs_offsets)
    : stored_(source), part_bytes_(part_bytes), needs_offsets_(needs_offsets) {
  if (source->codec->find_cuts) finder_ = source->codec->find_cuts(stored_);
}

bool CutList::is_wanted(const Cut& cut) const noexcept {
  const bool is_known = cut.decoded != Cut::kUnknown;
  if (is_known && last_.decoded != Cut::kUnknown) return cut.decoded - last_.decoded >= part_bytes_;
  return (cut.stored - last_.stored) * kTextPerByte >= part_bytes_;
}

std::vector<Cut> CutList::next() {
  std::vector<Cut> cuts;
  const std::uint64_t begin = last_.stored;
  while (finder_ && cuts.size() < kMostCuts && (cuts.empty() || last_.stored < begin + kStretch)) {
    Cut cut;
    const bool is_there = finder_->next(last_.stored + kStretch, cut);
    if (!is_there || (needs_offsets_ && cut.decoded == Cut::kUnknown)) {
      finder_.reset();
      break;
    }
    if (!is_wanted(cut)) continue;
    last_ = cut;
    cuts.push_back(cut);
  }
  return cuts;
}

std::vector<Unit> units_between(Unit& next, const std::vector<Cut>& cuts) {
  std::vector<Unit> units;
  for (const Cut& cut : cuts) {
    units.push_back(next);
    units.back().stored_end = cut.stored;
    units.back().is_last = false;
    ++next.part;
    next.from = cut;
    next.begin = next.source->start + (cut.decoded == Cut::kUnknown ? 0 : cut.decoded);
  }
  if (cuts.empty()) units.push_back(next);
  return units;
}

}  // namespace weir::input
