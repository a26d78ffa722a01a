// LineStyle: how a selected line is dressed: file name, number, offset, separators, colours. Byte for byte
// what GNU grep writes for the same settings. Immutable, shared by all shards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "output/block.hpp"
#include "output/hyperlink.hpp"
#include "weir/grep.hpp"

namespace weir::output {

// Selected lines have ':' behind what stands before their text, context lines '-'.
enum class LineKind { selected, context };

class LineStyle {
 public:
  // `names`: whether lines carry their file's name.
  LineStyle(const GrepOptions& options, bool names);

  bool names() const noexcept { return names_; }
  bool line_numbers() const noexcept { return line_numbers_; }
  bool byte_offsets() const noexcept { return byte_offsets_; }
  bool is_bare() const noexcept {
    return !names_ && !line_numbers_ && !columns_ && !byte_offsets_ && !labels_ && !escape_;
  }
  bool escapes() const noexcept { return escape_; }

  // Links lead to lines, whose numbers they need.
  bool links_lines() const noexcept { return links_.has(LinkValue::line); }
  bool links_columns() const noexcept { return links_.has(LinkValue::column); }

  // What opens the link in front of each line of a file, for append_link(); empty if there is none.
  std::vector<LinkPiece> line_link(std::string_view path) const;

  // "name:" as it stands before every line of a file; empty without names, or under a heading. `is_linked`:
  // a link was opened before it.
  std::string line_prefix(std::string_view name, LineKind kind = LineKind::selected,
                          bool is_linked = false) const;
  // Names of files lead to them where `is_file`; the others are of what has no path.
  // "name\n" above the lines of a file; empty unless headings are wanted.
  std::string heading(std::string_view name, bool is_file = true) const;
  // "--\n"; empty when there is nothing to stand between groups.
  std::string context_separator() const;
  // "name\n" (or NUL), for lists of files.
  std::string listed_name(std::string_view name, bool is_file = true) const;
  // "name:12\n".
  std::string count_line(std::string_view name, std::uint64_t count, bool is_file = true) const;
  // "12\tlabel\n", with `name` "name:12\tlabel\n".
  std::string label_count_line(const std::string& label, std::uint64_t count,
                               std::optional<std::string_view> name) const;
  // "total:12\n", names or not.
  std::string total_line(std::uint64_t count) const;

  // Appends what opens a link. Where the line's number is not `known` it calls add_place(position) for each
  // place that it belongs to.
  template <typename AddPlace>
  void append_link(TextBuffer& out, const std::vector<LinkPiece>& link, std::uint64_t number, bool known,
                   std::uint64_t column, AddPlace add_place) const {
    for (const LinkPiece& piece : link) {
      out.append(piece.text);
      if (piece.behind == LinkValue::column) out.append_number(column);
      if (piece.behind != LinkValue::line) continue;
      if (known) out.append_number(number);
      if (!known) add_place(static_cast<std::uint32_t>(out.size()));
    }
  }
  // Appends number and separator; returns the position of the number's first digit. With `known` false the
  // digits are left out, to be put in by weave().
  std::uint32_t append_line_number(TextBuffer& out, std::uint64_t number, bool known,
                                   LineKind kind = LineKind::selected, bool is_linked = false) const;
  void append_column(TextBuffer& out, std::uint64_t column, bool is_linked = false) const;
  void append_byte_offset(TextBuffer& out, std::uint64_t offset, LineKind kind = LineKind::selected) const;
  void append_label(TextBuffer& out, std::string_view label) const;
  void append_match(TextBuffer& out, std::string_view match) const;
  // Log bytes: raw, or with control bytes escaped for a terminal.
  void append_text(TextBuffer& out, std::string_view text) const;

 private:
  std::string name_prefix(std::string_view name, LineKind kind, std::string_view link_end = {}) const;
  std::string linked(std::string text, std::string_view path, bool is_file) const;
  bool has_column(LineKind kind) const noexcept { return columns_ && kind == LineKind::selected; }
  std::string painted(std::string_view text, const std::string& color) const;
  const std::string& separator(LineKind kind) const noexcept {
    return kind == LineKind::selected ? separator_ : context_mark_;
  }

  bool names_;
  bool line_numbers_;
  bool byte_offsets_;
  bool columns_;
  bool labels_;
  bool heading_;
  bool json_;
  bool escape_;
  bool color_;
  bool null_after_names_;
  GrepColors colors_;
  HyperlinkFormat links_;
  std::string separator_;
  std::string context_mark_;
  std::optional<std::string> between_groups_;
  std::string number_begin_;
  std::string column_begin_;
  std::string offset_begin_;
  std::string label_begin_;
  std::string match_begin_;
  std::string number_end_;
  std::string column_end_;
  std::string offset_end_;
  std::string label_end_;
  std::string match_end_;
};

// Appends `block`'s text to `out` with `first_line` + mark.line put in at every mark that has a number's
// place.
void weave_line_numbers(const Block& block, std::uint64_t first_line, TextBuffer& out);

}  // namespace weir::output
