#include "pipeline/shard.hpp"

#include <algorithm>

#include "input/cut_list.hpp"
#include "input/read_window.hpp"
#include "input/unit_reader.hpp"
#include "pipeline/credit.hpp"
#include "pipeline/look_back.hpp"
#include "pipeline/shard_records.hpp"
#include "pipeline/window_place.hpp"
#include "text/buffer_pool.hpp"
#include "text/newlines.hpp"
#include "weir/group.hpp"
#include "weir/offload.hpp"
#include "weir/queue.hpp"
#include "weir/time.hpp"

namespace weir::pipeline {

namespace {

constexpr int kMaxReaders = 128;                   // units under way in one shard
constexpr std::size_t kSmallBuffer = 16 * 1024;    // most small files fit
constexpr std::size_t kWideWindow = 8U << 20;      // bytes in flight when the device is what is waited for
constexpr std::size_t kQueuedChunks = 256;         // the read window bounds bytes long before
constexpr std::size_t kArchiveBytes = 512 * 1024;  // buffers of who takes an archive apart
constexpr std::uint64_t kMaxUnitChunks = 16;       // a range of a large file: 4 MiB at the usual chunk size

// A chunk on its way to the filter stage.
struct Item {
  Item(std::shared_ptr<UnitState> state_, text::Chunk chunk_, std::size_t window_bytes_,
       std::size_t admitted_bytes_)
      : state(std::move(state_)),
        chunk(std::move(chunk_)),
        window_bytes(window_bytes_),
        admitted_bytes(admitted_bytes_) {}

  std::shared_ptr<UnitState> state;
  text::Chunk chunk;
  std::size_t window_bytes;
  std::size_t admitted_bytes;
};

output::UnitKey key_of(const input::Unit& unit) noexcept {
  return {unit.source->index, unit.part};
}

class Shard {
 public:
  explicit Shard(ScanContext& context)
      : context_(context),
        chunk_bytes_(context.plan.options.chunk_bytes),
        read_window_(
            std::size_t{2} * chunk_bytes_ + 128 * 1024,
            std::max<std::size_t>({kWideWindow / static_cast<std::size_t>(std::max(1, context.shards / 4)),
                                   std::size_t{2} * chunk_bytes_ + 128 * 1024}),
            chunk_bytes_),
        pool_(kSmallBuffer, std::size_t{chunk_bytes_} + std::min<std::size_t>(chunk_bytes_, 4096)),
        queue_(kQueuedChunks),
        records_(context.plan),
        scanner_(context.plan, records_.rules()),
        output_ratio_(context.plan.prints_lines() ? 1 : 0) {}

  static Coro<void> run(TaskGroup& group, Shard* self) {
    self->group_ = &group;
    self->add_reader();
    group.spawn(self->filter_stage(), "filter");
    co_return;
  }

 private:
  void add_reader() {
    ++readers_;
    ++idle_readers_;
    group_->spawn(reader(), "reader");
  }

  Coro<void> reader();
  bool expects_decoder(const input::Source& source) const noexcept;
  Coro<void> read_unit(std::shared_ptr<UnitState> state, bool is_large);
  Coro<bool> open_unit(UnitState* state);
  Coro<void> read_chunks(std::shared_ptr<UnitState> state);
  void begin_window(UnitState& state) const;
  Coro<void> seek_window(input::Unit* unit);
  Coro<void> settle_window(std::shared_ptr<UnitState> state, const text::Chunk* chunk);
  bool is_searched(const input::Source& source) const noexcept;
  Coro<void> read_archive(std::shared_ptr<input::Source> source, std::string head,
                          std::unique_ptr<input::UnitDecoder> decoder);
  bool is_no_archive(input::Source& source);
  bool is_large(const input::Source& source, std::uint64_t begin) const noexcept;
  void split_if_large(input::Unit& unit);
  bool may_cut(const input::Source& source) const noexcept;
  Coro<void> cut_compressed(input::Unit* unit);
  Coro<void> cut_rest(std::shared_ptr<input::CutList> list, input::Unit next);
  void end_unread(const UnitState& state);
  Coro<void> filter_stage();
  void filter(Item& item);
  std::size_t expected_output(std::size_t bytes) const noexcept;

  ScanContext& context_;
  std::uint32_t chunk_bytes_;
  input::ReadWindow read_window_;
  text::BufferPool pool_;
  Queue<Item> queue_;
  ShardRecords records_;
  LineScanner scanner_;
  TaskGroup* group_ = nullptr;
  int readers_ = 0;
  int idle_readers_ = 0;     // of them, those that look for work
  int units_ = 0;            // under way
  std::uint64_t reads_ = 0;  // in flight
  double output_ratio_;      // bytes of output for a byte read, lately; at first, a guess
};

// Each reader works on one unit at a time; one that has found work brings in the next, as far as the window
// allows.
Coro<void> Shard::reader() {
  for (;;) {
    co_await read_window_.begin_unit();
    std::optional<input::Unit> unit = co_await context_.work.take();
    if (!unit) break;
    --idle_readers_;
    // What is to be decoded for all that can be told is taken for large before it is known: decoders are
    // large.
    const bool is_range = !unit->is_first();
    const bool is_large = is_range || expects_decoder(*unit->source);
    if (is_large) read_window_.note_large();
    // A unit that was on its way here when the scan was cancelled still comes.
    if (readers_ < kMaxReaders && idle_readers_ == 0 && group_->is_open()) add_reader();
    auto state = std::make_shared<UnitState>(std::move(*unit), context_.plan);
    if (units_++ == 0) context_.spare_cores.take();
    co_await read_unit(state, is_large);
    if (--units_ == 0) context_.spare_cores.give_back();
    read_window_.end_unit(is_large || state->unit.source->is_split);
    ++idle_readers_;
  }
  read_window_.end_unit(false);
  if (--readers_ == 0) queue_.close();
}

bool Shard::expects_decoder(const input::Source& source) const noexcept {
  const input::OpenOptions& options = context_.open_options;
  const bool has_extension =
      input::has_codec_extension(source.path) || input::has_archive_extension(source.path);
  return (options.encoding && options.encoding->transcodes()) || (options.decompress && has_extension);
}

Coro<void> Shard::read_unit(std::shared_ptr<UnitState> state, bool is_large) {
  if (state->unit.is_first()) {
    const bool is_open = co_await open_unit(state.get());
    if (!is_open) {
      end_unread(*state);
      co_return;
    }
    if (!is_large && state->unit.source->is_split) read_window_.note_large();
    if (state->unit.source->is_archive) {
      co_await read_archive(state->unit.source, "", nullptr);
      co_return;
    }
  }
  begin_window(*state);
  co_await read_chunks(std::move(state));
}

void Shard::begin_window(UnitState& state) const {
  if (!context_.plan.window) return;
  const auto before = state.unit.is_first() ? input::RecordTime::none : input::RecordTime::unknown;
  state.window.emplace(*context_.plan.window, state.unit.source->modified_ns, before);
}

Coro<bool> Shard::open_unit(UnitState* state) {
  input::Unit& unit = state->unit;
  if (unit.source->is_repeat) {
    unit.source->is_read = true;
    context_.work.settle();
    co_return false;
  }
  bool immediate = true;
  const input::Opened opened =
      co_await input::open_source(unit.source, context_.open_options, &context_.diagnostics, &immediate);
  read_window_.note(immediate);
  if (opened != input::Opened::ready) {
    context_.work.settle();
    co_return false;
  }
  context_.counters.files.fetch_add(1, std::memory_order_relaxed);
  context_.counters.bytes_opened.fetch_add(unit.source->size, std::memory_order_relaxed);
  unit.source->is_read = true;
  unit.begin = unit.source->start;
  if (is_large(*unit.source, unit.begin) || is_searched(*unit.source))
    co_await input::sniff_source(unit.source);
  const bool is_known = !unit.source->may_be_archive && !unit.source->is_archive;
  if (is_known && is_no_archive(*unit.source)) {
    context_.work.settle();
    co_return false;
  }
  if (is_searched(*unit.source)) co_await seek_window(&unit);
  if (records_.rules() && (is_large(*unit.source, unit.begin) || unit.begin > unit.source->start))
    co_await input::look_for_stamps(unit.source.get(), records_.rules());
  if (may_cut(*unit.source)) {
    co_await cut_compressed(&unit);
  } else {
    split_if_large(unit);
  }
  co_return true;
}

// Lists and -q end at the first line that is selected: what is behind damage must not decide them.
bool Shard::may_cut(const input::Source& source) const noexcept {
  const GrepOutput output = context_.plan.options.output;
  const bool ends_early = output == GrepOutput::quiet || output == GrepOutput::files_with_matches ||
                          output == GrepOutput::files_without_match;
  const bool transcodes = source.encoding && source.encoding->transcodes();
  return source.codec && source.codec->find_cuts && !transcodes && source.is_regular && context_.shards > 1 &&
         !context_.plan.is_sequential() && !context_.plan.depends_on_neighbours() && !ends_early;
}

// Cuts a compressed file where its format lets decoding begin. The first part stays here.
Coro<void> Shard::cut_compressed(input::Unit* unit) {
  const GrepOptions& options = context_.plan.options;
  const bool needs_offsets = options.byte_offsets || options.json;
  auto list = std::make_shared<input::CutList>(unit->source, kMaxUnitChunks * chunk_bytes_, needs_offsets);
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
  group_->spawn(cut_rest(std::move(list), std::move(next)), "cuts");
}

Coro<void> Shard::cut_rest(std::shared_ptr<input::CutList> list, input::Unit next) {
  for (bool more = true; more;) {
    auto find = [list] { return list->next(); };
    const std::vector<input::Cut> cuts = co_await offload(std::move(find));
    more = !cuts.empty();
    context_.work.add_parts(input::units_between(next, cuts));
  }
}

// Members were asked for of what has none.
bool Shard::is_no_archive(input::Source& source) {
  if (source.member_pattern.empty()) return false;
  if (source.is_read) {
    context_.diagnostics.file_error(source.path + "!" + source.member_pattern + ": not an archive");
  }
  source.is_read = false;
  return true;
}

// Whether it is worth to be cut into ranges, so that every shard can take part.
bool Shard::is_large(const input::Source& source, std::uint64_t begin) const noexcept {
  const std::uint64_t end = std::min(source.size, source.last_unit_end);
  if (source.is_stream || source.is_archive || end < begin || context_.shards == 1) return false;
  return end - begin > std::uint64_t{4} * chunk_bytes_;
}

// Whether its lines in the window of time are to be found without reading all of it.
bool Shard::is_searched(const input::Source& source) const noexcept {
  if (!context_.plan.window || source.is_stream || source.is_archive || source.size <= source.start)
    return false;
  return source.size - source.start >= context_.plan.options.time_search_bytes;
}

// Narrows the unit, which covers a whole file, to where the lines of the window are. Numbers of lines need
// what comes before them all the same.
Coro<void> Shard::seek_window(input::Unit* unit) {
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

// Before the first chunk of a range goes on: what its first lines belong to, if they have no time stamp.
Coro<void> Shard::settle_window(std::shared_ptr<UnitState> state, const text::Chunk* chunk) {
  const input::Source& source = *state->unit.source;
  const std::uint64_t begin = source.start + chunk->offset;
  if (begin + chunk->text.size() <= source.window_begin) co_return;
  input::RecordTime time = state->window->time_of(chunk->text.substr(0, text::line_end(chunk->text, 0)));
  if (time == input::RecordTime::none)
    time =
        co_await look_back(state->unit.source, &*state->window, begin, context_.plan.options.max_line_bytes);
  state->window->set_current(time);
}

void Shard::split_if_large(input::Unit& unit) {
  input::Source& source = *unit.source;
  const std::uint64_t chunk = chunk_bytes_;
  const auto shards = static_cast<std::uint64_t>(context_.shards);
  if (!is_large(source, unit.begin) || context_.plan.is_sequential()) {
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

void Shard::end_unread(const UnitState& state) {
  output::Delivery delivery;
  delivery.unit_ends = true;
  delivery.source_ends = state.unit.is_last;
  context_.window.deliver(key_of(state.unit), std::move(delivery));
}

std::size_t Shard::expected_output(std::size_t bytes) const noexcept {
  return static_cast<std::size_t>(static_cast<double>(bytes) * output_ratio_);
}

Coro<void> Shard::read_chunks(std::shared_ptr<UnitState> state) {
  const output::UnitKey key = key_of(state->unit);
  auto reader = std::make_unique<input::UnitReader>(
      state->unit, chunk_bytes_, context_.plan.options.max_line_bytes, pool_, &context_.spare_cores,
      context_.diagnostics, records_.rules(), context_.plan.margins());
  Credit credit(context_.window, key);
  for (bool more = true; more;) {
    const std::size_t bytes = reader->next_bytes();
    text::Chunk chunk;
    chunk.is_last = true;
    std::size_t admitted = 0;
    std::size_t in_window = 0;
    const input::Source& source = *state->unit.source;
    const bool wanted = !state->wants_no_more && !source.satisfied.load(std::memory_order_relaxed) &&
                        state->unit.part <= source.last_valid_part.load(std::memory_order_relaxed);
    if (wanted) {
      // In this order: what waits for the budget must not keep the head out of the read window.
      const std::size_t held = reader->held_bytes();
      if (held != credit.held()) co_await credit.hold(held);
      admitted = bytes + expected_output(bytes);
      co_await context_.window.admit(key, admitted);
      in_window = bytes;
      co_await read_window_.acquire(in_window);
      std::uint64_t peak = context_.counters.peak_reads.load(std::memory_order_relaxed);
      if (++reads_ > peak) context_.counters.peak_reads.store(reads_, std::memory_order_relaxed);
      chunk = co_await reader->next();
      --reads_;
      read_window_.note(reader->was_immediate());
      if (!chunk.text.empty() && state->window && state->window->current() == input::RecordTime::unknown)
        co_await settle_window(state, &chunk);
    }
    if (reader->content().is_archive()) {
      read_window_.release(in_window);
      context_.window.release(admitted);
      std::string head = reader->content().take_head();
      std::unique_ptr<input::UnitDecoder> decoder = reader->content().take_decoder();
      reader.reset();
      co_await credit.hold(0);
      co_await read_archive(state->unit.source, std::move(head), std::move(decoder));
      co_return;
    }
    const bool is_known = chunk.is_last || !chunk.text.empty();
    if (is_known && is_no_archive(*state->unit.source)) {
      chunk = text::Chunk();
      chunk.is_last = true;
    }
    more = !chunk.is_last;
    Item item(state, std::move(chunk), in_window, admitted);
    co_await queue_.put(std::move(item));
    // The next read of a stream may wait for ever; first let the filter say whether it is still wanted.
    if (state->unit.source->is_stream) co_await yield();
  }
}

// The members, each a part with a source of its own; what ends the archive is a part without.
Coro<void> Shard::read_archive(std::shared_ptr<input::Source> source, std::string head,
                               std::unique_ptr<input::UnitDecoder> decoder) {
  auto reader = std::make_shared<input::ArchiveReader>(source, std::move(head), std::move(decoder),
                                                       context_.members, context_.diagnostics);
  source->is_archive = true;
  const output::UnitKey key = {source->index, 0};
  Credit credit(context_.window, key);
  co_await credit.hold(source->decoder_bytes + kArchiveBytes);
  input::Unit unit;
  unit.is_last = false;
  unit.is_member = true;
  for (;; ++unit.part) {
    unit.source = co_await reader->next();
    if (!unit.source) break;
    source->members.add(unit.part, unit.source);
    unit.source->null_lines = source->null_lines;
    unit.source->encoding = context_.open_options.encoding;
    unit.source->modified_ns = source->modified_ns;
    auto state = std::make_shared<UnitState>(unit, context_.plan);
    begin_window(*state);
    co_await read_chunks(std::move(state));
  }
  output::Delivery delivery;
  delivery.unit_ends = delivery.source_ends = true;
  context_.window.deliver({source->index, unit.part}, std::move(delivery));
}

Coro<void> Shard::filter_stage() {
  for (;;) {
    std::optional<Item> item = co_await queue_.get();
    if (!item) break;
    filter(*item);
  }
}

void Shard::filter(Item& item) {
  UnitState& state = *item.state;
  output::Delivery delivery;
  const std::uint64_t selected_before = state.totals.selected;
  scanner_.scan(item.chunk, state, delivery.block);
  if (const std::uint64_t undecided = scanner_.take_undecided_lines(); undecided > 0) {
    context_.diagnostics.error(std::string(input::display_name(*state.unit.source)) +
                               ": the pattern is too hard for " + std::to_string(undecided) +
                               " of its lines (PCRE2 match limit): they count as not matching");
  }
  if (state.multiline.was_cut && !std::exchange(state.multiline.cut_is_told, true)) {
    context_.diagnostics.error(std::string(input::display_name(*state.unit.source)) +
                               ": what may be a match is longer than is kept (--max-line, half of --memory): "
                               "looked for in pieces");
  }
  if (state.window)
    context_.counters.untimed.fetch_add(state.window->take_untimed(), std::memory_order_relaxed);
  const std::size_t bytes = item.chunk.text.size();
  if (bytes > 0) {
    context_.counters.bytes.fetch_add(bytes, std::memory_order_relaxed);
    // A few bytes tell nothing: even an empty block has its least size.
    const std::size_t least = std::max<std::size_t>(bytes, 4096);
    output_ratio_ = static_cast<double>(delivery.block.bytes()) / static_cast<double>(least);
  }
  const bool is_last = item.chunk.is_last;
  pool_.put(std::move(item.chunk.buffer));
  read_window_.release(item.window_bytes);

  const bool any_new = state.totals.selected > selected_before;
  const GrepOutput output = context_.plan.options.output;
  if (any_new && output == GrepOutput::quiet && context_.on_selected) context_.on_selected();
  if (any_new && (output == GrepOutput::files_with_matches || output == GrepOutput::files_without_match)) {
    state.unit.source->satisfied.store(true, std::memory_order_relaxed);
  }
  delivery.release_bytes = item.admitted_bytes;
  delivery.unit_ends = is_last;
  delivery.source_ends = is_last && state.unit.is_last;
  delivery.last_line_shown = state.context.is_shown_up_to(state.totals.lines);
  delivery.totals = state.totals;
  context_.window.deliver(key_of(state.unit), std::move(delivery));
}

}  // namespace

Coro<void> run_shard(ScanContext* context) {
  Shard shard(*context);
  co_await with_group(&Shard::run, &shard);
}

}  // namespace weir::pipeline
