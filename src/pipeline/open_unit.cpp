#include "pipeline/open_unit.hpp"

#include <algorithm>

#include "input/archive_library.hpp"
#include "input/record_rules.hpp"
#include "pipeline/source_format.hpp"
#include "pipeline/window_place.hpp"
#include "weir/offload.hpp"

namespace weir::pipeline {

namespace {

constexpr std::uint64_t kMaxUnitChunks = 16;  // a range of a large file: 4 MiB at the usual chunk size

}  // namespace

// One coroutine, not several: it runs for every file, however small.
Coro<bool> UnitOpener::open(input::Unit* unit, TaskGroup* group, bool* immediate) {
  input::Source& source = *unit->source;
  input::Opened opened = input::Opened::skipped;
  if (source.is_repeat) {
    source.is_read = true;
  } else {
    opened =
        co_await input::open_source(unit->source, context_.open_options, &context_.diagnostics, immediate);
  }
  bool is_open = opened == input::Opened::ready;
  if (is_open) {
    note_opened(*unit);
    if (is_large(source, unit->begin) || is_searched(source) || needs_sniff(source))
      co_await input::sniff_source(unit->source);
    const bool is_known = !source.may_be_archive && !source.is_archive;
    is_open = !is_known || !refuse_members(source, context_.diagnostics);
  }
  if (!is_open) {
    context_.work.settle();
    co_return false;
  }
  if (context_.plan.records()) co_await settle_records(unit);
  if (is_searched(source) && !source.joins_lines) co_await seek_window(unit);
  if (rules_ && (is_large(source, unit->begin) || unit->begin > source.start))
    co_await input::look_for_stamps(&source, rules_);
  if (may_cut(source)) {
    co_await cut_compressed(unit, group);
  } else {
    split_if_large(*unit);
  }
  co_return true;
}

// The first chunk of a small file shows its format as well.
bool UnitOpener::needs_sniff(const input::Source& source) const noexcept {
  const std::uint64_t first_chunk = std::min<std::uint64_t>(context_.plan.options.chunk_bytes, 16 * 1024);
  return context_.plan.jq && needs_head(*context_.plan.jq) && source.is_regular && source.size > first_chunk;
}

// Before a file is divided it is known what its records are, and whether they keep to lines.
Coro<void> UnitOpener::settle_records(input::Unit* unit) {
  input::Source& source = *unit->source;
  if (!source.is_regular || source.is_archive || !needs_head(*context_.plan.records())) co_return;
  if (source.codec || source.may_be_compressed || source.may_be_archive) {
    if (!source.codec || source.is_repeat) co_return;
    auto head = [shared = unit->source] { return input::head_of_text(shared); };
    const std::string text = co_await offload(std::move(head));
    if (!text.empty()) settle_format(source, text, *context_.plan.records());
    co_return;
  }
  std::string head;
  co_await input::read_head(&source, &head);
  settle_format(source, head, *context_.plan.records());
}

void UnitOpener::note_opened(input::Unit& unit) {
  context_.counters.files.fetch_add(1, std::memory_order_relaxed);
  context_.counters.bytes_opened.fetch_add(unit.source->size, std::memory_order_relaxed);
  unit.source->is_read = true;
  unit.begin = unit.source->start;
}

// Lists and -q end at the first line that is selected: what is behind damage must not decide them.
bool UnitOpener::may_cut(const input::Source& source) const noexcept {
  const GrepOutput output = context_.plan.options.output;
  const bool ends_early = output == GrepOutput::quiet || output == GrepOutput::files_with_matches ||
                          output == GrepOutput::files_without_match;
  const bool transcodes = source.encoding && source.encoding->transcodes();
  return source.codec && source.codec->find_cuts && !transcodes && source.is_regular && context_.shards > 1 &&
         !context_.plan.is_sequential() && !context_.plan.depends_on_neighbours() && !source.joins_lines &&
         !ends_early;
}

// Cuts a compressed file where its format lets decoding begin. The first part stays here.
Coro<void> UnitOpener::cut_compressed(input::Unit* unit, TaskGroup* group) {
  const GrepOptions& options = context_.plan.options;
  const bool needs_offsets =
      options.byte_offsets || options.json || (context_.plan.jq && context_.plan.jq->reads_all());
  auto list = std::make_shared<input::CutList>(
      unit->source, kMaxUnitChunks * context_.plan.options.chunk_bytes, needs_offsets);
  auto find = [list, source = unit->source] {
    const input::Encoding* encoding = std::exchange(source->encoding, nullptr);
    const std::string head = input::head_of_text(source);
    source->is_archive = source->may_be_archive && input::match_archive(head) == input::Match::yes;
    if (source->is_archive) return std::vector<input::Cut>();
    if (encoding && input::sniff_mark(std::string_view(head).substr(0, input::kMarkBytes), true).encoding) {
      source->encoding = encoding;  // whose text begins with the mark
      return std::vector<input::Cut>();
    }
    source->may_be_archive = false;
    source->first_cut = list->first();
    return list->next();
  };
  const std::vector<input::Cut> cuts = co_await offload(std::move(find));
  if (cuts.empty()) {
    context_.work.settle();
    co_return;
  }
  unit->source->is_split = true;
  input::Unit next = *unit;
  next.from = unit->source->first_cut;
  std::vector<input::Unit> units = input::units_between(next, cuts);
  *unit = units.front();
  units.erase(units.begin());
  context_.work.split_by_parts(unit->source);
  context_.work.add_parts(std::move(units));
  // A search for cuts that was under way when the scan was cancelled still comes to its end.
  if (group->is_open()) group->spawn(cut_rest(std::move(list), std::move(next)), "cuts");
}

Coro<void> UnitOpener::cut_rest(std::shared_ptr<input::CutList> list, input::Unit next) {
  for (bool more = true; more;) {
    auto find = [list] { return list->next(); };
    const std::vector<input::Cut> cuts = co_await offload(std::move(find));
    more = !cuts.empty();
    context_.work.add_parts(input::units_between(next, cuts));
  }
}

bool refuse_members(input::Source& source, base::Diagnostics& diagnostics) {
  if (source.member_pattern.empty()) return false;
  if (source.is_read) {
    diagnostics.file_error(source.path + "!" + source.member_pattern + ": not an archive");
  }
  source.is_read = false;
  return true;
}

// Whether it is worth to be cut into ranges, so that every shard can take part.
bool UnitOpener::is_large(const input::Source& source, std::uint64_t begin) const noexcept {
  const std::uint64_t end = std::min(source.size, source.last_unit_end);
  if (source.is_stream || source.is_archive || end < begin || context_.shards == 1) return false;
  return end - begin > std::uint64_t{4} * context_.plan.options.chunk_bytes;
}

// Whether its lines in the window of time are to be found without reading all of it.
bool UnitOpener::is_searched(const input::Source& source) const noexcept {
  if (!context_.plan.window || source.is_stream || source.is_archive || source.size <= source.start)
    return false;
  return source.size - source.start >= context_.plan.options.time_search_bytes;
}

// Narrows the unit, which covers a whole file, to where the lines of the window are. Numbers of lines need
// what comes before them all the same.
Coro<void> UnitOpener::seek_window(input::Unit* unit) {
  input::Source& source = *unit->source;
  const WindowPlace place = co_await find_window(unit->source, &*context_.plan.window);
  Counters& counters = context_.counters;
  counters.probed.fetch_add(place.bytes_read, std::memory_order_relaxed);
  if (!place.is_sorted) {
    counters.unsorted.fetch_add(1, std::memory_order_relaxed);
    co_return;
  }
  source.window_begin = place.begin;
  if (!context_.plan.numbers_lines()) unit->begin = place.begin;
  if (place.end != input::Unit::kToEnd) unit->end = source.last_unit_end = place.end - 1;
  const std::uint64_t behind = source.size - std::min(source.size, place.end);
  const std::uint64_t skipped = unit->begin - source.start + behind;
  counters.skipped.fetch_add(skipped, std::memory_order_relaxed);
  counters.bytes_opened.fetch_sub(skipped, std::memory_order_relaxed);
}

void UnitOpener::split_if_large(input::Unit& unit) {
  input::Source& source = *unit.source;
  const std::uint64_t chunk = context_.plan.options.chunk_bytes;
  const auto shards = static_cast<std::uint64_t>(context_.shards);
  if (!is_large(source, unit.begin) || context_.plan.is_sequential() || source.joins_lines) {
    context_.work.settle();
    return;
  }
  const std::uint64_t bytes = std::min(source.size, source.last_unit_end) - unit.begin;
  const std::uint64_t share = bytes / (shards * 4) / chunk;  // chunks
  const std::uint64_t unit_bytes = std::clamp<std::uint64_t>(share, 2, kMaxUnitChunks) * chunk;
  source.is_split = true;
  unit.end = unit.begin + unit_bytes;
  unit.is_last = false;
  context_.work.split(unit.source, unit.end, unit_bytes);
}

}  // namespace weir::pipeline
