// JsonIndex: where the structure of JSON text is.
//
// Holds the offset of every bracket, comma, colon and beginning of a string, number or word in a stretch of
// text with any number of values; "position" is a place in that list. Says nothing about grammar: that is
// JsonWalk's. Values that are raw refer to an index by position, and die when it is built anew or destroyed.
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "record/value.hpp"

namespace weir::record {

class JsonIndex {
 public:
  JsonIndex() noexcept;
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  // Why no text can be indexed: there is no simdjson. Empty: it can. Loads it; any thread may ask.
  static const std::string& problem();

  // Indexes `text`, behind which text::kPadding bytes are readable. False when it is not UTF-8, has a control
  // character in a string, has an unclosed string, or is too long (4 GiB): then there are no positions.
  // Throws problem(), if there is one.
  bool build(std::string_view text);

  std::string_view text() const noexcept { return text_; }
  std::uint32_t size() const noexcept { return size_; }
  // In ascending order; [size()] is the size of the text.
  const std::uint32_t* offsets() const noexcept { return offsets_; }
  // What stands at a position.
  char at(std::uint32_t position) const noexcept { return text_[offsets_[position]]; }

  // The offset of the first backslash, or 0x7f, at or behind `from`; the size of the text when there is none.
  // Cheap when asked from front to back.
  std::uint32_t next_escape(std::uint32_t from) const noexcept { return look_ahead(from, '\\', escape_); }
  std::uint32_t next_delete(std::uint32_t from) const noexcept { return look_ahead(from, '\x7f', delete_); }

  // A reader that has seen that a value is written as jq would write it on one line, but for the control
  // character 0x7f in strings, leaves that here: of its last record only.
  void set_compact(std::uint32_t position, std::uint32_t bytes) noexcept {
    compact_position_ = position;
    compact_bytes_ = bytes;
  }
  // The bytes of such a value; 0 for others.
  std::uint32_t compact_bytes(std::uint32_t position) const noexcept {
    return position == compact_position_ ? compact_bytes_ : 0;
  }

  // The functions below are for values that were found to be valid JSON.

  // Takes apart the container at `position`, one level deep; what it contains may be raw again. Of equal keys
  // the last value counts, in the place of the first.
  Value expand(std::uint32_t position) const;
  // The position behind the value at `position`.
  std::uint32_t behind(std::uint32_t position) const noexcept;
  // The value itself; containers raw, texts borrowed where they are written as they are.
  Value value(std::uint32_t position) const;

 private:
  struct Finder;

  // There is no such byte from `from` to `at`.
  struct Ahead {
    std::uint32_t from = 1;
    std::uint32_t at = 0;
  };
  std::uint32_t look_ahead(std::uint32_t from, char byte, Ahead& ahead) const noexcept {
    if (from < ahead.from || from > ahead.at) find(from, byte, ahead);
    return ahead.at;
  }
  void find(std::uint32_t from, char byte, Ahead& ahead) const noexcept;

  std::unique_ptr<Finder> finder_;
  std::string_view text_;
  const std::uint32_t* offsets_ = nullptr;
  std::uint32_t size_ = 0;
  mutable Ahead escape_;
  mutable Ahead delete_;
  std::uint32_t compact_position_ = 0;
  std::uint32_t compact_bytes_ = 0;
};

}  // namespace weir::record
