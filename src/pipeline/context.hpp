// Lines around the selected ones: -A, -B and -C. The chunks of a unit come in order. What the units before
// and after it have to do with it, its margins tell: see input::UnitMargins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "output/block.hpp"
#include "pipeline/line_printer.hpp"
#include "pipeline/scan_plan.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

struct ContextState {
  struct Held {
    std::string text;
    std::uint64_t number;
    std::uint64_t offset;
  };

  std::uint64_t lead_left = 0;  // lines still to come that belong to the unit before
  bool any_shown = false;
  std::uint64_t next_number = 0;  // of the line behind the last one shown
  std::uint64_t after_left = 0;   // lines still to be shown behind the last selected one
  std::vector<Held>
      held;  // lines at the end of what was read, not shown: some may yet come before a selected one
  std::uint64_t ahead = 0;  // lines that have come behind the unit's own

  bool is_shown_up_to(std::uint64_t number) const noexcept { return any_shown && next_number == number; }
};

class ContextPrinter {
 public:
  ContextPrinter(const ScanPlan& plan, LinePrinter& printer) : plan_(plan), printer_(printer) {}

  struct Selection {
    const std::vector<filter::Line>& lines;
    const std::vector<filter::Line>& heads;  // see continues()
  };

  // Shows the selected lines of the chunk and what is around them; `number` is that of the chunk's first
  // line. Returns the number of the line behind the chunk. Where lines are not counted for anything else, the
  // numbers of neighbours follow each other, and those of others do not.
  std::uint64_t print(const text::Chunk& chunk, const Selection& selected, std::uint64_t number,
                      ContextState& state, LineOwner& owner, output::Block& block);

  // Leaves in the chunk, and among the `selected` lines of it, what belongs to the unit; what else depends on
  // the others goes to `state`. Returns how many of the lines held so far come before a line behind the unit.
  std::uint64_t cut_margins(text::Chunk& chunk, std::vector<filter::Line>& selected,
                            ContextState& state) const;

  // Shows the last `count` lines held, and forgets the others.
  void show_held(std::uint64_t count, ContextState& state, LineOwner& owner, output::Block& block);

 private:
  struct Position {
    std::size_t at;
    std::uint64_t number;
  };

  Position show_after(const text::Chunk& chunk, Position from, std::size_t end);
  Position back_from(const text::Chunk& chunk, Position from, std::size_t end);
  Position show_before(const text::Chunk& chunk, Position from, std::size_t selected_begin);
  void print_held();
  Position show_lines(const text::Chunk& chunk, Position from, std::size_t end);
  void begin_group(std::uint64_t first_number);
  LineView take_line(const text::Chunk& chunk, Position& from) const;
  std::uint64_t hold_rest(const text::Chunk& chunk, Position from);
  std::uint64_t count(std::string_view lines) const;

  const ScanPlan& plan_;
  LinePrinter& printer_;
  // Of the print() under way.
  bool is_copied_ = false;  // lines go out as they are
  ContextState* state_ = nullptr;
  LineOwner* owner_ = nullptr;
  output::Block* block_ = nullptr;
};

}  // namespace weir::pipeline
