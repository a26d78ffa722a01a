// RecordFormat: results as text other than JSON, and the table of such formats that `--to`, its help and its
// completions are made of.
//
// One for a run, on the thread that prints: values come in output order. What write() leaves in the buffer is
// complete lines; a format may hold rows back until it has seen enough of them or finish() is called.
//
// Objects are rows. An array is a row of cells without names; any other value is a row of one cell, `value`.
// A cell that holds an array or an object is compact JSON; null is an empty cell.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/text_buffer.hpp"
#include "record/value.hpp"

namespace weir::output {

class RecordFormat {
 public:
  RecordFormat() = default;
  RecordFormat(const RecordFormat&) = delete;
  RecordFormat& operator=(const RecordFormat&) = delete;
  virtual ~RecordFormat() = default;

  // `value` need not live on.
  virtual void write(const record::Value& value, base::TextBuffer& out) = 0;
  // After the last value.
  virtual void finish(base::TextBuffer& out);
};

// For what the user should be told once; a line without its end.
using Note = std::function<void(std::string_view)>;

struct RecordFormatRow {
  std::string_view name;
  std::string_view help;                             // one line
  std::unique_ptr<RecordFormat> (*make)(Note note);  // null for `json`, which record::write_json() writes
};

// In the order in which help lists them.
std::span<const RecordFormatRow> record_formats() noexcept;

// Null when there is no such format.
const RecordFormatRow* find_record_format(std::string_view name) noexcept;

}  // namespace weir::output
