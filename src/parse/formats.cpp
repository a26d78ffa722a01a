#include "parse/formats.hpp"

#include <algorithm>
#include <vector>

#include "parse/format_rows.hpp"

namespace weir::parse {

namespace {

constexpr std::size_t kHeadLines = 20;
constexpr int kLeastScore = 75;  // below that lines are but text

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty() && lines.size() < kHeadLines) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos && !lines.empty()) break;
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!is_blank(line)) lines.push_back(line);
  }
  return lines;
}

Error unknown(std::string_view name) {
  return {ErrorCode::bad_argument,
          "unknown format '" + std::string(name) + "': it is one of " + format_names()};
}

}  // namespace

std::span<const FormatRow> formats() noexcept {
  // A copy: constants of other files are there before it is first asked for.
  static const FormatRow rows[] = {kAuto,   kJson,     kLogfmt, kClf, kCombined, kSyslog,
                                   kDocker, kEmbedded, kCsv,    kTsv, kRegex,    kRaw};
  return rows;
}

const FormatRow* find_format(std::string_view name) noexcept {
  name = name.substr(0, name.find(':'));
  const auto rows = formats();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const FormatRow& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

Result<ParserPtr> make_parser(std::string_view name, const ParseOptions& options) {
  const FormatRow* row = find_format(name);
  if (!row) return unknown(name);
  const std::size_t colon = name.find(':');
  const std::string_view argument = colon == std::string_view::npos ? "" : name.substr(colon + 1);
  if (row->argument.empty() && colon != std::string_view::npos) return unknown(name);
  if (!row->argument.empty() && argument.empty()) {
    std::string usage(row->name);
    usage.append(":").append(row->argument);
    return Error(ErrorCode::bad_argument, "format '" + std::string(row->name) + "' is used as " + usage);
  }
  if (!row->make)
    return Error(ErrorCode::bad_argument, "format '" + std::string(name) + "' has no parser of lines");
  return row->make(argument, options);
}

std::string_view detect(std::string_view head) {
  if (head.substr(0, 3) == "\xef\xbb\xbf") head.remove_prefix(3);
  const std::vector<std::string_view> lines = lines_of(head);
  if (lines.empty()) return kJson.name;
  std::string_view best = kRaw.name;
  int best_score = kLeastScore - 1;
  for (const FormatRow& row : formats()) {
    const int score = row.score ? row.score(lines) : 0;
    if (score <= best_score) continue;
    best = row.name;
    best_score = score;
  }
  return best;
}

std::string format_names() {
  std::string names;
  for (const FormatRow& row : formats()) {
    if (!names.empty()) names += ", ";
    names += row.name;
    if (!row.argument.empty()) names.append(":").append(row.argument);
  }
  return names;
}

int score_by_parser(const FormatRow& row, HeadLines lines, int most) {
  const auto parser = row.make("", ParseOptions());
  record::Value record;
  return parser ? score_of(lines, most,
                           [&](std::string_view line) { return parser.value()->parse(line, record); })
                : 0;
}

}  // namespace weir::parse
