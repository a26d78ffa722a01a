#include "pipeline/window_place.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "input/read_source.hpp"
#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

using input::RecordTime;
using input::Source;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLeastSlack = 30 * kSecond;
constexpr std::int64_t kMostDisorder = 2 * 3600 * kSecond;
constexpr std::uint64_t kLeastBlock = 512;
constexpr std::uint64_t kMostBlock = 64 * 1024;
constexpr std::uint64_t kBlocks = 8192;     // a file is taken for so many, within these limits
constexpr std::uint64_t kReach = 4096;      // read behind a block, to finish a line
constexpr std::uint64_t kFirstProbes = 16;  // evenly spread, to see whether the file is sorted at all
constexpr int kMostEmpty = 32;              // blocks without a stamp, one after the other

// How much earlier `later` is, a line that comes behind; no more than is of interest.
std::int64_t disorder_of(std::int64_t earlier, std::int64_t later) noexcept {
  if (later >= earlier) return 0;
  const std::uint64_t by = static_cast<std::uint64_t>(earlier) - static_cast<std::uint64_t>(later);
  return static_cast<std::int64_t>(std::min<std::uint64_t>(by, kMostDisorder + 1));
}

// `length` bytes, or fewer at the end of the file or on an error.
Coro<std::string> read_bytes(const Source* source, std::uint64_t offset, std::uint64_t length) {
  std::string bytes(length, '\0');
  std::size_t filled = 0;
  while (filled < length) {
    bool immediate = true;
    const int got =
        co_await input::read_source(source, bytes.data() + filled,
                                    static_cast<std::uint32_t>(length - filled), offset + filled, &immediate);
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  co_return bytes;
}

class Search {
 public:
  Search(std::shared_ptr<Source> source, const TimeWindow& window)
      : source_(std::move(source)),
        window_(window),
        reader_(window.make_reader(source_->modified_ns)),
        size_(source_->size - source_->start),
        block_(std::clamp(size_ / kBlocks, kLeastBlock, kMostBlock)),
        blocks_((size_ + block_ - 1) / block_) {}

  Coro<WindowPlace> run();

 private:
  // Lines that begin in one block.
  struct Probe {
    std::uint64_t block;
    std::uint64_t line;  // the first with a stamp begins here
    std::int64_t first;  // its stamp
    std::int64_t least;
    std::int64_t most;
    bool any = false;  // false: no such line from here to the end
  };

  Coro<Probe> probe(std::uint64_t block);
  void look_at(std::string_view text, std::uint64_t offset, Probe& probe);
  Coro<std::uint64_t> first_block(std::int64_t at);
  void measure_disorder();
  std::int64_t slack_at(std::int64_t edge) const noexcept;

  std::shared_ptr<Source> source_;
  const TimeWindow& window_;
  text::TimestampReader reader_;
  std::uint64_t size_;
  std::uint64_t block_;
  std::uint64_t blocks_;
  std::vector<Probe> probes_;  // by block
  std::int64_t disorder_ = 0;  // by which a line is older than one before it, at most, as seen
  bool gave_up_ = false;       // a long stretch without stamps
  std::uint64_t bytes_read_ = 0;
};

// Takes over what stands in the block that `text` begins with; it begins behind the '\n' before `offset`.
void Search::look_at(std::string_view text, std::uint64_t offset, Probe& probe) {
  for (std::size_t at = 0; at < std::min<std::size_t>(block_, text.size());) {
    const std::size_t end = text::line_end(text, at);
    const bool is_whole = end < text.size() || offset + end >= source_->size;
    const auto time = is_whole ? reader_.read(text.substr(at, end - at)) : std::nullopt;
    if (time) {
      if (!probe.any) probe = {probe.block, offset + at, *time, *time, *time, true};
      disorder_ = std::max(disorder_, disorder_of(probe.most, *time));
      probe.least = std::min(probe.least, *time);
      probe.most = std::max(probe.most, *time);
    }
    at = end + 1;
  }
}

// The first lines with a stamp that begin in `block` or behind it.
Coro<Search::Probe> Search::probe(std::uint64_t block) {
  const auto known = std::lower_bound(probes_.begin(), probes_.end(), block,
                                      [](const Probe& probe, std::uint64_t b) { return probe.block < b; });
  if (known != probes_.end() && known->block == block) co_return *known;
  Probe found{block, 0, 0, 0, 0};
  std::uint64_t at = block;
  for (int tries = 0; at < blocks_ && !found.any; ++at, ++tries) {
    if (tries == kMostEmpty) {
      gave_up_ = true;
      co_return found;
    }
    const std::uint64_t begin = source_->start + at * block_;
    const std::uint64_t before = at > 0 ? 1 : 0;  // the byte that says whether a line begins with the block
    const std::string bytes = co_await read_bytes(source_.get(), begin - before, block_ + kReach);
    bytes_read_ += bytes.size();
    std::string_view text = bytes;
    const std::size_t skipped = before ? std::min(text::line_end(text, 0) + 1, text.size()) : 0;
    if (skipped > block_) continue;
    look_at(text.substr(skipped), begin - before + skipped, found);
  }
  const auto place = std::lower_bound(probes_.begin(), probes_.end(), block,
                                      [](const Probe& probe, std::uint64_t b) { return probe.block < b; });
  probes_.insert(place, found);
  co_return found;
}

// The first block whose stamp is not before `at`; blocks_ when there is none.
Coro<std::uint64_t> Search::first_block(std::int64_t at) {
  std::uint64_t low = 0;
  std::uint64_t high = blocks_;
  while (low < high && !gave_up_) {
    const std::uint64_t middle = low + (high - low) / 2;
    const Probe seen = co_await probe(middle);
    if (seen.any && seen.first < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  co_return low;
}

void Search::measure_disorder() {
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  for (const Probe& probe : probes_) {
    if (!probe.any) continue;
    disorder_ = std::max(disorder_, disorder_of(most, probe.least));
    most = std::max(most, probe.most);
  }
}

// Where clocks are set back, local stamps without a zone come twice.
std::int64_t Search::slack_at(std::int64_t edge) const noexcept {
  const std::int64_t seconds = text::floor_divide(edge, kSecond);
  const bool changes =
      window_.zone->offset_at(seconds - 6 * 3600) != window_.zone->offset_at(seconds + 6 * 3600);
  return std::max(kLeastSlack, 4 * disorder_) + (changes ? kMostDisorder : 0);
}

Coro<WindowPlace> Search::run() {
  WindowPlace unsorted;
  unsorted.begin = source_->start;
  unsorted.is_sorted = false;
  for (std::uint64_t i = 0; i < kFirstProbes && !gave_up_; ++i)
    co_await probe(i * blocks_ / kFirstProbes);
  WindowPlace place;
  measure_disorder();
  for (std::int64_t allowed = -1; allowed < disorder_ && disorder_ <= kMostDisorder && !gave_up_;) {
    allowed = disorder_;
    place = {};
    place.begin = source_->start;
    if (window_.has_since()) {
      // Lines before one that is so much older than the window cannot be in it.
      const std::uint64_t first = co_await first_block(window_.since - slack_at(window_.since));
      if (first > 0) {
        const Probe older = co_await probe(first - 1);
        place.begin = older.line;
      }
    }
    if (window_.has_until()) {
      const std::uint64_t behind = co_await first_block(window_.until + slack_at(window_.until));
      if (behind < blocks_) {
        const Probe newer = co_await probe(behind);
        if (newer.any) place.end = newer.line;
      }
    }
    measure_disorder();
  }
  unsorted.bytes_read = place.bytes_read = bytes_read_;
  const bool any = std::any_of(probes_.begin(), probes_.end(), [](const Probe& probe) { return probe.any; });
  const bool found = any && !gave_up_ && disorder_ <= kMostDisorder && place.begin < place.end;
  co_return found ? place : unsorted;
}

}  // namespace

Coro<WindowPlace> find_window(std::shared_ptr<Source> source, const TimeWindow* window) {
  Search search(std::move(source), *window);
  co_return co_await search.run();
}

}  // namespace weir::pipeline
