// Of UnitReader: chunks that a mapping lends. Data that is mapped counts as read into the buffer, which then
// only looks at it; nothing is carried over, since what follows in the file follows in memory.
#include <algorithm>

#include "input/unit_reader.hpp"

namespace weir::input {

namespace {

constexpr std::uint64_t kWindowBytes = 4U << 20;  // mapped at once; ends of units are multiples of it
constexpr std::uint64_t kSmallPagesBytes =
    2 * kWindowBytes;  // read before it is asked again whether pages are huge

}  // namespace

bool UnitReader::may_map() const noexcept {
  const Source& source = *unit_.source;
  if (map_) return true;
  return least_mapped_ < Unit::kToEnd && !is_at_start_ && source.is_regular && !source.is_stream &&
         !source.archive && !source.null_lines && content_.is_direct() && !records_;
}

// How many of the next bytes lie in the mapping; 0: they are to be read.
std::uint32_t UnitReader::look_ahead() {
  if (!map_more()) {
    leave_mapping();
    return 0;
  }
  if (!map_->is_damaged())
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(next_bytes(), map_->end() - offset_));
  leave_mapping();
  return 0;
}

// Whether there is a mapping that goes on at the next byte, or at the begin of the line that it belongs to.
bool UnitReader::map_more() {
  Source& source = *unit_.source;
  if (map_ && offset_ < map_->end()) return true;
  const std::uint64_t begin = offset_of(line_);
  const std::uint64_t unit_end = std::min(unit_.end, source.size);
  const bool is_long = in_long_line_ || offset_ - begin > chunk_bytes_;
  if (is_long || offset_ < copied_up_to_) return false;
  if (only_cheap_ && offset_ < source.mapped_from) return false;
  if (unit_end < offset_ + least_mapped_ || unit_end == offset_) return false;
  const std::uint64_t window_end = std::min(
      source.size, std::min(unit_end, (offset_ / kWindowBytes + 1) * kWindowBytes) + overshoot_bytes_);
  if (only_cheap_ && !may_hold_huge_page(begin, window_end)) return false;
  if (only_cheap_ && !is_at_hand(source, window_end - 1)) {
    source.mapped_from = window_end;
    return false;
  }
  auto map = FileMap::make(source, begin, window_end);
  if (!map) {
    least_mapped_ = Unit::kToEnd;
    return false;
  }
  if (only_cheap_ && !map->is_of_huge_pages()) {
    source.mapped_from = offset_ + kSmallPagesBytes;
    return false;
  }
  pool_.put(std::move(buffer_));
  buffer_ = text::Buffer(map->data(), static_cast<std::size_t>(map->end() - begin), map);
  map_ = std::move(map);
  line_ = fill_ = 0;
  offset_ = begin;
  return true;
}

// The line that is not finished is read anew.
void UnitReader::leave_mapping() {
  if (!map_) return;
  copied_up_to_ = offset_;
  offset_ = offset_of(line_);
  line_ = fill_ = 0;
  buffer_ = {};
  map_ = nullptr;
}

}  // namespace weir::input
