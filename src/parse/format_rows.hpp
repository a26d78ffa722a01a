// The rows of the format table, each in the file of its format; and what their sniffers have in common.
#pragma once

#include "parse/formats.hpp"

namespace weir::parse {

extern const FormatRow kJson;
extern const FormatRow kLogfmt;
extern const FormatRow kClf;
extern const FormatRow kCombined;
extern const FormatRow kSyslog;
extern const FormatRow kDocker;
extern const FormatRow kEmbedded;
extern const FormatRow kCsv;
extern const FormatRow kTsv;
extern const FormatRow kRegex;
extern const FormatRow kRaw;
extern const FormatRow kAuto;

// The share of the lines that `fits`, of 100; `most` is what it would be if all did: more for formats that
// say more about a line.
template <class Fits>
int score_of(HeadLines lines, int most, const Fits& fits) {
  std::size_t fitting = 0;
  for (const std::string_view line : lines)
    fitting += fits(line) ? 1u : 0u;
  if (lines.empty()) return 0;
  return static_cast<int>(fitting * static_cast<unsigned>(most) / lines.size());
}

// ... of those that a parser of the format takes.
int score_by_parser(const FormatRow& row, HeadLines lines, int most);

template <class Parser>
Result<ParserPtr> make_plain(std::string_view /*argument*/, const ParseOptions& options) {
  return ParserPtr(std::make_unique<Parser>(options));
}

}  // namespace weir::parse
