#include "output/line_style.hpp"

#include "base/diagnostics.hpp"

namespace weir::output {

namespace {

// SGR sequence, and "erase to the end of line", so that a background colour does not spill (as GNU grep).
std::string sgr_begin(const std::string& color) {
  return "\33[" + color + "m\33[K";
}
constexpr std::string_view kSgrEnd = "\33[m\33[K";

}  // namespace

LineStyle::LineStyle(const GrepOptions& options, bool names)
    : names_(names),
      line_numbers_(options.line_numbers),
      byte_offsets_(options.byte_offsets),
      columns_(options.columns),
      labels_(options.labels),
      heading_(options.heading && names),
      json_(options.json),
      escape_(options.escape_controls),
      color_(options.color),
      null_after_names_(options.null_after_names),
      colors_(options.colors),
      separator_(painted(":", options.colors.separator)),
      context_mark_(painted("-", options.colors.separator)),
      between_groups_(options.context_separator) {
  auto links = HyperlinkFormat::parse(options.hyperlink_format);
  if (color_ && !json_ && links) links_ = std::move(links).value();
  const auto begin_of = [this](const std::string& color) {
    return color_ && !color.empty() ? sgr_begin(color) : "";
  };
  const auto end_of = [this](const std::string& color) {
    return color_ && !color.empty() ? std::string(kSgrEnd) : std::string();
  };
  number_begin_ = begin_of(colors_.line_number);
  number_end_ = end_of(colors_.line_number);
  column_begin_ = begin_of(colors_.column);
  column_end_ = end_of(colors_.column);
  offset_begin_ = begin_of(colors_.byte_offset);
  offset_end_ = end_of(colors_.byte_offset);
  label_begin_ = begin_of(colors_.label);
  label_end_ = end_of(colors_.label);
  match_begin_ = begin_of(colors_.match);
  match_end_ = end_of(colors_.match);
}

std::string LineStyle::painted(std::string_view text, const std::string& color) const {
  if (!color_ || color.empty()) return std::string(text);
  return sgr_begin(color) + std::string(text) + std::string(kSgrEnd);
}

std::string LineStyle::name_prefix(std::string_view name, LineKind kind, std::string_view link_end) const {
  const std::string shown = escape_ ? base::escaped(name) : std::string(name);
  const std::string after = null_after_names_ ? std::string(1, '\0') : separator(kind);
  return painted(shown, colors_.file_name) + std::string(link_end) + after;
}

std::string LineStyle::line_prefix(std::string_view name, LineKind kind, bool is_linked) const {
  if (heading_ || !names_) return {};
  const bool is_last = !line_numbers_ && !has_column(kind);
  return name_prefix(name, kind, is_linked && is_last ? kLinkEnd : std::string_view());
}

// Under a heading only what leads to the line itself is worth a link.
std::vector<LinkPiece> LineStyle::line_link(std::string_view path) const {
  const bool is_wanted = heading_ ? line_numbers_ && links_lines() : names_;
  return is_wanted ? links_.opening(path) : std::vector<LinkPiece>();
}

std::string LineStyle::heading(std::string_view name, bool is_file) const {
  return heading_ ? listed_name(name, is_file) : std::string();
}

std::string LineStyle::linked(std::string text, std::string_view path, bool is_file) const {
  const auto link = is_file ? links_.opening(path) : std::vector<LinkPiece>();
  if (link.empty()) return text;
  TextBuffer open;
  append_link(open, link, 1, true, 1, [](std::uint32_t) {});
  return std::string(open.view()) + text + std::string(kLinkEnd);
}

std::string LineStyle::context_separator() const {
  if (!between_groups_ || json_) return {};
  return painted(*between_groups_, colors_.separator) + "\n";
}

std::string LineStyle::listed_name(std::string_view name, bool is_file) const {
  const std::string shown = escape_ ? base::escaped(name) : std::string(name);
  return linked(painted(shown, colors_.file_name), name, is_file) + (null_after_names_ ? '\0' : '\n');
}

std::string LineStyle::count_line(std::string_view name, std::uint64_t count, bool is_file) const {
  std::string line;
  line.reserve(name.size() + 32);  // one for each file, however small
  if (names_) {
    if (escape_ || color_) {
      const std::string shown = escape_ ? base::escaped(name) : std::string(name);
      line = linked(painted(shown, colors_.file_name), name, is_file);
    } else {
      line.append(name);
    }
    if (null_after_names_) {
      line += '\0';
    } else {
      line += separator_;
    }
  }
  line += std::to_string(count);
  return line += '\n';
}

std::string LineStyle::label_count_line(const std::string& label, std::uint64_t count,
                                        std::optional<std::string_view> name) const {
  const std::string prefix = name ? name_prefix(*name, LineKind::selected) : std::string();
  return prefix + std::to_string(count) + "\t" + painted(label, colors_.label) + "\n";
}

std::string LineStyle::total_line(std::uint64_t count) const {
  return name_prefix("total", LineKind::selected) + std::to_string(count) + "\n";
}

std::uint32_t LineStyle::append_line_number(TextBuffer& out, std::uint64_t number, bool known, LineKind kind,
                                            bool is_linked) const {
  out.append(number_begin_);
  const auto place = static_cast<std::uint32_t>(out.size());
  if (known) out.append_number(number);
  out.append(number_end_);
  if (is_linked && !has_column(kind)) out.append(kLinkEnd);
  out.append(separator(kind));
  return place;
}

void LineStyle::append_column(TextBuffer& out, std::uint64_t column, bool is_linked) const {
  if (!columns_) return;
  out.append(column_begin_);
  out.append_number(column);
  out.append(column_end_);
  if (is_linked) out.append(kLinkEnd);
  out.append(separator_);
}

void LineStyle::append_byte_offset(TextBuffer& out, std::uint64_t offset, LineKind kind) const {
  out.append(offset_begin_);
  out.append_number(offset);
  out.append(offset_end_);
  out.append(separator(kind));
}

void LineStyle::append_label(TextBuffer& out, std::string_view label) const {
  out.append(label_begin_);
  out.append(label);
  out.append(label_end_);
  out.append(separator_);
}

void LineStyle::append_match(TextBuffer& out, std::string_view match) const {
  out.append(match_begin_);
  append_text(out, match);
  out.append(match_end_);
}

void LineStyle::append_text(TextBuffer& out, std::string_view text) const {
  if (escape_) {
    out.append(base::escaped(text));
  } else {
    out.append(text);
  }
}

void weave_line_numbers(const Block& block, std::uint64_t first_line, TextBuffer& out) {
  const std::string_view text = block.text.view();
  std::size_t done = 0;
  for (const LineMark& mark : block.marks) {
    out.append(text.substr(done, mark.number - done));
    out.append_number(first_line + mark.line);
    done = mark.number;
  }
  out.append(text.substr(done));
}

}  // namespace weir::output
