#include "output/row_layout.hpp"

#include "record/json.hpp"

namespace weir::output {

using record::Value;

RowLayout::Change RowLayout::place(const Value& value) {
  const Kind kind = value.is_object() ? Kind::object : value.is_array() ? Kind::array : Kind::scalar;
  const bool is_new = kind != kind_;
  if (is_new) {
    clear_columns();
    kind_ = kind;
    if (kind == Kind::scalar) names_.emplace_back("value");
  }
  Change change = Change::none;
  cells_.clear();
  if (kind == Kind::object) {
    change = place_fields(value.fields());
  } else if (kind == Kind::array) {
    for (const Value& item : value.items())
      cells_.push_back(&item);
  } else {
    cells_.push_back(&value);
  }
  return is_new ? Change::kind : change;
}

RowLayout::Change RowLayout::place_fields(const record::Object& object) {
  if (object.size() != names_.size()) return place_by_name(object);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (object[i].key.text() != names_[i]) return place_by_name(object);
    cells_.push_back(&object[i].value);
  }
  return Change::none;
}

RowLayout::Change RowLayout::place_by_name(const record::Object& object) {
  cells_.assign(names_.size(), nullptr);
  Change change = Change::none;
  for (const record::Object::Field& field : object) {
    const auto [found, is_new] = columns_.try_emplace(std::string(field.key.text()), names_.size());
    if (is_new) {
      names_.push_back(found->first);
      cells_.push_back(nullptr);
      change = Change::columns;
    }
    cells_[found->second] = &field.value;
  }
  if (change == Change::none || names_.size() <= kMostColumns || names_.size() == object.size())
    return change;
  clear_columns();
  place_by_name(object);
  return Change::kind;
}

void RowLayout::clear_columns() {
  names_.clear();
  columns_.clear();
  cells_.clear();
}

void append_cell(const Value& value, base::TextBuffer& out) {
  if (value.is_null()) return;
  if (value.is_string()) {
    out.append(value.text());
  } else {
    record::write_json(value, {}, out);
  }
}

}  // namespace weir::output
