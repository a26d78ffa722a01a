// JSON values of any kind, a line each, as every record format writes them. What is written as logfmt reads
// back as as many records; rows of CSV and TSV that are on one line of their own have as many cells as their
// header; tables have no control characters.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz_input.hpp"
#include "output/record_format.hpp"
#include "parse/formats.hpp"
#include "record/json.hpp"

namespace {

using namespace weir;
using fuzz::require;

std::string written(std::string_view format, std::string_view text, std::size_t& count) {
  const auto writer = output::find_record_format(format)->make({});
  base::TextBuffer out;
  count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    record::Value value;
    if (record::parse_json(text.substr(0, end), value)) {
      writer->write(value, out);
      ++count;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  writer->finish(out);
  require(out.empty() || out.view().back() == '\n', "ends within a line");
  return std::string(out.view());
}

void check_logfmt(std::string_view text) {
  std::size_t count = 0;
  const std::string out = written("logfmt", text, count);
  require(static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n')) == count, "not a line a value");
  const auto parser = parse::make_parser("logfmt", {});
  fuzz::Input lines(reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
  record::Value record;
  while (!lines.empty()) {
    const std::string line = lines.line();
    require(line.empty() || parser.value()->parse(line, record), "not read back: " + line);
  }
}

// TSV is a line a row.
void check_tsv(std::string_view text) {
  std::size_t count = 0;
  const std::string out = written("tsv", text, count);
  const auto parser = parse::make_parser("tsv", {});
  parser.value()->set_header("");
  fuzz::Input lines(reinterpret_cast<const std::uint8_t*>(out.data()), out.size());
  record::Value record;
  while (!lines.empty()) {
    const std::string line = lines.line();
    require(parser.value()->parse(line, record), "not read back: " + line);
    require(line.empty() || !record.fields().empty(), "no cells");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::Input(data, size).rest();
  std::size_t count = 0;
  check_logfmt(text);
  check_tsv(text);
  written("csv", text, count);
  for (const char c : written("table", text, count))
    require(c == '\n' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f'),
            "a control character in a table");
  return 0;
}
