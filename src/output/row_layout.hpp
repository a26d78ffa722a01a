// RowLayout: which cell of a value goes into which column.
//
// Objects name the columns: those of the first one, then what others have besides, in the order in which it
// comes; columns stay where they are. Arrays have cells by position; any other value is one cell, `value`. A
// change between the three starts anew. One thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_buffer.hpp"
#include "record/value.hpp"

namespace weir::output {

class RowLayout {
 public:
  enum class Change {
    none,
    columns,  // there are more of them
    kind,     // the columns before have nothing to do with those now; so for the first value
  };

  // cells() are those of `value` from now on.
  Change place(const record::Value& value);

  // Null where the value has none. For as long as the value lives and is not changed.
  std::span<const record::Value* const> cells() const noexcept { return cells_; }
  bool has_names() const noexcept { return kind_ != Kind::array; }
  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  enum class Kind { none, object, array, scalar };

  // With more columns than that, those of earlier records are given up.
  static constexpr std::size_t kMostColumns = 10'000;

  Change place_fields(const record::Object& object);
  Change place_by_name(const record::Object& object);
  void clear_columns();

  Kind kind_ = Kind::none;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;  // by name
  std::vector<const record::Value*> cells_;
};

// A value as the text of a cell: strings as they are, null as nothing, arrays and objects as compact JSON.
void append_cell(const record::Value& value, base::TextBuffer& out);

}  // namespace weir::output
