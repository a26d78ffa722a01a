// JsonReader: the records of JSON text, checked, with the fields that a program asks for.
//
// Works through the text in batches small enough that what is known of a batch stays in the cache; a batch
// that is damaged is read in smaller pieces, so that a bad record spoils nothing but itself. What is not
// strictly JSON, or what jq 1.6 might read differently, is doubtful: libjq decides about its text.
// One reader for each thread; reused for text after text without allocating.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "record/field_set.hpp"
#include "record/json_index.hpp"
#include "record/json_walk.hpp"
#include "record/value.hpp"

namespace weir::record {

enum class JsonFraming : std::uint8_t {
  lines,     // values lie within lines, any number in each
  values,    // values follow each other, within lines or over lines
  array,     // the items of an outer array are the records; the text begins before the array
  elements,  // the same; the text begins inside the array
};

// How long what is raw or borrowed in a record lives, unless the text goes first.
enum class JsonLifetime : std::uint8_t {
  record,  // until the next next()
  text,    // until the next open(); for programs that hold on to earlier records
};

enum class RecordStatus : std::uint8_t { ok, doubtful };

struct Record {
  std::string_view text;     // without spaces around it
  std::uint64_t offset = 0;  // of `text` in what was opened
  Value root;                // null when doubtful
  RecordStatus status = RecordStatus::ok;
};

class JsonReader {
 public:
  // `fields` outlives the reader.
  explicit JsonReader(const FieldSet* fields = nullptr);
  ~JsonReader();

  // `text` stays as it is until the reader is done with it; text::kPadding bytes behind it are readable.
  void open(std::string_view text, JsonFraming framing, JsonLifetime lifetime = JsonLifetime::record);
  // False at the end of the text.
  bool next(Record& record);
  // By slot number, for the record that next() gave last; meaningless when it is doubtful.
  std::span<const FieldSlot> slots() const noexcept { return walk_.slots(); }

 private:
  JsonIndex& free_index();
  bool next_batch();
  bool next_piece();
  std::size_t piece_end(std::size_t begin) const;
  bool skip_separator(char byte) noexcept;
  void skip_separators();
  std::size_t limit_of(std::size_t begin);
  void accept(Record& record, std::size_t begin);
  bool read_value(Record& record);
  void note_compact(std::size_t begin, std::size_t end);
  void spoil(Record& record, std::size_t begin, std::size_t end);
  std::size_t resume_at(std::size_t begin, std::size_t error) const;
  void go_to(std::size_t offset);
  bool is_in_lines() const noexcept { return framing_ == JsonFraming::lines; }
  bool is_of_array() const noexcept {
    return framing_ == JsonFraming::array || framing_ == JsonFraming::elements;
  }

  JsonWalk walk_;
  std::vector<std::unique_ptr<JsonIndex>> indexes_;
  std::size_t used_ = 0;  // of indexes_, by records that live
  std::string_view text_;
  JsonFraming framing_ = JsonFraming::lines;
  JsonLifetime lifetime_ = JsonLifetime::record;
  bool in_array_ = false;

  JsonIndex* index_ = nullptr;  // of the batch
  std::uint32_t position_ = 0;  // in it
  std::size_t begin_ = 0;       // of the batch, in the text
  std::size_t end_ = 0;
  std::size_t line_end_ = 0;     // of the line that the last record is in
  std::size_t damaged_end_ = 0;  // up to here the text is read in pieces
  std::size_t size_ = 0;         // of the next batch; grows for values that do not fit
  bool is_bad_piece_ = false;
};

// Whether the lines of a file whose beginning is `head` hold whole values each, but for a few bad ones. False
// when `head` has no whole line.
bool looks_like_lines(std::string_view head);

// Whether JsonFraming::lines gives as much of a file whose beginning is `head` as JsonFraming::values, for
// which a bad line may take good ones with it. False when `head` has no whole line: values are right about
// every text that is not damaged.
bool reads_best_by_lines(std::string_view head);

}  // namespace weir::record
