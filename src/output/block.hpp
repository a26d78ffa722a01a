// Block: output of one chunk on its way to the ordered writer.
#pragma once

#include <cstdint>
#include <string>
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

// What is to be said about a record, in its turn.
struct RecordNote {
  enum class Kind : std::uint8_t {
    failed,     // the program did, on this record
    malformed,  // the text is no record; `text` says why
    message,    // from the program itself, for stderr as it is
    halted      // the program ends the run; `text` is for stderr as it is
  };

  Kind kind;
  int status = 0;            // with halted
  std::uint64_t line = 0;    // where it begins, from 0, counted from the start of its unit
  std::uint64_t offset = 0;  // ... in its source
  std::string text;
  std::string record;  // malformed text, if it is to be kept
};

// What the outputs of a program came to.
enum class LastOutput : std::uint8_t { none, is_false, is_true };

struct Block {
  TextBuffer text;
  std::vector<LineMark> marks;
  GroupStart group = GroupStart::none;
  std::vector<NotedLine> lines;
  std::vector<std::uint32_t> labels;  // of the selected lines, one after the other, where they are counted

  std::vector<RecordNote> notes;
  LastOutput last_output = LastOutput::none;

  bool empty() const noexcept {
    return text.empty() && lines.empty() && labels.empty() && notes.empty() &&
           last_output == LastOutput::none;
  }
  std::size_t bytes() const noexcept {
    return text.capacity() + marks.capacity() * sizeof(LineMark) + lines.capacity() * sizeof(NotedLine) +
           labels.capacity() * sizeof(std::uint32_t) + note_bytes();
  }

 private:
  std::size_t note_bytes() const noexcept {
    std::size_t bytes = notes.capacity() * sizeof(RecordNote);
    for (const RecordNote& note : notes)
      bytes += note.text.size() + note.record.size();
    return bytes;
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
