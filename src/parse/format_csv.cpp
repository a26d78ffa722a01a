// csv and tsv: tables whose first line names the columns.
//
// Cells may be in quotes, as in RFC 4180, with doubled quotes inside; such cells are strings, others numbers
// where they look like JSON's. In TSV \t, \n, \r and \\ are escapes. A record is one line: one whose quotes
// hold a newline is malformed. Cells that a row lacks are null; those it has too many are named by their
// number. A column without a name has its number, of a name that came before the second is NAME_2.
#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <vector>

#include "parse/escapes.hpp"
#include "parse/format_rows.hpp"
#include "text/stamp_fields.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr std::size_t kMostColumns = 100'000;

struct Cell {
  std::string_view text;  // without the quotes around it
  bool is_quoted = false;
  bool has_quotes = false;  // doubled ones
};

// The cells of a line, one after the other.
class CellReader {
 public:
  CellReader(std::string_view line, char separator) noexcept
      : p_(line.data() ? line.data() : ""), end_(p_ + line.size()), separator_(separator) {}

  // Whether there is another one: an empty line has one cell.
  bool has_more() const noexcept { return has_more_; }

  // Null, or what is wrong.
  const char* take(Cell& cell) noexcept {
    cell = {};
    if (p_ < end_ && *p_ == '"') return take_quoted(cell);
    const void* found = std::memchr(p_, separator_, left());
    const char* stop = found ? static_cast<const char*>(found) : end_;
    cell.text = {p_, static_cast<std::size_t>(stop - p_)};
    step_behind(stop);
    return nullptr;
  }

 private:
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - p_); }

  void step_behind(const char* stop) noexcept {
    has_more_ = stop < end_;
    p_ = has_more_ ? stop + 1 : end_;
  }

  const char* take_quoted(Cell& cell) noexcept {
    const char* begin = ++p_;
    for (;; p_ += 2) {
      p_ = static_cast<const char*>(std::memchr(p_, '"', left()));
      if (!p_) return "a quote is not closed on its line";
      if (p_ + 1 == end_ || p_[1] != '"') break;
      cell.has_quotes = true;
    }
    cell.is_quoted = true;
    cell.text = {begin, static_cast<std::size_t>(p_ - begin)};
    if (p_ + 1 < end_ && p_[1] != separator_) return "text right behind a closing quote";
    step_behind(p_ + 1);
    return nullptr;
  }

  const char* p_;
  const char* end_;
  char separator_;
  bool has_more_ = true;
};

class TableParser : public LineParser {
 public:
  TableParser(const ParseOptions& options, char separator) : LineParser(options), separator_(separator) {}

  bool wants_header() const noexcept override { return true; }

  bool set_header(std::string_view line) override {
    if (line.substr(0, 3) == "\xef\xbb\xbf") line.remove_prefix(3);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    std::vector<std::string> names;
    RecordFiller filler;
    Value record;
    filler.begin(line, record);
    CellReader cells(line, separator_);
    while (cells.has_more()) {
      Cell cell;
      if (const char* wrong = cells.take(cell)) return refuse(wrong);
      if (names.size() == kMostColumns) return refuse("too many columns");
      names.emplace_back(text_of(cell, filler).text());
    }
    name_columns(std::move(names));
    return true;
  }

 private:
  bool read(std::string_view line) override {
    if (line.empty() && named_ > 1) return refuse("blank line");
    CellReader cells(line, separator_);
    std::string_view time;
    std::size_t column = 0;
    while (cells.has_more()) {
      Cell cell;
      if (const char* wrong = cells.take(cell)) return refuse(wrong);
      if (column == columns_.size() && !name_extra(column)) return refuse("too many columns");
      fields().add(columns_[column], value_of(cell));
      if (column == time_column_ && column < named_) time = cell.text;
      ++column;
    }
    for (; column < named_; ++column)
      fields().add(columns_[column], Value());
    if (time.empty() || !add_timestamp(time)) add_timestamp(line);
    return true;
  }

  Value text_of(const Cell& cell, RecordFiller& filler) {
    std::string_view text = cell.text;
    if (cell.has_quotes) text = single_quotes(text, filler.scratch());
    if (separator_ == '\t' && text.find('\\') != std::string_view::npos) return unescape_tabs(text, filler);
    return cell.has_quotes ? filler.repaired(text) : filler.text(text);
  }

  Value value_of(const Cell& cell) {
    if (cell.is_quoted || cell.text.empty()) return text_of(cell, fields());
    const Value value = fields().scalar(cell.text);
    return value.is_number() ? value : text_of(cell, fields());
  }

  static std::string_view single_quotes(std::string_view text, Scratch& scratch) {
    char* const begin = scratch.room(text.size());
    char* out = begin;
    for (std::size_t i = 0; i < text.size(); ++i) {
      *out++ = text[i];
      if (text[i] == '"') ++i;
    }
    const auto size = static_cast<std::size_t>(out - begin);
    scratch.commit(size);
    return {begin, size};
  }

  void name_columns(std::vector<std::string> names) {
    columns_.clear();
    taken_.clear();
    for (std::string& name : names) {
      if (name.empty()) name = std::to_string(columns_.size() + 1);
      add_column(std::move(name));
    }
    named_ = columns_.size();
    const auto time = std::find_if(columns_.begin(), columns_.end(), text::stamps::is_time_field);
    time_column_ = static_cast<std::size_t>(time - columns_.begin());
  }

  // The names of cells behind the header's depend on their number and the header alone.
  bool name_extra(std::size_t column) {
    if (column >= kMostColumns) return false;
    add_column(std::to_string(column + 1));
    return true;
  }

  void add_column(std::string name) {
    std::string unique = name;
    for (int number = 2; !taken_.insert(unique).second; ++number)
      unique = name + "_" + std::to_string(number);
    columns_.push_back(std::move(unique));
  }

  char separator_;
  std::vector<std::string> columns_;  // those of the header, and then those that rows had too many
  std::size_t named_ = 0;             // of the header
  std::size_t time_column_ = 0;       // named_ when there is none
  std::unordered_set<std::string> taken_;
};

template <char Separator>
Result<ParserPtr> make_table(std::string_view /*argument*/, const ParseOptions& options) {
  return ParserPtr(std::make_unique<TableParser>(options, Separator));
}

// As names of columns are: no text with a separator in it.
bool is_column_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > 64 || (text.front() >= '0' && text.front() <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return text::stamps::is_word(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::strchr(" -./()%#@$", c) != nullptr;
  });
}

// The number of cells; 0 for lines that are no row, or no header.
std::size_t count_cells(std::string_view line, char separator, bool is_header) noexcept {
  CellReader cells(line, separator);
  std::size_t count = 0;
  for (; cells.has_more(); ++count) {
    Cell cell;
    if (cells.take(cell) || (is_header && !is_column_name(cell.text))) return 0;
  }
  return count;
}

template <char Separator, int Most>
int score_table(HeadLines lines) {
  const std::size_t columns = count_cells(lines.front(), Separator, true);
  if (columns < 2 || lines.size() < 2) return 0;
  return score_of(lines.subspan(1), Most,
                  [&](std::string_view line) { return count_cells(line, Separator, false) == columns; });
}

}  // namespace

const FormatRow kCsv = {"csv", "", "comma-separated values, with a header line", make_table<','>,
                        score_table<',', 85>};
const FormatRow kTsv = {"tsv", "", "tab-separated values, with a header line", make_table<'\t'>,
                        score_table<'\t', 90>};

}  // namespace weir::parse
