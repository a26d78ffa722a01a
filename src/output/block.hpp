// Block: output of one chunk on its way to the ordered writer.
#pragma once

#include <cstdint>
#include <vector>

#include "base/text_buffer.hpp"

namespace weir::output {

using base::TextBuffer;

// Where a line's number is to be put into a block's text. Only kept where the shard cannot know it.
struct LineMark {
  std::uint32_t begin;   // offset in the text at which the line's output starts
  std::uint32_t number;  // offset at which its line number is to be inserted
  std::uint64_t line;    // from 0, counted from the start of its unit
};

// Whether the first group of lines of its unit begins with a block, and with the unit's first line: then it
// goes on with what is shown of the unit before.
enum class GroupStart : std::uint8_t { none, later, with_unit };

// A line shown or counted, for limits that only hold in output order. Only kept when there are some.
struct NotedLine {
  std::uint32_t begin;    // offset in the text at which the line's output starts; it may have none
  std::uint32_t matches;  // in it, where they are counted
  std::uint32_t labels;   // of it in Block::labels
  bool selected;
  bool continues;        // the selected record that the line before begins, or goes on with
  std::uint64_t number;  // from 0, counted from the start of its unit
  std::uint64_t end;     // offset behind it in its source
};

struct Block {
  TextBuffer text;
  std::vector<LineMark> marks;
  GroupStart group = GroupStart::none;
  std::vector<NotedLine> lines;
  std::vector<std::uint32_t> labels;  // of the selected lines, one after the other, where they are counted

  bool empty() const noexcept { return text.empty() && lines.empty() && labels.empty(); }
  std::size_t bytes() const noexcept {
    return text.capacity() + marks.capacity() * sizeof(LineMark) + lines.capacity() * sizeof(NotedLine) +
           labels.capacity() * sizeof(std::uint32_t);
  }
};

// Sums over one unit, or one source.
struct Totals {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t selected = 0;  // lines
  std::uint64_t matches = 0;   // in them; counted only when asked for

  Totals& operator+=(const Totals& other) noexcept {
    bytes += other.bytes;
    lines += other.lines;
    selected += other.selected;
    matches += other.matches;
    return *this;
  }
};

}  // namespace weir::output
