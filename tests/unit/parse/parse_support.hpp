// Lines read by a format, as the JSON of their records.
#pragma once

#include <string>
#include <string_view>

#include "parse/formats.hpp"
#include "record/json.hpp"

namespace weir::parse {

// 1 March 2026, 12:00 UTC: for stamps without a year.
inline constexpr std::int64_t kReference = 1'772'366'400'000'000'000;

inline ParserPtr parser_of(std::string_view format, bool add_timestamp = false) {
  ParseOptions options;
  options.add_timestamp = add_timestamp;
  auto parser = make_parser(format, options);
  if (!parser) throw std::runtime_error(parser.error().what);
  parser.value()->begin_source(kReference);
  return std::move(parser).value();
}

// "malformed: why" for lines that are refused.
inline std::string read(LineParser& parser, const std::string& line) {
  record::Value record;
  if (!parser.parse(line, record)) return "malformed: " + std::string(parser.reason());
  return record::to_json(record);
}

inline std::string read(std::string_view format, const std::string& line) {
  return read(*parser_of(format), line);
}
inline std::string read_with_time(std::string_view format, const std::string& line) {
  return read(*parser_of(format, true), line);
}

}  // namespace weir::parse
