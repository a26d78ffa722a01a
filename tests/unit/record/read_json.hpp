// Short ways to read JSON text in tests.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"
#include "record/json_reader.hpp"
#include "support/guarded_text.hpp"
#include "text/chunk.hpp"

namespace weir::record {

// A record as JSON, or "?" and its text when it is doubtful.
inline std::string shown(const Record& record, const JsonStyle& style = {}) {
  if (record.status == RecordStatus::ok) return to_json(record.root, style);
  return std::string(1, '?').append(record.text);
}

// All records of a text, which ends right in front of the padding and a page that cannot be read.
inline std::vector<std::string> read_json(std::string_view text, JsonFraming framing,
                                          const JsonStyle& style = {}) {
  const support::GuardedText guarded(text, text::kPadding);
  std::memset(const_cast<char*>(guarded.view().end()), '{', text::kPadding);
  JsonReader reader;
  reader.open(guarded.view(), framing);
  std::vector<std::string> records;
  for (Record record; reader.next(record);)
    records.push_back(shown(record, style));
  return records;
}

// A copy with all of it taken apart, and numbers instead of literals; recursive.
inline Value rebuilt(const Value& value) {
  switch (value.kind()) {
    case Kind::number:
      return Value::number(value.number());
    case Kind::string:
      return Value::string(value.text());
    case Kind::array: {
      Value::Array items;
      for (const Value& item : value.items())
        items.push_back(rebuilt(item));
      return Value::array(std::move(items));
    }
    case Kind::object: {
      Value object = Value::object();
      for (const auto& [key, field] : value.fields())
        object.edit_object().set(rebuilt(key), rebuilt(field));
      return object;
    }
    default:
      return value;
  }
}

}  // namespace weir::record
