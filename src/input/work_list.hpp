// WorkList: the one list that all shards take their work from, so that a huge file spreads over all of them
// and nobody waits for a straggler. Sources go in in output order; a shard that opens a large file splits it,
// and its ranges are handed out before any later source. Thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "input/source.hpp"
#include "weir/loop.hpp"

namespace weir::input {

class WorkList {
 public:
  WorkList() = default;
  WorkList(const WorkList&) = delete;
  WorkList& operator=(const WorkList&) = delete;

  // Called, outside the lock and on any thread, whenever work is left lying after some was added.
  void on_surplus(std::function<void()> callback) { on_surplus_ = std::move(callback); }

  void push(std::vector<std::shared_ptr<Source>> sources);
  // No more push().
  void close();
  // Drops everything; take() ends.
  void stop();

  // `co_await list.take()`: the next unit, or nothing when all is handed out. A unit of a source that is not
  // open yet covers it whole: the taker opens it and calls settle() or split().
  class Take final : public detail::Leaf<Take> {
   public:
    explicit Take(WorkList& list) noexcept : Leaf("work"), list_(list) {}
    bool ready();
    void suspend() noexcept;
    std::optional<Unit> result() { return std::move(unit_); }
    bool abandon() noexcept override;

   private:
    friend class WorkList;
    WorkList& list_;
    Loop* loop_ = nullptr;
    std::optional<Unit> unit_;
  };
  Take take() noexcept { return Take(*this); }

  // The opened source stays in one piece (or could not be opened).
  void settle();
  // The taker keeps part 0 = [start, first_end); the rest is handed out in parts of `unit_bytes`.
  void split(const std::shared_ptr<Source>& source, std::uint64_t first_end, std::uint64_t unit_bytes);
  // The taker keeps part 0; add_parts() tells the rest, in order, up to the one that is_last.
  void split_by_parts(const std::shared_ptr<Source>& source);
  void add_parts(std::vector<Unit> parts);

 private:
  struct Split {
    std::shared_ptr<Source> source;
    std::uint64_t next_begin;
    std::uint64_t unit_bytes;
    std::uint32_t next_part;
    bool is_told = false;    // by add_parts(): these are they
    std::deque<Unit> parts;  // that were told and not handed out
  };

  static bool has_unit(const Split& split) { return !split.is_told || !split.parts.empty(); }
  static Unit next_range(Split& split);
  static Unit next_told(Split& split);
  bool is_exhausted() const;
  std::optional<Unit> pop();
  void serve();
  // One source is left for whoever pushed it.
  bool has_surplus() const;

  std::mutex mutex_;
  std::deque<std::shared_ptr<Source>> sources_;
  std::map<std::uint64_t, Split> splits_;  // by source index, until the last part is handed out
  std::size_t opening_ = 0;                // taken, and not yet known whether they will be split
  bool closed_ = false;
  bool stopped_ = false;
  std::deque<Take*> takers_;
  std::function<void()> on_surplus_;
};

}  // namespace weir::input
