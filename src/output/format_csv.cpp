// csv and tsv: a header line, then a line a record.
//
// The header has the keys of the first record; a key that a later record lacks is an empty cell. A record
// with more keys starts a new block: a blank line, and a header with the new columns behind the old ones. So
// it is when objects, arrays and other values follow each other. Empty objects in front of all others are no
// rows. CSV quotes as RFC 4180 has it, and strings that would be taken for numbers too. TSV writes \t, \n, \r
// and \\, and quotes only cells that begin with a quote.
#include <utility>

#include "output/record_format_rows.hpp"
#include "output/row_layout.hpp"
#include "record/json_number.hpp"

namespace weir::output {

using base::TextBuffer;
using record::Value;

namespace {

void append_quoted(std::string_view text, TextBuffer& out) {
  out.append('"');
  for (std::size_t quote = text.find('"'); quote != std::string_view::npos; quote = text.find('"')) {
    out.append(text.substr(0, quote + 1));
    out.append('"');
    text.remove_prefix(quote + 1);
  }
  out.append(text);
  out.append('"');
}

struct Csv {
  static constexpr std::string_view kName = "csv";
  static constexpr char kSeparator = ',';

  static void append(std::string_view text, bool may_be_number, TextBuffer& out) {
    const bool quotes = text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quotes || (!may_be_number && record::is_json_number(text))) {
      append_quoted(text, out);
    } else {
      out.append(text);
    }
  }
};

struct Tsv {
  static constexpr std::string_view kName = "tsv";
  static constexpr char kSeparator = '\t';

  static void append(std::string_view text, bool /*may_be_number*/, TextBuffer& out) {
    const bool quotes = !text.empty() && text.front() == '"';
    if (quotes) out.append('"');
    for (const char c : text)
      append_byte(c, quotes, out);
    if (quotes) out.append('"');
  }

  static void append_byte(char c, bool quotes, TextBuffer& out) {
    switch (c) {
      case '\t':
        return out.append("\\t");
      case '\n':
        return out.append("\\n");
      case '\r':
        return out.append("\\r");
      case '\\':
        return out.append("\\\\");
      case '"':
        return out.append(quotes ? "\"\"" : "\"");
      default:
        return out.append(c);
    }
  }
};

template <class Syntax>
class DelimitedFormat : public RecordFormat {
 public:
  explicit DelimitedFormat(Note note) : note_(std::move(note)) {}

  void write(const Value& value, TextBuffer& out) override {
    const RowLayout::Change change = layout_.place(value);
    if (layout_.has_names() && layout_.names().empty()) return;
    if (change != RowLayout::Change::none) begin_block(out);
    const std::size_t begin = out.size();
    bool is_first = true;
    for (const Value* cell : layout_.cells()) {
      if (!std::exchange(is_first, false)) out.append(Syntax::kSeparator);
      if (cell) append(*cell, out);
    }
    end_row(begin, out);
  }

 private:
  void begin_block(TextBuffer& out) {
    if (std::exchange(has_block_, true)) {
      out.append('\n');
      if (note_ && !std::exchange(has_noted_, true)) {
        std::string text(Syntax::kName);
        text += ": not all records have the same fields; each new set of columns begins behind a blank line";
        note_(text);
      }
    }
    if (!layout_.has_names()) return;
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < layout_.names().size(); ++i) {
      if (i > 0) out.append(Syntax::kSeparator);
      Syntax::append(layout_.names()[i], true, out);
    }
    end_row(begin, out);
  }

  void append(const Value& value, TextBuffer& out) {
    if (value.is_string()) return Syntax::append(value.text(), false, out);
    cell_.clear();
    append_cell(value, cell_);
    Syntax::append(cell_.view(), true, out);
  }

  // A row must not look like the blank line between blocks.
  static void end_row(std::size_t begin, TextBuffer& out) {
    if (out.size() == begin) out.append("\"\"");
    out.append('\n');
  }

  Note note_;
  bool has_block_ = false;
  bool has_noted_ = false;
  RowLayout layout_;
  TextBuffer cell_;
};

template <class Syntax>
std::unique_ptr<RecordFormat> make(Note note) {
  return std::make_unique<DelimitedFormat<Syntax>>(std::move(note));
}

}  // namespace

const RecordFormatRow kCsvFormat = {"csv", "comma-separated values, with a header line", make<Csv>};
const RecordFormatRow kTsvFormat = {"tsv", "tab-separated values, with a header line", make<Tsv>};

}  // namespace weir::output
