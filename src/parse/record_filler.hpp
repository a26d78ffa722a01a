// RecordFiller: fields put into a record one after the other, in the memory of the record before.
//
// A record is mostly shaped as the last one: where the next key is the one that already stands at that place,
// only its value is written. Otherwise the rest of the old fields is dropped, and keys come from a table of
// those seen, so that none is copied for each record.
#pragma once

#include <string_view>
#include <unordered_map>

#include "parse/scratch.hpp"
#include "record/value.hpp"

namespace weir::parse {

class RecordFiller {
 public:
  // Fields that are added go to `record`; texts and numbers are pieces of `line`, or constant.
  void begin(std::string_view line, record::Value& record);

  // Of a key that comes twice the last value counts. Keys are made valid UTF-8.
  void add(std::string_view key, record::Value value) {
    if (position_ < object_->size() && (*object_)[position_].key.text() == key) {
      object_->value_at(position_++) = std::move(value);
    } else {
      add_new(key, std::move(value));
    }
  }

  // Whether there is such a field already.
  bool has(std::string_view key) const noexcept;

  // After the last field.
  void finish() { object_->truncate(position_); }

  // A piece of the line as a string; borrowed when it is valid UTF-8.
  record::Value text(std::string_view piece) {
    return is_valid_ ? record::Value::borrowed(piece) : repaired(piece);
  }
  // ... and as a number when all of it is one as JSON writes them.
  record::Value scalar(std::string_view piece);
  // ... and as null when it is "-".
  record::Value text_or_null(std::string_view piece) { return piece == "-" ? record::Value() : text(piece); }
  record::Value scalar_or_null(std::string_view piece) {
    return piece == "-" ? record::Value() : scalar(piece);
  }
  // A string of any bytes that live as long as the record.
  record::Value repaired(std::string_view bytes);

  // Where texts that live as long as the record are put together.
  Scratch& scratch() noexcept { return scratch_; }

 private:
  void add_new(std::string_view key, record::Value value);
  record::Value shared_key(std::string_view key);

  static constexpr std::size_t kMostKeys = 4096;
  static constexpr std::size_t kLongestKey = 256;

  record::Object* object_ = nullptr;
  std::size_t position_ = 0;  // of the next field
  bool is_valid_ = true;      // the line, as UTF-8
  Scratch scratch_;
  std::unordered_map<std::string_view, record::Value> keys_;  // found by the texts that they own
};

}  // namespace weir::parse
