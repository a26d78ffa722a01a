// table: columns that line up in a terminal.
//
// The first 1000 rows, or the first MiB of them, say which columns there are and how wide: a cell that is
// wider moves the rest of its row. A column of numbers is set to the right. Later rows with other columns
// begin a new table behind a blank line, as do arrays and other values behind objects. Control characters are
// escaped as in JSON strings. Empty objects in front of all others are no rows.
#include <algorithm>
#include <utility>

#include "output/display_width.hpp"
#include "output/record_format_rows.hpp"
#include "output/row_layout.hpp"

namespace weir::output {

using base::TextBuffer;
using record::Value;

namespace {

constexpr std::size_t kMostRows = 1000;  // that are held back
constexpr std::size_t kMostHeld = std::size_t{1} << 20;
constexpr std::size_t kWidest = 80;  // that a column is made
constexpr std::string_view kGap = "  ";

struct Cell {
  std::string text;
  std::size_t width = 0;
  bool is_number = false;
};

struct Column {
  std::size_t width = 0;
  bool is_right = true;  // all of its cells are numbers, or empty
};

void append_visible(char c, std::string& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= ' ' && byte != 0x7f) {
    out += c;
  } else if (c == '\n' || c == '\r' || c == '\t') {
    out += '\\';
    out += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
  } else {
    out += "\\u00";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
}

Cell cell_of(std::string_view text, bool is_number) {
  Cell cell;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // U+0080 to U+009F are control characters too.
    const bool is_c1 =
        text[i] == '\xc2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (!is_c1) {
      append_visible(text[i], cell.text);
      continue;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(text[++i]);
    cell.text += "\\u00";
    cell.text += kDigits[byte >> 4];
    cell.text += kDigits[byte & 0xF];
  }
  cell.width = display_width(cell.text);
  cell.is_number = is_number;
  return cell;
}

class TableFormat : public RecordFormat {
 public:
  void write(const Value& value, TextBuffer& out) override {
    const RowLayout::Change change = layout_.place(value);
    if (change == RowLayout::Change::kind || (change == RowLayout::Change::columns && !is_holding_)) {
      // What is held has the columns from before this value.
      flush(out);
      begin_table();
    }
    if (layout_.has_names() && layout_.names().empty()) return;
    if (change != RowLayout::Change::none)
      names_ = layout_.has_names() ? layout_.names() : std::vector<std::string>();
    std::vector<Cell> row = row_of(layout_.cells());
    if (!is_holding_) return append_row(row, out);
    for (const Cell& cell : row)
      held_ += cell.text.size() + sizeof(Cell);
    rows_.push_back(std::move(row));
    if (rows_.size() >= kMostRows || held_ >= kMostHeld) flush(out);
  }

  void finish(TextBuffer& out) override { flush(out); }

 private:
  void begin_table() {
    is_holding_ = true;
    columns_.clear();
  }

  std::vector<Cell> row_of(std::span<const Value* const> values) {
    std::vector<Cell> row;
    row.reserve(values.size());
    for (const Value* value : values) {
      text_.clear();
      if (value) append_cell(*value, text_);
      row.push_back(cell_of(text_.view(), value && value->is_number()));
    }
    return row;
  }

  // The header and the rows held so far; rows are written as they come from then on.
  void flush(TextBuffer& out) {
    if (!is_holding_ || rows_.empty()) return;
    if (std::exchange(has_table_, true)) out.append('\n');
    std::vector<Cell> header;
    for (const std::string& name : names_)
      header.push_back(cell_of(name, true));
    measure(header);
    for (const auto& row : rows_)
      measure(row);
    if (!header.empty()) append_row(header, out);
    for (const auto& row : rows_)
      append_row(row, out);
    rows_.clear();
    held_ = 0;
    is_holding_ = false;
  }

  void measure(const std::vector<Cell>& row) {
    if (columns_.size() < row.size()) columns_.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      columns_[i].width = std::max(columns_[i].width, std::min(row[i].width, kWidest));
      if (!row[i].is_number && !row[i].text.empty()) columns_[i].is_right = false;
    }
  }

  void append_row(const std::vector<Cell>& row, TextBuffer& out) const {
    const std::size_t begin = out.size();
    std::size_t blanks = 0;  // that are written when something follows
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Column column = i < columns_.size() ? columns_[i] : Column();
      const std::size_t padding = column.width - std::min(column.width, row[i].width);
      if (i > 0) blanks += kGap.size();
      if (column.is_right) blanks += padding;
      if (!row[i].text.empty()) {
        append_blanks(std::exchange(blanks, 0), out);
        out.append(row[i].text);
      }
      if (!column.is_right) blanks += padding;
    }
    // A row of empty cells is no end of the table.
    if (out.size() == begin) out.append(' ');
    out.append('\n');
  }

  static void append_blanks(std::size_t count, TextBuffer& out) {
    std::fill_n(out.room(count), count, ' ');
    out.commit(count);
  }

  RowLayout layout_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;  // held back; shorter where columns came later
  std::size_t held_ = 0;
  bool is_holding_ = true;
  bool has_table_ = false;
  TextBuffer text_;
};

}  // namespace

const RecordFormatRow kTableFormat = {
    "table", "columns that line up in a terminal",
    [](Note /*note*/) -> std::unique_ptr<RecordFormat> { return std::make_unique<TableFormat>(); }};

}  // namespace weir::output
