// The record formats that a log can be read in: the table that `--from`, its help and its completions are
// made of.
//
// A format is a file format_NAME.cpp and a row. The rows are constant; all functions may be called from any
// thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "parse/line_parser.hpp"
#include "weir/error.hpp"

namespace weir::parse {

using ParserPtr = std::unique_ptr<LineParser>;
using HeadLines = std::span<const std::string_view>;  // first lines of a source that are not blank

struct FormatRow {
  std::string_view name;
  std::string_view argument;  // what follows the name and ':', as help calls it; "" when there is none
  std::string_view help;      // one line
  // Null for `json`, whose values are read without this layer, and for `auto`, which is to be detected.
  Result<ParserPtr> (*make)(std::string_view argument, const ParseOptions& options);
  // How well the lines fit, from 0 to 100; null for formats that are never detected.
  int (*score)(HeadLines lines);
};

// In the order in which help lists them.
std::span<const FormatRow> formats() noexcept;

// `name` is "NAME" or "NAME:ARGUMENT". Null when there is no such format.
const FormatRow* find_format(std::string_view name) noexcept;

// bad_argument for names that are unknown, that want an argument or take none, and for those that have no
// LineParser; bad_pattern for an argument that is wrong.
Result<ParserPtr> make_parser(std::string_view name, const ParseOptions& options);

// What `auto` stands for in a source that begins with `head`, some 64 KiB or all of it: the name of a format
// that takes no argument, `json` or `raw` included. A last line that is cut off is not looked at when there
// are others; empty input is `json`.
std::string_view detect(std::string_view head);

// "json, logfmt, ...": for messages.
std::string format_names();

}  // namespace weir::parse
