// Block: output of one chunk on its way to the ordered writer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::output {

// A growing byte buffer with unchecked appends into room that was asked for.
class TextBuffer {
 public:
  TextBuffer() noexcept = default;
  TextBuffer(TextBuffer&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  TextBuffer& operator=(TextBuffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~TextBuffer() { std::free(memory_); }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::string_view view() const noexcept { return {memory_, size_}; }
  void clear() noexcept { size_ = 0; }
  void truncate(std::size_t size) noexcept { size_ = size; }

  // Memory for `bytes` more; commit() says how much was used.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return memory_ + size_;
  }
  void commit(std::size_t bytes) noexcept { size_ += bytes; }

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void append(char byte) {
    *room(1) = byte;
    ++size_;
  }
  void append_number(std::uint64_t value);

 private:
  // Twice as much each time; but what is asked for first is taken to be what will be needed.
  void grow(std::size_t bytes) {
    const std::size_t wanted = std::max({std::size_t{4096}, size_ + bytes, size_ > 0 ? 2 * capacity_ : 0});
    void* moved = std::realloc(memory_, wanted);
    if (!moved) throw std::bad_alloc();
    memory_ = static_cast<char*>(moved);
    capacity_ = wanted;
  }

  char* memory_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

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
