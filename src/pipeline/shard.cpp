#include "pipeline/shard.hpp"

#include <unistd.h>

#include <algorithm>

#include "input/file_map.hpp"
#include "input/read_window.hpp"
#include "input/unit_reader.hpp"
#include "pipeline/credit.hpp"
#include "pipeline/look_back.hpp"
#include "pipeline/open_unit.hpp"
#include "pipeline/record_scanner.hpp"
#include "pipeline/shard_records.hpp"
#include "text/buffer_pool.hpp"
#include "text/newlines.hpp"
#include "weir/gauge.hpp"
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
constexpr int kTimedOut = 5;                       // exit status
constexpr std::size_t kArchiveBytes = 512 * 1024;  // buffers of who takes an archive apart

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
  std::optional<input::RecordTime> record_time;  // of what is under way where the chunk begins, once a range
};

// Bytes of a file from which on mapping it costs less than copying it; nullopt: it is not to be mapped.
std::optional<std::uint64_t> least_mapped(const ScanPlan& plan) {
  if (!plan.may_map()) return std::nullopt;
  return plan.options.mapping == Mapping::always ? 0 : input::kHugePage;
}

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
        scanned_records_(context.plan),
        opener_(context, records_.rules()),
        scanner_(context.plan, scanned_records_.rules(), &control_.interrupt),
        output_ratio_(context.plan.prints_lines() ? 1 : 0) {
    if (context.plan.jq) record_scanner_ = std::make_unique<RecordScanner>(*context.plan.jq, control_);
  }

  static Coro<void> run(TaskGroup& group, Shard* self) {
    self->group_ = &group;
    self->add_reader();
    group.spawn(needed(&self->context_, self->filter_stage()), "filter");
    co_return;
  }

 private:
  void add_reader() {
    ++readers_;
    ++idle_readers_;
    group_->spawn(needed(&context_, reader()), "reader");
  }

  Coro<void> reader();
  bool expects_decoder(const input::Source& source) const noexcept;
  Coro<void> read_unit(std::shared_ptr<UnitState> state, bool is_large);
  Coro<void> read_chunks(std::shared_ptr<UnitState> state);
  void begin_window(UnitState& state) const;
  Coro<std::optional<input::RecordTime>> time_before(std::shared_ptr<UnitState> state,
                                                     const text::Chunk* chunk);
  Coro<void> read_archive(std::shared_ptr<input::Source> source, std::string head,
                          std::unique_ptr<input::UnitDecoder> decoder);
  void end_unread(const UnitState& state);
  Coro<void> filter_stage();
  void filter(Item& item);
  void filter_lent(Item& item, output::Block& block);
  void read_chunk_again(text::Chunk& chunk, input::Source& source);
  Coro<void> filter_aside(Item* item);
  void finish_lines(Item& item, output::Delivery delivery, std::uint64_t selected_before);
  output::TextBuffer text_memory();
  void fit(output::TextBuffer& text);
  void finish(Item& item, output::Delivery delivery, std::uint64_t selected_before);
  Coro<void> run_records(Item* item);
  Coro<void> watch_records();
  void count_records();
  void take_records(Item& item);
  std::size_t expected_output(std::size_t bytes) const noexcept;

  ScanContext& context_;
  std::uint32_t chunk_bytes_;
  input::ReadWindow read_window_;
  text::BufferPool pool_;
  Queue<Item> queue_;
  ShardRecords records_;          // of the loop's thread
  ShardRecords scanned_records_;  // of the scanner's
  UnitOpener opener_;
  RunControl control_;  // of the program, or the condition
  LineScanner scanner_;
  bool is_running_ = false;                        // it works beside the loop
  std::unique_ptr<RecordScanner> record_scanner_;  // in its place, for runs of jq
  TaskGroup* group_ = nullptr;
  int readers_ = 0;
  int idle_readers_ = 0;       // of them, those that look for work
  int units_ = 0;              // under way
  std::uint64_t reads_ = 0;    // in flight
  output::TextBuffer unused_;  // for the next text
  double output_ratio_;        // bytes of output for a byte read, lately; at first, a guess
  // For the monitor.
  Gauge queue_gauge_{"chunks read, to be filtered", [this] { return queue_.size(); }, kQueuedChunks};
  Gauge reads_gauge_{"reads in flight", [this] { return reads_; }};
  Gauge units_gauge_{"files and ranges under way", [this] { return static_cast<std::uint64_t>(units_); },
                     kMaxReaders};
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
    bool immediate = true;
    const bool is_open = co_await opener_.open(&state->unit, group_, &immediate);
    read_window_.note(immediate);
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

// Of the first chunk of a range that may be in the window: what its first lines belong to, if they have no
// time stamp. Nothing for those in front of it. The unit's own filter may be at work on the chunk before.
Coro<std::optional<input::RecordTime>> Shard::time_before(std::shared_ptr<UnitState> state,
                                                          const text::Chunk* chunk) {
  const input::Source& source = *state->unit.source;
  const std::uint64_t begin = source.start + chunk->offset;
  if (begin + chunk->text.size() <= source.window_begin) co_return std::nullopt;
  WindowFilter filter(*context_.plan.window, source.modified_ns, input::RecordTime::unknown);
  input::RecordTime time = filter.time_of(chunk->text.substr(0, text::line_end(chunk->text, 0)));
  if (time == input::RecordTime::none)
    time = co_await look_back(state->unit.source, &filter, begin, context_.plan.options.max_line_bytes);
  co_return time;
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
  std::optional<input::UnitReader> reader;
  reader.emplace(state->unit, chunk_bytes_, context_.plan.options.max_line_bytes, pool_,
                 &context_.spare_cores, context_.diagnostics, records_.rules(), context_.plan.margins());
  if (const auto least = least_mapped(context_.plan))
    reader->use_mappings(*least, context_.plan.options.mapping != Mapping::always);
  Credit credit(context_.window, key);
  bool needs_time = state->window && !state->unit.is_first();
  for (bool more = true; more;) {
    const std::size_t bytes = reader->next_bytes();
    text::Chunk chunk;
    chunk.is_last = true;
    std::size_t admitted = 0;
    std::size_t in_window = 0;
    std::optional<input::RecordTime> record_time;
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
      if (needs_time && !chunk.text.empty()) record_time = co_await time_before(state, &chunk);
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
    if (is_known && refuse_members(*state->unit.source, context_.diagnostics)) {
      chunk = text::Chunk();
      chunk.is_last = true;
    }
    more = !chunk.is_last;
    Item item(state, std::move(chunk), in_window, admitted);
    item.record_time = record_time;
    if (record_time) needs_time = false;
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
  std::optional<Task<void>> watch;
  if (context_.plan.jq && context_.plan.jq->options.timeout_ms > 0)
    watch = group_->spawn(watch_records(), "timeout");
  for (;;) {
    std::optional<Item> item = co_await queue_.get();
    if (!item) break;
    if (item->record_time) item->state->window->set_current(*item->record_time);
    if (record_scanner_) {
      co_await run_records(&*item);
    } else if (context_.plan.condition && context_.plan.condition->may_run_long) {
      co_await filter_aside(&*item);
    } else {
      filter(*item);
    }
  }
  if (watch) watch->cancel();
}

// --timeout: the machine is told to leave a record; libjq cannot be.
Coro<void> Shard::watch_records() {
  const std::chrono::milliseconds limit(context_.plan.jq->options.timeout_ms);
  std::uint64_t last = 0;
  TimePoint since = Clock::now();
  for (;;) {
    co_await sleep(std::clamp(limit / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(100)));
    const std::uint64_t begun = control_.begun.load(std::memory_order_relaxed);
    if (!is_running_ || begun != last) {
      last = begun;
      since = Clock::now();
      continue;
    }
    if (Clock::now() - since > limit) {
      control_.timed_out = true;
      control_.interrupt = true;
    }
    if (Clock::now() - since > 2 * limit + std::chrono::seconds(1)) {
      context_.diagnostics.error(
          "the program took longer than --timeout allows, and libjq cannot be stopped: the run ends");
      ::_exit(kTimedOut);
    }
  }
}

// Programs that may take their time run beside the loop.
Coro<void> Shard::run_records(Item* item) {
  if (item->chunk.buffer.lender()) take_records(*item);
  output::Delivery delivery;
  delivery.block.text = text_memory();
  auto scan = [this, item, &delivery] { record_scanner_->scan(item->chunk, *item->state, delivery.block); };
  const RecordPlan& plan = *context_.plan.jq;
  const bool is_heavy = plan.may_run_long || plan.engine != ProgramEngine::native;
  if (is_heavy && !item->chunk.text.empty()) {
    is_running_ = true;
    co_await offload(std::move(scan), control_.interrupt);
    is_running_ = false;
  } else {
    scan();
  }
  count_records();
  finish(*item, std::move(delivery), item->state->totals.selected);
}

void Shard::take_records(Item& item) {
  context_.counters.mapped.fetch_add(item.chunk.text.size(), std::memory_order_relaxed);
  input::Source& source = *item.state->unit.source;
  if (!record_scanner_->take_lines(item.chunk, source)) read_chunk_again(item.chunk, source);
}

void Shard::count_records() {
  const RecordCounts counts = record_scanner_->take_counts();
  Counters& all = context_.counters;
  const auto add = [](std::atomic<std::uint64_t>& sum, std::uint64_t part) {
    if (part > 0) sum.fetch_add(part, std::memory_order_relaxed);
  };
  add(all.records, counts.records);
  add(all.outputs, counts.outputs);
  add(all.malformed, counts.malformed);
  add(all.native_records, counts.native_records);
  add(all.native_bytes, counts.native_bytes);
  add(all.libjq_records, counts.libjq_records);
  add(all.libjq_bytes, counts.libjq_bytes);
  add(all.filtered_bytes, counts.filtered_bytes);
}

void Shard::filter(Item& item) {
  UnitState& state = *item.state;
  output::Delivery delivery;
  delivery.block.text = text_memory();
  const std::uint64_t selected_before = state.totals.selected;
  if (item.chunk.buffer.lender()) {
    filter_lent(item, delivery.block);
  } else {
    scanner_.scan(item.chunk, state, delivery.block);
  }
  finish_lines(item, std::move(delivery), selected_before);
}

// What came of text that was changed meanwhile counts for nothing.
void Shard::filter_lent(Item& item, output::Block& block) {
  UnitState& state = *item.state;
  const UnitState::Progress before = state.progress();
  const text::ChunkPlace place = item.chunk.place();
  scanner_.scan(item.chunk, state, block);
  context_.counters.mapped.fetch_add(place.text.size(), std::memory_order_relaxed);
  if (item.chunk.buffer.lender()->is_intact_up_to(place.text.data() + place.text.size())) return;
  state.go_back(before);
  scanner_.take_undecided_lines();
  block = output::Block();
  item.chunk.go_back(place);
  read_chunk_again(item.chunk, *state.unit.source);
  scanner_.scan(item.chunk, state, block);
}

// In place of what a mapping has lent, what the file holds there now.
void Shard::read_chunk_again(text::Chunk& chunk, input::Source& source) {
  const std::size_t size = chunk.text.size();
  text::Buffer copy = pool_.get(text::kHeadroom, size);
  const std::size_t got =
      input::read_again(source, source.start + chunk.offset, copy.data(), size, context_.diagnostics);
  chunk.text = std::string_view(copy.data(), got);
  chunk.own = std::min(chunk.own, got);
  chunk.buffer = std::move(copy);
  input::report_truncation(source, context_.diagnostics);
}

// A condition that may take its time is asked beside the loop.
Coro<void> Shard::filter_aside(Item* item) {
  output::Delivery delivery;
  delivery.block.text = text_memory();
  const std::uint64_t selected_before = item->state->totals.selected;
  auto scan = [this, item, &delivery] { scanner_.scan(item->chunk, *item->state, delivery.block); };
  co_await offload(std::move(scan), control_.interrupt);
  finish_lines(*item, std::move(delivery), selected_before);
}

void Shard::finish_lines(Item& item, output::Delivery delivery, std::uint64_t selected_before) {
  UnitState& state = *item.state;
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
  finish(item, std::move(delivery), selected_before);
}

output::TextBuffer Shard::text_memory() {
  return unused_.capacity() > 0 ? std::exchange(unused_, {}) : context_.window.spare().take();
}

// A text goes on with no more memory than it needs: it may have to wait for others.
void Shard::fit(output::TextBuffer& text) {
  const bool is_usual = text.capacity() > kSmallBuffer && text.capacity() <= std::size_t{2} * chunk_bytes_;
  if (!is_usual || text.size() >= text.capacity() / 4) return;
  output::TextBuffer fitting;
  fitting.append(text.view());
  unused_ = std::exchange(text, std::move(fitting));
  unused_.clear();
}

void Shard::finish(Item& item, output::Delivery delivery, std::uint64_t selected_before) {
  UnitState& state = *item.state;
  if (state.window)
    context_.counters.untimed.fetch_add(state.window->take_untimed(), std::memory_order_relaxed);
  fit(delivery.block.text);
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

Coro<void> needed(ScanContext* context, Coro<void> work) {
  try {
    co_await std::move(work);
  } catch (const Cancelled&) {
    if (!context->stopping.load()) context->on_cancelled();
    throw;
  }
}

Coro<void> run_shard(ScanContext* context) {
  Shard shard(*context);
  co_await with_group(&Shard::run, &shard);
}

}  // namespace weir::pipeline
