// convert_records FROM TO: lines of standard input, read as FROM and written as TO, for tests that compare
// with other programs. Malformed lines come out as "malformed: why".
#include <cstdio>
#include <iostream>
#include <string>

#include "output/record_format.hpp"
#include "parse/formats.hpp"
#include "record/json.hpp"

namespace {

using namespace weir;

int convert(parse::LineParser& parser, output::RecordFormat* format) {
  std::string line;
  record::Value record;
  base::TextBuffer out;
  bool needs_header = parser.wants_header();
  while (std::getline(std::cin, line)) {
    if (needs_header) {
      needs_header = false;
      if (!parser.set_header(line)) return 1;
      continue;
    }
    if (!parser.parse(line, record)) {
      out.append("malformed: ");
      out.append(parser.reason());
      out.append('\n');
    } else if (format) {
      format->write(record, out);
    } else {
      record::write_json(record, {}, out);
      out.append('\n');
    }
  }
  if (format) format->finish(out);
  std::cout.write(out.view().data(), static_cast<std::streamsize>(out.size()));
  return 0;
}

// JSON, a value a line; record formats do not read it.
int convert_json(output::RecordFormat& format) {
  std::string line;
  base::TextBuffer out;
  while (std::getline(std::cin, line)) {
    record::Value value;
    if (!record::parse_json(line, value)) return 1;
    format.write(value, out);
  }
  format.finish(out);
  std::cout.write(out.view().data(), static_cast<std::streamsize>(out.size()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const output::RecordFormatRow* row = argc == 3 ? output::find_record_format(argv[2]) : nullptr;
  if (!row) return 2;
  const auto format = row->make ? row->make({}) : nullptr;
  if (std::string(argv[1]) == "json") return format ? convert_json(*format) : 2;
  parse::ParseOptions options;
  options.add_timestamp = false;
  auto parser = parse::make_parser(argv[1], options);
  if (!parser) {
    std::fprintf(stderr, "%s\n", parser.error().what.c_str());
    return 2;
  }
  return convert(*parser.value(), format.get());
}
