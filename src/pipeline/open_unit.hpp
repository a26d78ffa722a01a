// Opening the source of a unit that covers it whole: what it is, what of it is to be read, and how it is
// divided, so that every shard can take part.
#pragma once

#include <cstdint>
#include <memory>

#include "input/cut_list.hpp"
#include "input/record_rules.hpp"
#include "pipeline/shard.hpp"
#include "weir/group.hpp"

namespace weir::pipeline {

// True when members were asked for of what turns out to be no archive; says so.
bool refuse_members(input::Source& source, base::Diagnostics& diagnostics);

// One for each shard. The rules outlive it.
class UnitOpener {
 public:
  UnitOpener(ScanContext& context, input::RecordRules rules) : context_(context), rules_(rules) {}

  // Leaves in `unit` the part of its source that the caller keeps; the others are handed to the work list,
  // some of them later, by a task of `group`. False when there is nothing to read. `immediate` is told
  // whether the kernel had what was read at hand.
  Coro<bool> open(input::Unit* unit, TaskGroup* group, bool* immediate);

 private:
  bool needs_sniff(const input::Source& source) const noexcept;
  Coro<void> settle_records(input::Unit* unit);
  void note_opened(input::Unit& unit);
  bool is_large(const input::Source& source, std::uint64_t begin) const noexcept;
  void split_if_large(input::Unit& unit);
  bool is_searched(const input::Source& source) const noexcept;
  Coro<void> seek_window(input::Unit* unit);
  bool may_cut(const input::Source& source) const noexcept;
  Coro<void> cut_compressed(input::Unit* unit, TaskGroup* group);
  Coro<void> cut_rest(std::shared_ptr<input::CutList> list, input::Unit next);

  ScanContext& context_;
  input::RecordRules rules_;
};

}  // namespace weir::pipeline
