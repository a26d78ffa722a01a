// ReorderWindow: puts the output of many shards back into input order, inside a memory budget.
//
// Work is numbered (source, part). Shards deliver blocks of any unit at any time; the consumer takes them
// strictly in order. The head is the first unit whose end the consumer has not taken; its blocks pass through
// as they come.
//
// The budget counts bytes admitted for reading and bytes of blocks not yet written. A reader asks for
// admission before each read. While the budget is spent only the head is let on, and only while nothing of
// its own waits: so a slow consumer stops the readers, and the head can always finish, whatever the others
// hold.
//
// Thread-safe. Waiting readers and the consumer suspend on their own loops. Nothing else ever waits here; a
// filter that had to wait could hold up the head behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "output/block.hpp"
#include "output/spare_text.hpp"
#include "weir/loop.hpp"

namespace weir::output {

struct UnitKey {
  std::uint64_t source = 0;
  std::uint32_t part = 0;

  friend auto operator<=>(const UnitKey&, const UnitKey&) = default;
};

// What a filter has made of one chunk.
struct Delivery {
  Block block;
  std::size_t release_bytes = 0;  // admitted before, no longer in use
  bool unit_ends = false;
  bool source_ends = false;      // with unit_ends: there is no later part
  bool last_line_shown = false;  // with unit_ends
  Totals totals;                 // with unit_ends
};

// One step of the output, in order.
struct Event {
  UnitKey unit;
  Block block;
  bool unit_ends = false;
  bool source_ends = false;
  bool last_line_shown = false;
  Totals totals;
};

class ReorderWindow {
 public:
  explicit ReorderWindow(std::size_t budget_bytes) noexcept
      : budget_(budget_bytes), spare_(budget_bytes / 16) {}
  ReorderWindow(const ReorderWindow&) = delete;
  ReorderWindow& operator=(const ReorderWindow&) = delete;

  // `co_await window.admit(unit, bytes)`: when it returns, `bytes` have been charged.
  class Admit final : public detail::Leaf<Admit> {
   public:
    Admit(ReorderWindow& window, UnitKey unit, std::size_t bytes) noexcept
        : Leaf("memory budget"), window_(window), unit_(unit), bytes_(bytes) {}
    bool ready();
    void suspend() noexcept;
    void result() const noexcept {}
    bool abandon() noexcept override;

   private:
    friend class ReorderWindow;
    ReorderWindow& window_;
    UnitKey unit_;
    std::size_t bytes_;
    Loop* loop_ = nullptr;
  };
  Admit admit(UnitKey unit, std::size_t bytes) noexcept { return Admit(*this, unit, bytes); }

  // Gives back bytes that will not be used. Any thread.
  void release(std::size_t bytes);

  // Any thread; deliveries of one unit in order.
  void deliver(UnitKey unit, Delivery delivery);

  // Consumer: waits until there is something to take.
  class Ready final : public detail::Leaf<Ready> {
   public:
    explicit Ready(ReorderWindow& window) noexcept : Leaf("output"), window_(window) {}
    bool ready();
    void suspend() noexcept;
    void result() const noexcept {}
    bool abandon() noexcept override;

   private:
    friend class ReorderWindow;
    ReorderWindow& window_;
    Loop* loop_ = nullptr;
  };
  Ready ready() noexcept { return Ready(*this); }

  // Consumer: moves what is ready, in order, to `events`; the blocks stay charged until written().
  void take(std::vector<Event>& events);

  // Consumer: `bytes` of blocks are no longer held.
  void written(std::size_t bytes);

  // For the text of blocks.
  SpareText& spare() noexcept { return spare_; }

  // There are `sources` sources in all; the consumer is woken for the end.
  void set_total(std::uint64_t sources);
  // Consumer: every source has been taken.
  bool is_finished() const;

  // Consumer: the number of the first unfinished source.
  std::uint64_t head_source() const;
  std::size_t peak_bytes() const;

 private:
  struct Part {
    std::vector<Block> blocks;
    std::size_t bytes = 0;
    bool ended = false;
    bool last = false;
    bool last_line_shown = false;
    Totals totals;
  };

  bool has_output() const;
  bool may_proceed(UnitKey unit, std::size_t bytes) const;
  void charge(std::size_t bytes);
  void wake_admitted();
  void wake_consumer();
  Part& part_of(UnitKey unit);
  void advance_head();

  mutable std::mutex mutex_;
  std::size_t budget_;
  SpareText spare_;
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
  std::uint64_t total_ = ~std::uint64_t{0};
  std::size_t head_waiting_ = 0;  // bytes taken by the consumer and not yet written
  UnitKey head_;
  // [source - head_.source][part]; parts before the head's are dropped. Most sources have one.
  std::deque<std::vector<Part>> sources_;
  std::uint32_t dropped_parts_ = 0;  // of the head source
  std::vector<Admit*> admits_;
  Ready* consumer_ = nullptr;
};

}  // namespace weir::output
